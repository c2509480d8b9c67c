package io.headend.ingest.hls;

import io.headend.core.MediaException;
import io.headend.core.Sample;
import io.headend.core.SampleInfo;
import io.headend.core.Timebase;
import io.headend.core.Track;
import io.headend.ffmpeg.Demuxer;
import io.headend.ffmpeg.DemuxerBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Reads each segment by itself with FFmpeg: transport stream, fragmented MP4 or packed sound. */
final class FfmpegSegments implements SegmentReader {

    private static final Duration LONGEST = Duration.ofSeconds(10);
    private static final int MOST_SAMPLES = 200_000;

    private final BooleanSupplier stop;

    FfmpegSegments(BooleanSupplier stop) {
        this.stop = stop;
    }

    @Override
    public Content read(byte[] init, byte[] media) {
        DemuxerBuilder builder = Demuxer.builder(new SegmentBytes(init, media))
                .openTimeout(LONGEST)
                .readTimeout(LONGEST)
                .stopWhen(stop)
                .option("correct_ts_overflow", "0");
        boolean transport = media.length > 0 && media[0] == 0x47;
        if (transport) {
            builder.format("mpegts");
        } else if (init.length > 0) {
            builder.format("mp4");
        }
        List<Sample> samples = new ArrayList<>();
        boolean done = false;
        try (Demuxer demuxer = builder.open()) {
            for (Sample sample = demuxer.read(); sample != null; sample = demuxer.read()) {
                samples.add(sample);
                if (samples.size() > MOST_SAMPLES) {
                    throw MediaException.malformed("a segment of more than " + MOST_SAMPLES + " samples");
                }
            }
            List<Track> tracks = demuxer.tracks();
            Content content = PackedAudio.isOne(media) ? stamped(tracks, samples, media) : new Content(tracks, samples);
            done = true;
            return content;
        } finally {
            if (!done) {
                samples.forEach(Sample::close);
            }
        }
    }

    /** Frames of sound from the time that the tag says, in its clock. */
    private static Content stamped(List<Track> tracks, List<Sample> samples, byte[] media) {
        long start = Math.max(0, PackedAudio.timestamp(media));
        List<Track> clocked =
                tracks.stream().map(track -> track.withTimebase(Timebase.MPEG)).toList();
        List<Sample> moved = new ArrayList<>(samples.size());
        for (Sample sample : samples) {
            Timebase from = tracks.get(sample.trackId()).timebase();
            long origin = Math.max(0, samples.get(0).pts());
            SampleInfo info = sample.info()
                    .withTimes(
                            start + from.convert(Math.max(0, sample.pts() - origin), Timebase.MPEG),
                            start + from.convert(Math.max(0, sample.dts() - origin), Timebase.MPEG),
                            from.convert(sample.duration(), Timebase.MPEG));
            moved.add(sample.with(info));
            sample.close();
        }
        return new Content(clocked, moved);
    }

    @Override
    public void discontinuity() {
        // Each segment is opened anew.
    }

    @Override
    public void close() {
        // Nothing is held between segments.
    }
}

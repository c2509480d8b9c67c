package io.headend.packaging;

import io.headend.core.Codec;
import io.headend.core.Cue;
import io.headend.core.HeapSample;
import io.headend.core.MediaException;
import io.headend.core.Rational;
import io.headend.core.Sample;
import io.headend.core.SampleInfo;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import io.headend.core.Track;
import io.headend.core.VideoFormat;
import io.headend.formats.h26x.AvcDecoderConfigurationRecord;
import io.headend.formats.h26x.AvcSps;
import io.headend.formats.isobmff.BoxReader;
import io.headend.formats.isobmff.EventMessageBox;
import io.headend.formats.isobmff.MovieTrack;
import io.headend.formats.isobmff.ParsedBox;
import io.headend.formats.isobmff.SampleFlags;
import io.headend.formats.isobmff.TrackFragment;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What a CMAF segment holds, as samples: views of its bytes.
 *
 * @param samples in decoding order; no one is decoded after it is presented
 * @param cues out of its {@code emsg} boxes, by time
 */
record SegmentSamples(List<Sample> samples, List<Cue> cues) {

    private static final int MAX_REORDERED = 16;
    private static final long UNKNOWN = 0xFFFF_FFFFL;

    /**
     * @param init what the initialisation segment says
     * @param track the same with the frame rate of the channel
     * @throws MediaException {@code MALFORMED} if these bytes are no segment of that track
     */
    static SegmentSamples of(MovieTrack init, Track track, ByteBuffer bytes) {
        List<TrackFragment> fragments = new ArrayList<>();
        List<Cue> cues = new ArrayList<>();
        long offset = 0;
        for (ParsedBox box : BoxReader.read(bytes.duplicate())) {
            if (box.type().equals("moof")) {
                fragments.addAll(TrackFragment.ofMovieFragment(box, offset, init.defaults(), 0));
            } else if (box.type().equals("emsg") && box.version() == 1) {
                cues.add(cue(EventMessageBox.parse(box)));
            }
            offset += box.size();
        }
        cues.sort((a, b) -> a.at().compareTo(b.at()));
        return new SegmentSamples(samples(fragments, track, bytes), List.copyOf(cues));
    }

    private static Cue cue(EventMessageBox event) {
        Timebase unit = new Timebase(1, event.timescale());
        long length = event.event().duration();
        return new Cue(
                event.schemeIdUri(),
                Long.toString(event.event().id()),
                Timestamp.of(event.presentationTime(), unit),
                length == UNKNOWN ? null : Timestamp.of(length, unit),
                event.message());
    }

    private static List<Sample> samples(List<TrackFragment> fragments, Track track, ByteBuffer bytes) {
        // a segment is decoded from the time on at which it is presented; here that is too late for what is reordered
        long ahead = ahead(track);
        for (TrackFragment fragment : fragments) {
            for (int i = 0; i < fragment.sampleCount(); i++) {
                ahead = Math.max(ahead, -fragment.compositionOffset(i));
            }
        }
        List<Sample> samples = new ArrayList<>();
        for (TrackFragment fragment : fragments) {
            long time = fragment.baseDecodeTime();
            for (int i = 0; i < fragment.sampleCount(); i++) {
                long at = fragment.offset(i);
                int size = fragment.size(i);
                if (at < 0 || at > bytes.remaining() - size) {
                    throw MediaException.malformed("a sample lies behind the end of its segment");
                }
                long duration = fragment.duration(i) & UNKNOWN;
                SampleInfo info = new SampleInfo(
                        track.id(),
                        time + fragment.compositionOffset(i),
                        time - ahead,
                        duration,
                        SampleFlags.isSync(fragment.flags(i)),
                        SampleInfo.NO_ARRIVAL);
                samples.add(HeapSample.of(info, bytes.slice(bytes.position() + (int) at, size)));
                time += duration;
            }
        }
        return samples;
    }

    /** Ticks that decoding is ahead of presentation at the least, in every segment alike: what the coding may reorder. */
    private static long ahead(Track track) {
        Rational rate = track.format() instanceof VideoFormat video ? video.frameRate() : null;
        if (rate == null || track.format().codec().codec() != Codec.AVC) {
            return 0;
        }
        AvcDecoderConfigurationRecord record =
                AvcDecoderConfigurationRecord.parse(track.format().codec().record());
        int frames = 0;
        for (ByteBuffer set : record.sequenceParameterSets()) {
            frames = Math.max(frames, AvcSps.parse(set).maxNumReorderFrames());
        }
        return Timebase.ofFrameRate(rate).convert(Math.min(frames, MAX_REORDERED), track.timebase(), RoundingMode.UP);
    }
}

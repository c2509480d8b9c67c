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
import io.headend.formats.isobmff.ParsedBox;
import io.headend.formats.isobmff.SampleFlags;
import io.headend.formats.isobmff.TrackExtendsBox;
import io.headend.formats.isobmff.TrackFragment;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What a CMAF segment holds, as samples: views of its bytes.
 *
 * @param samples in decoding order
 * @param cues out of its {@code emsg} boxes, by time
 */
record SegmentSamples(List<Sample> samples, List<Cue> cues) {

    private static final int MAX_REORDERED = 16;
    private static final long UNKNOWN = 0xFFFF_FFFFL;

    /**
     * @param defaults {@code trex} of its track
     * @throws MediaException {@code MALFORMED} if these bytes are no segment
     */
    static SegmentSamples of(TrackExtendsBox defaults, ByteBuffer bytes) {
        List<Sample> samples = new ArrayList<>();
        List<Cue> cues = new ArrayList<>();
        long offset = 0;
        for (ParsedBox box : BoxReader.read(bytes.duplicate())) {
            if (box.type().equals("moof")) {
                for (TrackFragment fragment : TrackFragment.ofMovieFragment(box, offset, defaults, 0)) {
                    add(fragment, bytes, samples);
                }
            } else if (box.type().equals("emsg") && box.version() == 1) {
                cues.add(cue(EventMessageBox.parse(box)));
            }
            offset += box.size();
        }
        cues.sort((a, b) -> a.at().compareTo(b.at()));
        return new SegmentSamples(samples, List.copyOf(cues));
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

    private static void add(TrackFragment fragment, ByteBuffer bytes, List<Sample> samples) {
        long time = fragment.baseDecodeTime();
        for (int i = 0; i < fragment.sampleCount(); i++) {
            long at = fragment.offset(i);
            int size = fragment.size(i);
            if (at < 0 || at > bytes.remaining() - size) {
                throw MediaException.malformed("a sample lies behind the end of its segment");
            }
            long duration = fragment.duration(i) & UNKNOWN;
            SampleInfo info = new SampleInfo(
                    0,
                    time + fragment.compositionOffset(i),
                    time,
                    duration,
                    SampleFlags.isSync(fragment.flags(i)),
                    SampleInfo.NO_ARRIVAL);
            samples.add(HeapSample.of(info, bytes.slice(bytes.position() + (int) at, size)));
            time += duration;
        }
    }

    /**
     * The same with samples that are decoded before they are presented, as transport streams need them: in CMAF a segment is decoded from the
     * time on at which it is presented.
     *
     * @param track what the initialisation segment says, with the frame rate of the channel
     */
    SegmentSamples decodedAhead(Track track) {
        long late = samples.stream().mapToLong(s -> s.dts() - s.pts()).max().orElse(0);
        long ahead = Math.max(ahead(track), late);
        List<Sample> moved = samples.stream()
                .map(s -> s.with(s.info()
                        .withTimes(s.pts(), s.dts() - ahead, s.duration())
                        .withTrackId(track.id())))
                .toList();
        return new SegmentSamples(moved, cues);
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

package io.headend.testkit;

import io.headend.core.AudioFormat;
import io.headend.core.CodecConfig;
import io.headend.core.Cue;
import io.headend.core.Discontinuity;
import io.headend.core.EndOfStream;
import io.headend.core.Gap;
import io.headend.core.Sample;
import io.headend.core.SampleInfo;
import io.headend.core.SegmentBoundary;
import io.headend.core.StreamItem;
import io.headend.core.Track;
import io.headend.core.TrackFormat;
import io.headend.core.TrackInfo;
import io.headend.core.VideoFormat;
import java.util.Map;
import java.util.TreeMap;

/** Collects lines by track; what belongs to no track comes last. */
final class StreamDump {

    private static final int NO_TRACK = Integer.MAX_VALUE;

    private final Map<Integer, StringBuilder> lines = new TreeMap<>();
    private final Map<Integer, Integer> samples = new TreeMap<>();

    void add(StreamItem item) {
        if (item instanceof TrackInfo info) {
            line(info.track().id(), track(info.track()));
        } else if (item instanceof Sample sample) {
            int number = samples.merge(sample.trackId(), 1, Integer::sum) - 1;
            line(sample.trackId(), "  sample " + number + ": " + sample(sample));
        } else if (item instanceof Gap gap) {
            line(gap.trackId(), "  gap: pts " + gap.pts() + " duration " + gap.duration());
        } else if (item instanceof SegmentBoundary boundary) {
            line(
                    NO_TRACK,
                    "  segment " + boundary.number() + ": start " + boundary.start() + " duration "
                            + boundary.duration());
        } else if (item instanceof Discontinuity break_) {
            line(NO_TRACK, "  discontinuity " + break_.cause() + ": at " + break_.at() + " step " + break_.step());
        } else if (item instanceof Cue cue) {
            line(
                    NO_TRACK,
                    "  cue " + cue.schemeIdUri() + " '" + cue.id() + "': at " + cue.at() + " duration " + cue.duration()
                            + " size " + cue.message().remaining() + " " + Crc.of(cue.message()));
        } else if (item instanceof EndOfStream) {
            line(NO_TRACK, "  end");
        }
    }

    private void line(int track, String text) {
        lines.computeIfAbsent(track, id -> new StringBuilder(id == NO_TRACK ? "stream\n" : ""))
                .append(text)
                .append('\n');
    }

    private static String sample(Sample sample) {
        SampleInfo info = sample.info();
        return "pts " + info.pts() + " dts " + info.dts() + " duration " + info.duration()
                + (info.sync() ? " sync" : "") + " size " + sample.size() + " " + Crc.of(sample.data());
    }

    private static String track(Track track) {
        return "track " + track.id() + " " + track.name() + ": " + format(track.format()) + ", timebase "
                + track.timebase() + (track.language() == null ? "" : ", language " + track.language());
    }

    private static String format(TrackFormat format) {
        CodecConfig codec = format.codec();
        String coding = codec.name()
                + (codec.record().hasRemaining()
                        ? " config " + codec.record().remaining() + " " + Crc.of(codec.record())
                        : "");
        if (format instanceof VideoFormat video) {
            return coding + ", " + video.size() + " sar " + video.sampleAspectRatio() + " rate " + video.frameRate()
                    + " "
                    + video.pixelFormat() + " colour " + video.color().primaries() + "/"
                    + video.color().transfer() + "/" + video.color().matrix()
                    + (video.color().fullRange() ? " full" : "");
        }
        if (format instanceof AudioFormat audio) {
            return coding + ", " + audio.sampleRate() + " Hz, " + audio.channels() + " channels, priming "
                    + audio.priming();
        }
        return coding;
    }

    String text() {
        StringBuilder all = new StringBuilder();
        lines.values().forEach(all::append);
        return all.toString();
    }
}

package io.headend.ingest;

import io.headend.core.Codec;
import io.headend.core.MediaException;
import io.headend.core.Sample;
import io.headend.core.Timestamp;
import io.headend.core.Track;
import io.headend.core.VideoFormat;
import io.headend.ffmpeg.AvFrame;
import io.headend.ffmpeg.Decoder;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Measures one track of a probe. */
final class TrackGauge implements AutoCloseable {

    private static final int MOST_STEPS = 64;

    private final boolean decode;
    private final @Nullable FrameAnalyzer analyzer;
    private Track track;
    private @Nullable Decoder decoder;
    private long samples;
    private long bytes;
    private long frames;
    private long errors;
    private long start = Long.MAX_VALUE;
    private long end = Long.MIN_VALUE;
    private long lastDts = Long.MIN_VALUE;
    private long keys;
    private long sinceKey;
    private long shortest = Long.MAX_VALUE;
    private long longest;
    private final Map<Long, Long> steps = new TreeMap<>();
    private long otherSteps;

    /** @param analyzer is shown the decoded frames, or {@code null} */
    TrackGauge(Track track, boolean decode, @Nullable FrameAnalyzer analyzer) {
        this.analyzer = analyzer;
        this.track = track;
        this.decode = decode && TimelineNormalizer.isRegular(track.kind());
    }

    /**
     * The track has another configuration from here on.
     *
     * @return why it cannot be decoded, or {@code null}
     */
    @Nullable
    String describe(Track now) {
        track = now;
        closeDecoder();
        if (!decode) {
            return null;
        }
        try {
            decoder = Decoder.builder(now).open();
            return null;
        } catch (MediaException e) {
            return now.name() + " cannot be decoded: " + e.getMessage();
        }
    }

    void add(Sample sample) {
        long duration = sample.duration();
        if (lastDts != Long.MIN_VALUE) {
            long step = sample.dts() - lastDts;
            duration = duration == 0 ? step : duration;
            if (steps.size() < MOST_STEPS || steps.containsKey(step)) {
                steps.merge(step, 1L, Long::sum);
            } else {
                otherSteps++;
            }
        }
        lastDts = sample.dts();
        start = Math.min(start, sample.pts());
        end = Math.max(end, sample.pts() + duration);
        if (sample.sync()) {
            if (keys++ > 0) {
                shortest = Math.min(shortest, sinceKey);
                longest = Math.max(longest, sinceKey);
            }
            sinceKey = 0;
        }
        sinceKey++;
        samples++;
        bytes += sample.size();
        Decoder open = decoder;
        if (open != null) {
            open.send(sample);
            drain(open);
        }
    }

    private void drain(Decoder open) {
        for (AvFrame frame = open.receive(); frame != null; frame = open.receive()) {
            frames++;
            try (AvFrame owned = frame) {
                if (analyzer != null) {
                    analyzer.accept(owned);
                }
            }
        }
    }

    private void closeDecoder() {
        Decoder open = decoder;
        if (open != null) {
            open.finish();
            drain(open);
            errors += open.errors();
            open.close();
            decoder = null;
        }
    }

    TrackReport report() {
        closeDecoder();
        TrackReport.Span span = samples == 0
                ? null
                : new TrackReport.Span(Timestamp.of(start, track.timebase()), Timestamp.of(end, track.timebase()));
        return new TrackReport(
                track,
                span,
                new TrackReport.Counts(samples, bytes, decode ? frames : -1, decode ? errors : -1),
                new TrackReport.Keys(keys, keys < 2 ? 0 : shortest, longest),
                variable());
    }

    private boolean variable() {
        if (track.kind() != Codec.Kind.VIDEO) {
            return false;
        }
        long count = samples - 1;
        if (count < 3) {
            return track.format() instanceof VideoFormat video && video.frameRate() == null;
        }
        long usual = usualStep(count);
        // Clocks of milliseconds make steps of 33 and 34.
        long tolerance = Math.max(usual / 5, Ticks.of(1_500_000, track.timebase()));
        long unlike = otherSteps;
        for (Map.Entry<Long, Long> step : steps.entrySet()) {
            if (Math.abs(step.getKey() - usual) > tolerance) {
                unlike += step.getValue();
            }
        }
        return unlike * 50 > count;
    }

    private long usualStep(long count) {
        long below = 0;
        for (Map.Entry<Long, Long> step : steps.entrySet()) {
            below += step.getValue();
            if (below * 2 >= count - otherSteps) {
                return step.getKey();
            }
        }
        return 0;
    }

    @Override
    public void close() {
        Decoder open = decoder;
        if (open != null) {
            open.close();
            decoder = null;
        }
    }
}

package io.headend.ingest;

import io.headend.core.Codec;
import io.headend.core.Discontinuity;
import io.headend.core.Sample;
import io.headend.core.SampleInfo;
import io.headend.core.StreamItem;
import io.headend.core.StreamSink;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import io.headend.core.Track;
import io.headend.core.TrackInfo;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lays the laps of a looped recording end to end. A lap is as long as its pictures, so that they go on without a step; it is as
 * long as its sound where there are no pictures, or where the sound is longer by more than half a second.
 */
final class LapShift implements StreamSink {

    private static final long HALF_A_SECOND = 500_000_000L;

    private final StreamSink downstream;
    private final Map<Integer, Extent> extents = new HashMap<>();
    private Timestamp length = Timestamp.of(0, Timebase.NANOS);
    private long laps;

    /** What a track filled of the first lap, in its own ticks. */
    private static final class Extent {
        final Track track;
        long first = Long.MAX_VALUE;
        long end = Long.MIN_VALUE;
        long lastDts = Long.MIN_VALUE;

        Extent(Track track) {
            this.track = track;
        }

        void add(SampleInfo info) {
            long duration = info.duration();
            if (duration == 0 && lastDts != Long.MIN_VALUE) {
                duration = Math.max(0, info.dts() - lastDts);
            }
            lastDts = info.dts();
            first = Math.min(first, info.pts());
            end = Math.max(end, info.pts() + duration);
        }

        Timestamp length() {
            return Timestamp.of(end - first, track.timebase());
        }
    }

    LapShift(StreamSink downstream) {
        this.downstream = downstream;
    }

    /** The recording begins again; whether it had anything in it. */
    boolean nextLap() {
        if (laps == 0) {
            length = lapLength();
        }
        laps++;
        downstream.accept(new Discontinuity(
                Discontinuity.Cause.RESTART, Timestamp.of(0, length.timebase()), Timestamp.of(0, length.timebase())));
        return length.ticks() > 0;
    }

    private Timestamp lapLength() {
        Timestamp pictures = longest(Codec.Kind.VIDEO);
        Timestamp sound = longest(Codec.Kind.AUDIO);
        if (pictures == null || sound == null) {
            return pictures != null ? pictures : sound != null ? sound : Timestamp.of(0, Timebase.NANOS);
        }
        return sound.toNanos() - pictures.toNanos() > HALF_A_SECOND ? sound : pictures;
    }

    private @Nullable Timestamp longest(Codec.Kind kind) {
        return extents.values().stream()
                .filter(e -> e.track.kind() == kind && e.end > e.first)
                .map(Extent::length)
                .max(Timestamp::compareTo)
                .orElse(null);
    }

    @Override
    public void accept(StreamItem item) {
        if (item instanceof TrackInfo info) {
            boolean known = extents.putIfAbsent(info.track().id(), new Extent(info.track())) != null;
            if (!known || laps == 0) {
                downstream.accept(info);
            }
        } else if (item instanceof Sample sample) {
            acceptSample(sample);
        } else {
            downstream.accept(item);
        }
    }

    private void acceptSample(Sample sample) {
        Extent extent = extents.get(sample.trackId());
        if (laps == 0 || extent == null) {
            if (extent != null) {
                extent.add(sample.info());
            }
            downstream.accept(sample);
            return;
        }
        SampleInfo info = sample.info();
        long shift = length.timebase().convert(Math.multiplyExact(laps, length.ticks()), extent.track.timebase());
        Sample moved = sample.with(info.withTimes(info.pts() + shift, info.dts() + shift, info.duration()));
        sample.close();
        downstream.accept(moved);
    }
}

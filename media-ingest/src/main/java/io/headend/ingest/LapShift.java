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
 * Lays recordings, or the laps of one, end to end. Each is as long as its pictures, so that they go on without a step; it is as
 * long as its sound where there are no pictures, or where the sound is longer by more than half a second.
 *
 * <p>Lengths are added up exactly, per timebase, and rounded once: nothing drifts, however many laps there are.
 */
final class LapShift implements StreamSink {

    private static final long HALF_A_SECOND = 500_000_000L;

    private final StreamSink downstream;
    private final Map<Integer, Track> announced = new HashMap<>();
    private final Map<Timebase, Long> before = new HashMap<>();
    private Map<Integer, Extent> extents = new HashMap<>();
    private @Nullable Timestamp firstOrigin;
    private @Nullable Timestamp origin;

    /** What a track fills of a lap, in its own ticks. */
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

    /** The next recording begins; whether this one had anything in it. */
    boolean nextLap() {
        Timestamp length = lapLength();
        before.merge(length.timebase(), length.ticks(), Math::addExact);
        extents = new HashMap<>();
        origin = null;
        Timestamp nowhere = Timestamp.of(0, length.timebase());
        downstream.accept(new Discontinuity(Discontinuity.Cause.RESTART, nowhere, nowhere));
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
            Track track = info.track();
            extents.putIfAbsent(track.id(), new Extent(track));
            if (!track.equals(announced.put(track.id(), track))) {
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
        if (extent == null) {
            downstream.accept(sample);
            return;
        }
        SampleInfo info = sample.info();
        extent.add(info);
        Timebase timebase = extent.track.timebase();
        if (origin == null) {
            origin = Timestamp.of(info.pts(), timebase);
            firstOrigin = firstOrigin == null ? origin : firstOrigin;
        }
        long shift = shift(timebase);
        if (shift == 0) {
            downstream.accept(sample);
            return;
        }
        Sample moved = sample.with(info.withTimes(info.pts() + shift, info.dts() + shift, info.duration()));
        sample.close();
        downstream.accept(moved);
    }

    private long shift(Timebase timebase) {
        long shift = 0;
        for (Map.Entry<Timebase, Long> sum : before.entrySet()) {
            shift += sum.getKey().convert(sum.getValue(), timebase);
        }
        Timestamp first = firstOrigin;
        Timestamp own = origin;
        if (first != null && own != null && !first.equals(own)) {
            shift += first.timebase().convert(first.ticks(), timebase)
                    - own.timebase().convert(own.ticks(), timebase);
        }
        return shift;
    }
}

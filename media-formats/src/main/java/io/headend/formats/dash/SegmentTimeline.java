package io.headend.formats.dash;

import java.util.ArrayList;
import java.util.List;

/** {@code SegmentTimeline} (ISO/IEC 23009-1, 5.3.9.6). */
public record SegmentTimeline(List<S> entries) implements Division {

    /**
     * A run of segments of one duration.
     *
     * @param t start of the first in ticks
     * @param d duration of each in ticks
     * @param r how many follow the first
     */
    public record S(long t, long d, int r) {
        public S {
            if (t < 0 || d < 1 || r < 0) {
                throw new IllegalArgumentException("not a run of segments: t=" + t + " d=" + d + " r=" + r);
            }
        }

        /** End of the last in ticks. */
        long end() {
            return t + d * (r + 1L);
        }
    }

    public SegmentTimeline {
        entries = List.copyOf(entries);
    }

    /** Number of segments. */
    public long segments() {
        long sum = 0;
        for (S s : entries) {
            sum += 1L + s.r();
        }
        return sum;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Joins equal durations to runs. Not safe for use by several threads. */
    public static final class Builder {
        private final List<S> entries = new ArrayList<>();
        private long end = -1;

        private Builder() {}

        public Builder add(long start, long duration) {
            int last = entries.size() - 1;
            if (last >= 0 && start == end && entries.get(last).d() == duration) {
                S run = entries.get(last);
                entries.set(last, new S(run.t(), run.d(), run.r() + 1));
            } else {
                entries.add(new S(start, duration, 0));
            }
            end = start + duration;
            return this;
        }

        public SegmentTimeline build() {
            return new SegmentTimeline(entries);
        }
    }
}

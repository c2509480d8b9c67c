package io.headend.packaging;

import io.headend.core.MediaException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Where a recording is cut: at times at which every picture rendition has a sync sample, each as near as possible to a multiple of the
 * wished length.
 */
final class CutPlan {

    /** Renditions round the same instant to different units. */
    private static final long MOST_TOLERANCE = 10_000_000;

    private CutPlan() {}

    /** Sync samples of one rendition. */
    static final class SyncTimes {
        private final String name;
        private final long[] nanos;
        private final long end;
        private final long frame;

        /**
         * @param name for messages
         * @param nanos their presentation times, ascending; taken over
         * @param end presentation time at which the rendition ends
         * @param frame nanoseconds from one picture to the next, on average
         */
        SyncTimes(String name, long[] nanos, long end, long frame) {
            this.name = name;
            this.nanos = nanos;
            this.end = end;
            this.frame = frame;
        }

        String name() {
            return name;
        }

        long[] nanos() {
            return nanos;
        }

        long end() {
            return end;
        }

        long frame() {
            return frame;
        }
    }

    /**
     * Cuts common to all renditions; the first segment begins with the presentation and is no cut.
     *
     * @param forced instants at which there is a cut in any case, ascending
     * @return nanoseconds, ascending
     * @throws MediaException {@code MALFORMED} if the renditions have too few sync samples in common
     */
    static long[] of(List<SyncTimes> renditions, Duration wished, long... forced) {
        SyncTimes reference = renditions.get(0);
        long[] common = reference.nanos();
        for (SyncTimes other : renditions.subList(1, renditions.size())) {
            long tolerance = Math.min(MOST_TOLERANCE, Math.max(1, Math.min(reference.frame(), other.frame()) / 2));
            common = Arrays.stream(common)
                    .filter(time -> isNear(other.nanos(), time, tolerance))
                    .toArray();
            long apart = Math.abs(other.end() - reference.end());
            if (apart > Math.max(wished.toNanos(), 1_000_000_000L)) {
                throw MediaException.malformed("renditions " + reference.name() + " and " + other.name() + " end "
                        + seconds(apart) + " s apart; package renditions of the same recording");
            }
        }
        for (SyncTimes rendition : renditions) {
            for (long instant : forced) {
                if (!isNear(rendition.nanos(), instant, MOST_TOLERANCE)) {
                    throw misaligned(renditions, forced);
                }
            }
        }
        long[] alone = stretches(reference.nanos(), wished.toNanos(), reference.end(), forced);
        long[] together = stretches(common, wished.toNanos(), reference.end(), forced);
        long longestAlone = longest(alone, reference);
        if (longest(together, reference) > longestAlone + longestAlone / 2) {
            throw misaligned(renditions, alone);
        }
        return together;
    }

    private static MediaException misaligned(List<SyncTimes> renditions, long[] cuts) {
        for (long cut : cuts) {
            for (SyncTimes other : renditions) {
                if (!isNear(other.nanos(), cut, MOST_TOLERANCE)) {
                    return MediaException.malformed("the renditions do not align: " + other.name()
                            + " has no sync sample (key frame) at " + seconds(cut) + " s, where "
                            + renditions.get(0).name()
                            + " has one; encode all renditions with key frames at the same times");
                }
            }
        }
        return MediaException.malformed("the renditions do not align: they have too few key frames in common");
    }

    private static boolean isNear(long[] times, long time, long tolerance) {
        int at = Arrays.binarySearch(times, time);
        if (at >= 0) {
            return true;
        }
        int above = -at - 1;
        return (above < times.length && times[above] - time <= tolerance)
                || (above > 0 && time - times[above - 1] <= tolerance);
    }

    /** Cuts of each stretch between two forced ones, and those. */
    private static long[] stretches(long[] candidates, long wished, long end, long[] forced) {
        List<Long> cuts = new ArrayList<>();
        long from = Long.MIN_VALUE;
        for (int i = 0; i <= forced.length; i++) {
            long begin = from;
            long until = i < forced.length ? forced[i] : end;
            boolean last = i == forced.length;
            long[] within = Arrays.stream(candidates)
                    .filter(time -> time >= begin && (last || time < until - MOST_TOLERANCE))
                    .toArray();
            if (i > 0) {
                cuts.add(forced[i - 1]);
            }
            Arrays.stream(choose(within, wished, until)).forEach(cuts::add);
            from = until - MOST_TOLERANCE;
        }
        return cuts.stream().mapToLong(Long::longValue).toArray();
    }

    private static long[] choose(long[] candidates, long wished, long end) {
        List<Long> cuts = new ArrayList<>();
        if (candidates.length == 0) {
            return new long[0];
        }
        long start = candidates[0];
        long last = start;
        int at = 1;
        while (at < candidates.length) {
            long target = start + ((last - start + wished / 2) / wished + 1) * wished;
            int best = at;
            while (best + 1 < candidates.length
                    && Math.abs(candidates[best + 1] - target) <= Math.abs(candidates[best] - target)) {
                best++;
            }
            last = candidates[best];
            boolean endIsNearer = end - target <= target - last;
            if (endIsNearer || end - last < wished / 4) {
                break; // what is left is no segment of its own
            }
            cuts.add(last);
            at = best + 1;
        }
        return cuts.stream().mapToLong(Long::longValue).toArray();
    }

    private static long longest(long[] cuts, SyncTimes reference) {
        long last = reference.nanos().length == 0 ? 0 : reference.nanos()[0];
        long longest = 0;
        for (long cut : cuts) {
            longest = Math.max(longest, cut - last);
            last = cut;
        }
        return Math.max(longest, reference.end() - last);
    }

    private static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.3f", nanos / 1e9);
    }
}

package io.headend.ingest;

import java.util.Arrays;

/** What came within the last stretch of time, to a hundredth of it. One thread at a time. */
final class SlidingSum {

    private static final int BUCKETS = 100;

    private final long bucketNanos;
    private final long[] sums = new long[BUCKETS];
    private long current = Long.MIN_VALUE;
    private long total;

    SlidingSum(long nanos) {
        this.bucketNanos = Math.max(1, nanos / BUCKETS);
    }

    void add(long now, long amount) {
        advance(now);
        sums[(int) Math.floorMod(current, (long) BUCKETS)] += amount;
        total += amount;
    }

    long sum(long now) {
        advance(now);
        return total;
    }

    private void advance(long now) {
        long bucket = Math.floorDiv(now, bucketNanos);
        if (current == Long.MIN_VALUE || bucket - current >= BUCKETS) {
            Arrays.fill(sums, 0);
            total = 0;
            current = bucket;
            return;
        }
        while (current < bucket) {
            current++;
            int index = (int) Math.floorMod(current, (long) BUCKETS);
            total -= sums[index];
            sums[index] = 0;
        }
    }
}

package io.headend.transcode;

import io.headend.core.SampleInfo;

/** Remembers, for the latest times of a track, when the samples came; a codec reorders them in between. */
final class ArrivalTimes {

    private static final int SIZE = 256;

    private final long[] times = new long[SIZE];
    private final long[] arrivals = new long[SIZE];
    private int count;

    void put(long time, long arrivalNanos) {
        if (arrivalNanos == SampleInfo.NO_ARRIVAL) {
            return;
        }
        times[count % SIZE] = time;
        arrivals[count % SIZE] = arrivalNanos;
        count = count == 2 * SIZE - 1 ? SIZE : count + 1;
    }

    long get(long time) {
        for (int i = Math.min(count, SIZE) - 1; i >= 0; i--) {
            if (times[i] == time) {
                return arrivals[i];
            }
        }
        return SampleInfo.NO_ARRIVAL;
    }
}

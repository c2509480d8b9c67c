package io.headend.ingest.ts;

import io.headend.core.SampleInfo;
import java.util.Arrays;
import java.util.List;

/**
 * Notices what stays away for too long (ETSI TR 101 290, 5.2.1: 1.3, 1.5 and 1.6), by arrival times, or by the program clock in a
 * recording.
 */
final class Priority1Timers {

    private static final long TABLE_NANOS = 500_000_000L;
    private static final long STREAM_NANOS = 5_000_000_000L;
    private static final int LOOK_EVERY = 64;
    private static final long LONGEST_STEP = 1_000_000_000L;

    private final TsCounters counters;
    private int[] streams = {};
    private long[] seen = {};
    private int mapPid = -1;
    private long now;
    private long lastPcr = -1;
    private long lastPat = Long.MIN_VALUE;
    private long lastPmt = Long.MIN_VALUE;
    private int sinceLook;

    Priority1Timers(TsCounters counters) {
        this.counters = counters;
    }

    /** The streams that must not stay away; their time begins now. */
    void watch(int newMapPid, List<Integer> pids) {
        mapPid = newMapPid;
        streams = pids.stream().mapToInt(Integer::intValue).toArray();
        seen = new long[streams.length];
        Arrays.fill(seen, now);
    }

    void packet(int pid, long arrival, long pcr) {
        if (arrival != SampleInfo.NO_ARRIVAL) {
            now = arrival;
        } else if (pcr >= 0) {
            long step = lastPcr < 0 ? 0 : (pcr - lastPcr) * 1000 / 27;
            now += step > 0 && step < LONGEST_STEP ? step : 0;
            lastPcr = pcr;
        }
        if (pid == 0) {
            lastPat = now;
        } else if (pid == mapPid) {
            lastPmt = now;
        }
        for (int i = 0; i < streams.length; i++) {
            if (streams[i] == pid) {
                seen[i] = now;
            }
        }
        if (++sinceLook >= LOOK_EVERY) {
            sinceLook = 0;
            look();
        }
    }

    private void look() {
        if (lastPat == Long.MIN_VALUE) {
            lastPat = now;
        } else if (now - lastPat > TABLE_NANOS) {
            counters.patErrors++;
            lastPat = now;
        }
        if (mapPid >= 0) {
            if (lastPmt == Long.MIN_VALUE) {
                lastPmt = now;
            } else if (now - lastPmt > TABLE_NANOS) {
                counters.pmtErrors++;
                lastPmt = now;
            }
        }
        for (int i = 0; i < seen.length; i++) {
            if (now - seen[i] > STREAM_NANOS) {
                counters.pidErrors++;
                seen[i] = now;
            }
        }
    }
}

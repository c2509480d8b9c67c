package io.headend.ingest.rtp;

import java.util.ArrayList;
import java.util.List;

/** What each leg brought, and whether it still does. */
final class Legs {

    /** Told when a leg goes silent or comes back. */
    @FunctionalInterface
    interface Watcher {
        void changed(int leg, boolean up);
    }

    private final int count;
    private final long silence;
    private final Watcher watcher;
    private final long[] received;
    private final long[] duplicates;
    private final long[] earlierLost;
    private final long[] first;
    private final long[] highest;
    private final long[] receivedHere;
    private final long[] lastArrival;
    private final boolean[] up;

    Legs(int count, long silence, Watcher watcher) {
        this.count = count;
        this.silence = silence;
        this.watcher = watcher;
        received = new long[count];
        duplicates = new long[count];
        earlierLost = new long[count];
        first = new long[count];
        highest = new long[count];
        receivedHere = new long[count];
        lastArrival = new long[count];
        up = new boolean[count];
    }

    /** A sign of life. */
    void heard(int leg, long nanos) {
        lastArrival[leg] = nanos;
        if (!up[leg]) {
            up[leg] = true;
            watcher.changed(leg, true);
        }
    }

    void received(int leg, long number) {
        if (receivedHere[leg] == 0) {
            first[leg] = number;
            highest[leg] = number;
        }
        first[leg] = Math.min(first[leg], number);
        highest[leg] = Math.max(highest[leg], number);
        receivedHere[leg]++;
        received[leg]++;
    }

    void duplicate(int leg) {
        duplicates[leg]++;
    }

    /** Numbers before and after have nothing to do with each other. */
    void restart() {
        for (int leg = 0; leg < count; leg++) {
            earlierLost[leg] += lostHere(leg);
            receivedHere[leg] = 0;
        }
    }

    private long lostHere(int leg) {
        return receivedHere[leg] == 0 ? 0 : Math.max(0, highest[leg] - first[leg] + 1 - receivedHere[leg]);
    }

    void look(long nanos) {
        for (int leg = 0; leg < count; leg++) {
            if (up[leg] && nanos - lastArrival[leg] > silence) {
                up[leg] = false;
                watcher.changed(leg, false);
            }
        }
    }

    List<RtpStats.Leg> stats() {
        List<RtpStats.Leg> legs = new ArrayList<>();
        for (int leg = 0; leg < count; leg++) {
            long lost = earlierLost[leg] + lostHere(leg);
            legs.add(new RtpStats.Leg(received[leg], lost, duplicates[leg], up[leg]));
        }
        return legs;
    }
}

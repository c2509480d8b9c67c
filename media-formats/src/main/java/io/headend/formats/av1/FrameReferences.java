package io.headend.formats.av1;

import java.util.Arrays;

/** Which slots a frame refers to, and what follows from their order hints. */
final class FrameReferences {

    static final int COUNT = 7;
    static final int SLOTS = 8;

    private static final int GOLDEN = 3;
    private static final int BACKWARD = 4;
    private static final int ALTERNATE2 = 5;
    private static final int ALTERNATE = 6;
    private static final int[] REMAINING = {1, 2, BACKWARD, ALTERNATE2, ALTERNATE};

    private FrameReferences() {}

    /** {@code set_frame_refs} (AV1 specification, 7.8). */
    static int[] derive(SequenceParameters sequence, ReferenceSlot[] slots, int orderHint, int last, int golden) {
        int[] distance = new int[SLOTS];
        for (int i = 0; i < SLOTS; i++) {
            distance[i] = sequence.distance(slots[i].orderHint(), orderHint);
        }
        boolean[] used = new boolean[SLOTS];
        int[] found = new int[COUNT];
        Arrays.fill(found, -1);
        take(found, used, 0, last);
        take(found, used, GOLDEN, golden);
        int latest = -1;
        for (int i = 0; i < SLOTS; i++) {
            if (!used[i] && distance[i] >= 0 && (latest < 0 || distance[i] >= distance[latest])) {
                latest = i;
            }
        }
        take(found, used, ALTERNATE, latest);
        take(found, used, BACKWARD, earliestBackward(distance, used));
        take(found, used, ALTERNATE2, earliestBackward(distance, used));
        for (int name : REMAINING) {
            if (found[name] < 0) {
                take(found, used, name, latestForward(distance, used));
            }
        }
        int earliest = 0;
        for (int i = 1; i < SLOTS; i++) {
            earliest = distance[i] < distance[earliest] ? i : earliest;
        }
        for (int i = 0; i < COUNT; i++) {
            found[i] = found[i] < 0 ? earliest : found[i];
        }
        return found;
    }

    private static void take(int[] found, boolean[] used, int name, int slot) {
        if (slot >= 0) {
            found[name] = slot;
            used[slot] = true;
        }
    }

    private static int earliestBackward(int[] distance, boolean[] used) {
        int earliest = -1;
        for (int i = 0; i < SLOTS; i++) {
            if (!used[i] && distance[i] >= 0 && (earliest < 0 || distance[i] < distance[earliest])) {
                earliest = i;
            }
        }
        return earliest;
    }

    private static int latestForward(int[] distance, boolean[] used) {
        int latest = -1;
        for (int i = 0; i < SLOTS; i++) {
            if (!used[i] && distance[i] < 0 && (latest < 0 || distance[i] >= distance[latest])) {
                latest = i;
            }
        }
        return latest;
    }

    /** {@code skipModeAllowed} (5.9.22). */
    static boolean allowSkipMode(SequenceParameters sequence, ReferenceSlot[] slots, int[] names, int orderHint) {
        boolean forward = false;
        boolean backward = false;
        int forwardHint = 0;
        for (int slot : names) {
            int hint = slots[slot].orderHint();
            int distance = sequence.distance(hint, orderHint);
            if (distance < 0 && (!forward || sequence.distance(hint, forwardHint) > 0)) {
                forward = true;
                forwardHint = hint;
            }
            backward |= distance > 0;
        }
        if (!forward || backward) {
            return forward;
        }
        for (int slot : names) {
            if (sequence.distance(slots[slot].orderHint(), forwardHint) < 0) {
                return true;
            }
        }
        return false;
    }
}

package io.headend.ingest.rtp;

import io.headend.ingest.rtp.Wire.Kind;
import io.headend.ingest.rtp.Wire.Packet;
import java.util.List;

/** What two-dimensional peeling can repair, computed the plain way. */
final class Peeling {

    private Peeling() {}

    /** Marks what can be repaired in {@code there} and says how much that is, up to the last packet that came. */
    static long run(boolean[] there, List<Packet> kept, int columns, int rows) {
        int size = columns * rows;
        int[] columnsSeen = new int[there.length / size];
        int last = there.length - 1;
        while (!there[last]) {
            last--;
        }
        boolean[][] column = new boolean[there.length / size + 1][columns];
        boolean[] row = new boolean[there.length / columns + 1];
        for (Packet packet : kept) {
            if (packet.kind() == Kind.ROW) {
                row[packet.index()] = true;
            } else if (packet.kind() == Kind.COLUMN) {
                // Told apart by the time slot: the columns of matrix k are sent during matrix k + 1.
                int slot = (int) (packet.nanos() / Wire.SPACING) % size / rows;
                column[packet.index() - 1][slot] = true;
            }
        }
        long repaired = 0;
        boolean changed = true;
        while (changed) {
            changed = false;
            for (int k = 0; k < columnsSeen.length; k++) {
                for (int c = 0; c < columns; c++) {
                    if (column[k][c] && fill(there, k * size + c, columns, rows)) {
                        repaired++;
                        changed = true;
                    }
                }
            }
            for (int r = 0; r < there.length / columns; r++) {
                if (row[r] && fill(there, r * columns, 1, columns)) {
                    repaired++;
                    changed = true;
                }
            }
        }
        return repaired;
    }

    private static boolean fill(boolean[] there, int first, int offset, int count) {
        int missing = -1;
        for (int i = 0; i < count; i++) {
            int at = first + i * offset;
            if (!there[at]) {
                if (missing >= 0) {
                    return false;
                }
                missing = at;
            }
        }
        if (missing >= 0) {
            there[missing] = true;
        }
        return missing >= 0;
    }
}

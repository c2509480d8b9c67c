package io.headend.ffmpeg;

import io.headend.core.Timebase;
import java.nio.ByteBuffer;
import java.util.Random;

/** Moving test pictures. */
final class Pictures {

    private Pictures() {}

    static AvFrame gradient(int width, int height, int n) {
        AvFrame frame = AvFrame.allocateVideo("yuv420p", width, height);
        for (int p = 0; p < 3; p++) {
            ByteBuffer plane = frame.plane(p);
            for (int y = 0; y < frame.rows(p); y++) {
                for (int x = 0; x < frame.rowBytes(p); x++) {
                    plane.put(y * frame.stride(p) + x, (byte) (p == 0 ? x + 2 * y + 5 * n : 128 + n));
                }
            }
        }
        return frame;
    }

    static AvFrame gradient(int width, int height, int n, long pts, Timebase timebase) {
        try (AvFrame frame = gradient(width, height, n)) {
            return frame.withPts(pts, timebase);
        }
    }

    /** A picture that is hard to code, at frame {@code n} of 25 per second. */
    static AvFrame noise(int width, int height, int n) {
        try (AvFrame frame = AvFrame.allocateVideo("yuv420p", width, height)) {
            Random random = new Random(n / 2);
            for (int p = 0; p < 3; p++) {
                ByteBuffer plane = frame.plane(p);
                byte[] row = new byte[frame.rowBytes(p)];
                for (int y = 0; y < frame.rows(p); y++) {
                    for (int x = 0; x < row.length; x++) {
                        row[x] = (byte) (p > 0 ? 128 : (x + y + 3 * n & 0x7f) + random.nextInt(40));
                    }
                    plane.put(y * frame.stride(p), row);
                }
            }
            return frame.withPts(n, Timebase.of(1, 25));
        }
    }

    /** Of the visible samples of all planes. */
    static int hash(AvFrame frame) {
        int hash = 1;
        for (int p = 0; p < frame.planes(); p++) {
            ByteBuffer plane = frame.plane(p);
            for (int y = 0; y < frame.rows(p); y++) {
                hash = 31 * hash
                        + plane.slice(y * frame.stride(p), frame.rowBytes(p)).hashCode();
            }
        }
        return hash;
    }
}

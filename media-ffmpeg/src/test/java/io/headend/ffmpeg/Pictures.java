package io.headend.ffmpeg;

import java.nio.ByteBuffer;

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

    static AvFrame gradient(int width, int height, int n, long pts, io.headend.core.Timebase timebase) {
        try (AvFrame frame = gradient(width, height, n)) {
            return frame.withPts(pts, timebase);
        }
    }
}

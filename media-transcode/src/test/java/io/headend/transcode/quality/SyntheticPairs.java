package io.headend.transcode.quality;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Pictures by an integer formula, so that expected values need no media files. */
final class SyntheticPairs {

    private SyntheticPairs() {}

    private static int triangle(long v, int period) {
        int m = (int) Math.floorMod(v, 2L * period);
        return m < period ? m : 2 * period - 1 - m;
    }

    private static int noise(long x, long y, long s) {
        long v = ((x * 73856093L) ^ (y * 19349663L) ^ (s * 83492791L)) & 0x7fffffffL;
        v = (v * 1103515245L + 12345) & 0x7fffffffL;
        return (int) ((v >> 16) & 255);
    }

    static int reference(int x, int y, int t) {
        int v = 16
                + 2 * triangle(x + 2L * t, 40)
                + 2 * triangle(y + t, 30)
                + ((noise((x + 2 * t) >> 2, (y + t) >> 2, 1) - 128) >> 2)
                + ((noise(x + 2 * t, y + t, 2) - 128) >> 3);
        return Math.max(0, Math.min(255, v));
    }

    static int distorted(int x, int y, int t, int width, int height) {
        int x1 = Math.min(x + 1, width - 1);
        int y1 = Math.min(y + 1, height - 1);
        int blurred = (reference(x, y, t) + reference(x1, y, t) + reference(x, y1, t) + reference(x1, y1, t) + 2) >> 2;
        return Math.max(0, Math.min(255, (blurred + 3) / 6 * 6));
    }

    @FunctionalInterface
    interface Samples {
        int at(int x, int y);
    }

    /** 4:2:0 with grey chroma. */
    static Picture picture(int width, int height, int bitDepth, Samples luma) {
        int chroma = (width + 1) / 2 * ((height + 1) / 2);
        int bytes = bitDepth > 8 ? 2 : 1;
        ByteBuffer out =
                ByteBuffer.allocate((width * height + 2 * chroma) * bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                put(out, bytes, luma.at(x, y));
            }
        }
        for (int i = 0; i < 2 * chroma; i++) {
            put(out, bytes, 128 << (bitDepth - 8));
        }
        return Picture.yuv420(width, height, bitDepth, out.flip());
    }

    private static void put(ByteBuffer out, int bytes, int sample) {
        if (bytes == 1) {
            out.put((byte) sample);
        } else {
            out.putShort((short) sample);
        }
    }

    static Picture reference(int width, int height, int bitDepth, int t) {
        return picture(width, height, bitDepth, (x, y) -> reference(x, y, t) << (bitDepth - 8));
    }

    static Picture distorted(int width, int height, int bitDepth, int t) {
        return picture(width, height, bitDepth, (x, y) -> distorted(x, y, t, width, height) << (bitDepth - 8));
    }

    static SamplePlane plane(Picture picture) {
        Picture.Plane luma = picture.planes().get(0);
        SamplePlane plane = new SamplePlane(luma.width(), luma.height(), picture.bitDepth());
        plane.fill(luma.data(), luma.stride());
        return plane;
    }
}

package io.headend.transcode.quality;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** One plane of a picture as the meters keep it: rows without padding, 8-bit samples in bytes, deeper ones in shorts. */
final class SamplePlane {

    final int width;
    final int height;
    final int bitDepth;
    final byte[] bytes;
    final short[] shorts;

    SamplePlane(int width, int height, int bitDepth) {
        this.width = width;
        this.height = height;
        this.bitDepth = bitDepth;
        int samples = Math.multiplyExact(width, height);
        bytes = new byte[bitDepth == 8 ? samples : 0];
        shorts = new short[bitDepth == 8 ? 0 : samples];
    }

    boolean fits(int otherWidth, int otherHeight, int otherBitDepth) {
        return width == otherWidth && height == otherHeight && bitDepth == otherBitDepth;
    }

    /** Copies samples in; two bytes per sample, little-endian, where the depth is above 8. */
    void fill(ByteBuffer data, int stride) {
        ByteBuffer source = data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        int base = source.position();
        for (int y = 0; y < height; y++) {
            int at = base + y * stride;
            if (bitDepth == 8) {
                source.get(at, bytes, y * width, width);
            } else {
                source.position(at);
                source.asShortBuffer().get(shorts, y * width, width);
            }
        }
    }

    int sample(int x, int y) {
        int at = y * width + x;
        return bitDepth == 8 ? bytes[at] & 0xff : shorts[at] & 0xffff;
    }

    /** Copies 8-bit samples from {@code at} on, four in a word, the first in the lowest bits. */
    void words(int at, int[] out, int n) {
        ByteBuffer.wrap(bytes, at, 4 * n)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asIntBuffer()
                .get(out, 0, n);
    }

    int peak() {
        return (1 << bitDepth) - 1;
    }
}

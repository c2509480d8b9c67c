package io.headend.transcode.quality;

import io.headend.core.MediaException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A picture lent to a meter: planes of samples, luma first. The meter copies what it needs before {@code push} returns.
 *
 * @param bitDepth 8 to 16; samples above 8 bits take two bytes, little-endian, right-aligned
 * @param planes luma alone, or luma, Cb and Cr
 */
public record Picture(int bitDepth, List<Plane> planes) {

    public Picture {
        planes = List.copyOf(planes);
        if (bitDepth < 8 || bitDepth > 16) {
            throw MediaException.invalidArgument("a bit depth of " + bitDepth + " cannot be measured, only 8 to 16");
        }
        if (planes.size() != 1 && planes.size() != 3) {
            throw MediaException.invalidArgument("a picture has one plane or three, not " + planes.size());
        }
        int sampleBytes = bitDepth > 8 ? 2 : 1;
        for (Plane plane : planes) {
            long row = (long) plane.width * sampleBytes;
            if (plane.stride < row || plane.data.remaining() < (long) (plane.height - 1) * plane.stride + row) {
                throw MediaException.invalidArgument(
                        "a plane of " + plane.width + "x" + plane.height + " samples and stride " + plane.stride
                                + " does not fit in " + plane.data.remaining() + " bytes");
            }
        }
    }

    /**
     * One plane.
     *
     * @param data samples from the buffer's position on; the position is not moved
     * @param stride bytes from one row to the next
     * @param width samples in a row, 1 to 16384
     * @param height rows, 1 to 16384
     */
    public record Plane(ByteBuffer data, int stride, int width, int height) {

        private static final int MAX = 16_384;

        public Plane {
            if (width < 1 || height < 1 || width > MAX || height > MAX) {
                throw MediaException.invalidArgument("a plane of " + width + "x" + height + " is outside 1.." + MAX);
            }
        }
    }

    /** A picture of luma alone. */
    public static Picture luma(int width, int height, int bitDepth, ByteBuffer samples) {
        return new Picture(bitDepth, List.of(new Plane(samples, width * sampleBytes(bitDepth), width, height)));
    }

    /** A 4:2:0 picture whose three planes lie one after the other without padding. */
    public static Picture yuv420(int width, int height, int bitDepth, ByteBuffer samples) {
        int bytes = sampleBytes(bitDepth);
        int chromaWidth = (width + 1) / 2;
        int chromaHeight = (height + 1) / 2;
        long luma = (long) width * height * bytes;
        long chroma = (long) chromaWidth * chromaHeight * bytes;
        if (samples.remaining() < luma + 2 * chroma) {
            throw MediaException.invalidArgument("a 4:2:0 picture of " + width + "x" + height + " does not fit in "
                    + samples.remaining() + " bytes");
        }
        int at = samples.position();
        return new Picture(
                bitDepth,
                List.of(
                        new Plane(samples.slice(at, (int) luma), width * bytes, width, height),
                        new Plane(
                                samples.slice(at + (int) luma, (int) chroma),
                                chromaWidth * bytes,
                                chromaWidth,
                                chromaHeight),
                        new Plane(
                                samples.slice(at + (int) (luma + chroma), (int) chroma),
                                chromaWidth * bytes,
                                chromaWidth,
                                chromaHeight)));
    }

    private static int sampleBytes(int bitDepth) {
        return bitDepth > 8 ? 2 : 1;
    }

    public int width() {
        return planes.get(0).width;
    }

    public int height() {
        return planes.get(0).height;
    }

    String shape() {
        StringBuilder out = new StringBuilder();
        for (Plane plane : planes) {
            out.append(out.length() == 0 ? "" : "+")
                    .append(plane.width)
                    .append('x')
                    .append(plane.height);
        }
        return out.append(" at ").append(bitDepth).append(" bits").toString();
    }
}

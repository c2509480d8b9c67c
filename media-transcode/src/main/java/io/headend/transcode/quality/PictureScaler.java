package io.headend.transcode.quality;

import io.headend.core.MediaException;
import io.headend.core.PictureSize;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Scales a distorted picture to its reference's size, which VMAF asks for and does not do itself. The kernel is bicubic
 * (Mitchell-Netravali with B = 0, C = 0.6, as FFmpeg's scaler has it by default), stretched when the picture shrinks;
 * sample centres are aligned on all planes alike. Immutable, for any thread.
 */
public final class PictureScaler {

    private static final double C = 0.6;

    private final PictureSize target;

    private PictureScaler(PictureSize target) {
        this.target = target;
    }

    /** A bicubic scaler to {@code target}. */
    public static PictureScaler bicubic(PictureSize target) {
        return new PictureScaler(target);
    }

    /**
     * The picture at the target size, in memory of its own; {@code picture} itself if it has that size. Chroma planes keep
     * their subsampling (rounded up).
     */
    public Picture scale(Picture picture) {
        if (picture.width() == target.width() && picture.height() == target.height()) {
            return picture;
        }
        List<Picture.Plane> planes = new ArrayList<>();
        for (Picture.Plane plane : picture.planes()) {
            planes.add(scale(
                    plane,
                    scaled(plane.width(), picture.width(), target.width()),
                    scaled(plane.height(), picture.height(), target.height()),
                    picture.bitDepth()));
        }
        return new Picture(picture.bitDepth(), planes);
    }

    private static int scaled(int plane, int picture, int target) {
        if (plane == picture) {
            return target;
        }
        int ratio = (picture + plane - 1) / plane;
        if (ratio < 1) {
            throw MediaException.invalidArgument("a chroma plane is larger than its luma plane");
        }
        return (target + ratio - 1) / ratio;
    }

    private static Picture.Plane scale(Picture.Plane plane, int width, int height, int bitDepth) {
        SamplePlane source = new SamplePlane(plane.width(), plane.height(), bitDepth);
        source.fill(plane.data(), plane.stride());
        Weights columns = Weights.of(plane.width(), width);
        Weights rows = Weights.of(plane.height(), height);
        float[][] wide = new float[plane.height()][width];
        float[] row = new float[plane.width()];
        for (int y = 0; y < plane.height(); y++) {
            for (int x = 0; x < plane.width(); x++) {
                row[x] = source.sample(x, y);
            }
            columns.apply(row, wide[y]);
        }
        int bytes = bitDepth > 8 ? 2 : 1;
        ByteBuffer out = ByteBuffer.allocate(Math.multiplyExact(Math.multiplyExact(width, height), bytes))
                .order(ByteOrder.LITTLE_ENDIAN);
        int peak = source.peak();
        float[] sum = new float[width];
        for (int y = 0; y < height; y++) {
            rows.combine(wide, y, sum);
            for (int x = 0; x < width; x++) {
                int value = Math.max(0, Math.min(peak, Math.round(sum[x])));
                if (bytes == 1) {
                    out.put((byte) value);
                } else {
                    out.putShort((short) value);
                }
            }
        }
        return new Picture.Plane(out.flip(), width * bytes, width, height);
    }

    /** For each output sample the source samples that make it, edge samples repeated, and their weights (sum 1). */
    @SuppressWarnings("ArrayRecordComponent") // internal, never compared
    private record Weights(int[][] index, float[][] weight) {

        static Weights of(int from, int to) {
            double step = (double) from / to;
            double stretch = Math.max(1, step);
            int taps = 2 * (int) Math.ceil(2 * stretch);
            int[][] index = new int[to][taps];
            float[][] weight = new float[to][taps];
            for (int i = 0; i < to; i++) {
                double centre = (i + 0.5) * step - 0.5;
                int first = (int) Math.floor(centre) - taps / 2 + 1;
                double total = 0;
                double[] raw = new double[taps];
                for (int k = 0; k < taps; k++) {
                    raw[k] = cubic((first + k - centre) / stretch);
                    total += raw[k];
                }
                for (int k = 0; k < taps; k++) {
                    index[i][k] = Math.max(0, Math.min(from - 1, first + k));
                    weight[i][k] = (float) (raw[k] / total);
                }
            }
            return new Weights(index, weight);
        }

        private static double cubic(double distance) {
            double x = Math.abs(distance);
            if (x < 1) {
                return (2 - C) * x * x * x + (C - 3) * x * x + 1;
            }
            return x < 2 ? -C * x * x * x + 5 * C * x * x - 8 * C * x + 4 * C : 0;
        }

        void apply(float[] row, float[] out) {
            for (int i = 0; i < out.length; i++) {
                float sum = 0;
                for (int k = 0; k < index[i].length; k++) {
                    sum += weight[i][k] * row[index[i][k]];
                }
                out[i] = sum;
            }
        }

        void combine(float[][] rows, int y, float[] out) {
            Arrays.fill(out, 0f);
            for (int k = 0; k < index[y].length; k++) {
                float[] row = rows[index[y][k]];
                float w = weight[y][k];
                for (int x = 0; x < out.length; x++) {
                    out[x] += w * row[x];
                }
            }
        }
    }
}

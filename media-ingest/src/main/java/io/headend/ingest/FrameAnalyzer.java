package io.headend.ingest;

import io.headend.core.Codec;
import io.headend.ffmpeg.AvFrame;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Looks at decoded pictures and sound for black, freeze and silence, and tells {@link InputHealth}. It keeps no frame.
 *
 * <p>A picture is looked at in a grid of {@value #COLUMNS} by {@value #ROWS} luma samples, which takes microseconds. Pictures in RGB and sound
 * in formats other than 16 bits, 32 bits and floating point are passed over.
 *
 * <p><b>Threading:</b> one thread.
 */
public final class FrameAnalyzer {

    private static final int COLUMNS = 64;
    private static final int ROWS = 36;
    private static final double BLACK_SHARE = 0.98;
    private static final double QUIETEST = -120;

    private final InputHealth health;
    private double @Nullable [] before;

    public FrameAnalyzer(InputHealth health) {
        this.health = health;
    }

    /** Looks at a frame, which stays the caller's. */
    public void accept(AvFrame frame) {
        if (frame.kind() == Codec.Kind.VIDEO) {
            picture(frame);
        } else if (frame.kind() == Codec.Kind.AUDIO) {
            sound(frame);
        }
    }

    private void picture(AvFrame frame) {
        String format = frame.pixelFormat();
        boolean luma = format.startsWith("yuv")
                || format.startsWith("nv")
                || format.startsWith("p0")
                || format.startsWith("gray");
        if (!luma || format.contains("yuyv") || frame.width() < 2 || frame.height() < 2) {
            return;
        }
        double[] grid = grid(frame, depth(format), format.startsWith("p0"));
        double[] sorted = grid.clone();
        Arrays.sort(sorted);
        double brightest = sorted[(int) (BLACK_SHARE * (sorted.length - 1))];
        double[] last = before;
        before = grid;
        health.picture(brightest, last == null ? Double.NaN : difference(grid, last));
    }

    private static int depth(String format) {
        if (format.startsWith("p010") || format.contains("10")) {
            return 10;
        }
        if (format.contains("12")) {
            return format.startsWith("nv12") ? 8 : 12;
        }
        return format.contains("16") && !format.startsWith("nv16") ? 16 : 8;
    }

    /** Luma on the scale of 8 bits. */
    private static double[] grid(AvFrame frame, int depth, boolean high) {
        ByteBuffer plane = frame.plane(0).order(ByteOrder.LITTLE_ENDIAN);
        int stride = frame.stride(0);
        double[] grid = new double[COLUMNS * ROWS];
        double scale = depth == 8 ? 1 : high ? 1.0 / 256 : 1.0 / (1 << (depth - 8));
        for (int row = 0; row < ROWS; row++) {
            int y = (int) ((row + 0.5) * frame.height() / ROWS);
            for (int column = 0; column < COLUMNS; column++) {
                int x = (int) ((column + 0.5) * frame.width() / COLUMNS);
                int at = y * stride + (depth == 8 ? x : 2 * x);
                int value = depth == 8 ? plane.get(at) & 0xFF : plane.getShort(at) & 0xFFFF;
                grid[row * COLUMNS + column] = value * scale;
            }
        }
        return grid;
    }

    private static double difference(double[] grid, double[] last) {
        double sum = 0;
        for (int i = 0; i < grid.length; i++) {
            sum += Math.abs(grid[i] - last[i]);
        }
        return sum / grid.length;
    }

    private void sound(AvFrame frame) {
        String format = frame.sampleFormat();
        double sum = 0;
        long count = 0;
        int values = frame.samples() * (frame.planes() == 1 ? frame.channels() : 1);
        for (int plane = 0; plane < frame.planes(); plane++) {
            ByteBuffer bytes = frame.plane(plane).order(ByteOrder.nativeOrder());
            for (int i = 0; i < values; i++) {
                double value;
                switch (format) {
                    case "flt", "fltp" -> value = bytes.getFloat(4 * i);
                    case "s16", "s16p" -> value = bytes.getShort(2 * i) / 32_768.0;
                    case "s32", "s32p" -> value = bytes.getInt(4 * i) / 2_147_483_648.0;
                    default -> {
                        return;
                    }
                }
                sum += value * value;
                count++;
            }
        }
        if (count > 0) {
            double mean = sum / count;
            health.sound(mean <= 0 ? QUIETEST : Math.max(QUIETEST, 10 * Math.log10(mean)));
        }
    }
}

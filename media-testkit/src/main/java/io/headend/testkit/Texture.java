package io.headend.testkit;

import java.util.SplittableRandom;

/** Clouds with fine grain that repeat after {@link #PERIOD} columns, so that a row can be copied from any shift. */
final class Texture {

    static final int PERIOD = 512;
    private static final int NOISE = 4096;

    private final int stride;
    private final byte[] luma;
    private final byte[] chroma;
    private final byte[] noise;

    Texture(int width, int height) {
        SplittableRandom random = new SplittableRandom(7);
        stride = width + PERIOD;
        luma = plane(random, height, new int[] {64, 16, 4, 2}, new int[] {80, 48, 32, 20});
        chroma = plane(random, height / 2, new int[] {64, 16}, new int[] {26, 14});
        noise = new byte[NOISE + width];
        for (int i = 0; i < noise.length; i++) {
            noise[i] = (byte) (48 + random.nextInt(160));
        }
    }

    private byte[] plane(SplittableRandom random, int height, int[] cells, int[] weights) {
        byte[] out = new byte[stride * height];
        int[][] lattices = new int[cells.length][];
        for (int o = 0; o < cells.length; o++) {
            lattices[o] = random.ints((long) (PERIOD / cells[o]) * (height / cells[o] + 2), -128, 128)
                    .toArray();
        }
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < PERIOD; x++) {
                int value = 128;
                for (int o = 0; o < cells.length; o++) {
                    value += weights[o] * at(lattices[o], cells[o], x, y) / 128;
                }
                out[y * stride + x] = (byte) Math.max(32, Math.min(220, value));
            }
            for (int x = PERIOD; x < stride; x++) {
                out[y * stride + x] = out[y * stride + x - PERIOD];
            }
        }
        return out;
    }

    private static int at(int[] lattice, int cell, int x, int y) {
        int columns = PERIOD / cell;
        int column = x / cell;
        int row = y / cell * columns;
        int next = (column + 1) % columns;
        int fx = x % cell;
        int fy = y % cell;
        int top = lattice[row + column] * (cell - fx) + lattice[row + next] * fx;
        int bottom = lattice[row + columns + column] * (cell - fx) + lattice[row + columns + next] * fx;
        return (top * (cell - fy) + bottom * fy) / (cell * cell);
    }

    void copyLuma(int row, int shift, byte[] out, int at, int length) {
        System.arraycopy(luma, row * stride + shift, out, at, length);
    }

    void copyChroma(int row, int shift, byte[] out, int at, int length) {
        System.arraycopy(chroma, row * stride + shift, out, at, length);
    }

    void copyNoise(int offset, byte[] out, int at, int length) {
        System.arraycopy(noise, offset & (NOISE - 1), out, at, length);
    }
}

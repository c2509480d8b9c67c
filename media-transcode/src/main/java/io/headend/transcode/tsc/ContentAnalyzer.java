package io.headend.transcode.tsc;

import io.headend.ffmpeg.AvFrame;
import io.headend.transcode.ComplexityFeatures;
import io.headend.transcode.ContentClass;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Looks at a half-size picture: how bright, how flat, how far from the last one. Remembers a thumbnail. One thread. */
final class ContentAnalyzer {

    private static final int CELL = 8;
    private static final int GRID = 16;
    // Variance of luma below which a block has no detail.
    private static final double FLAT = 4;

    // Share of the bits of a first picture that one after it costs at a factor of 24; noise fades with coarser
    // quantisers.
    private static final double RESTLESS = 0.45;
    private static final double PER_STEP = 0.965;

    private static final double NEAR_BLACK = 26;
    private static final double NEW_SCENE = 0.12;

    private final double[] thumbnail = new double[GRID * GRID];
    private boolean known;

    /** Whether a distance is that of another scene. */
    static boolean isNewScene(ComplexityFeatures features) {
        return features.change() > NEW_SCENE;
    }

    /** @param small first picture of a group; 8 bits of luma */
    ComplexityFeatures look(AvFrame small, ProbeResult probe) {
        int width = small.width();
        int stride = small.stride(0);
        ByteBuffer luma = small.plane(0);
        int across = width / CELL;
        int down = small.height() / CELL;
        double[] cells = new double[GRID * GRID];
        int[] counts = new int[GRID * GRID];
        byte[] row = new byte[width];
        int[] sums = new int[across];
        int[] squares = new int[across];
        double total = 0;
        int flat = 0;
        for (int v = 0; v < down; v++) {
            Arrays.fill(sums, 0);
            Arrays.fill(squares, 0);
            for (int y = v * CELL; y < (v + 1) * CELL; y++) {
                luma.get(y * stride, row, 0, width);
                for (int u = 0; u < across; u++) {
                    int sum = 0;
                    int square = 0;
                    for (int x = u * CELL; x < (u + 1) * CELL; x++) {
                        int sample = row[x] & 0xff;
                        sum += sample;
                        square += sample * sample;
                    }
                    sums[u] += sum;
                    squares[u] += square;
                }
            }
            for (int u = 0; u < across; u++) {
                double mean = sums[u] / 64.0;
                total += mean;
                flat += squares[u] / 64.0 - mean * mean < FLAT ? 1 : 0;
                int cell = v * GRID / down * GRID + u * GRID / across;
                cells[cell] += mean;
                counts[cell]++;
            }
        }
        int blocks = Math.max(1, across * down);
        return new ComplexityFeatures(
                probe.detailBits(), probe.motionBits(), total / blocks, (double) flat / blocks, change(cells, counts));
    }

    private double change(double[] cells, int[] counts) {
        double difference = 0;
        for (int i = 0; i < cells.length; i++) {
            double mean = counts[i] == 0 ? 0 : cells[i] / counts[i];
            difference += Math.abs(mean - thumbnail[i]);
            thumbnail[i] = mean;
        }
        boolean first = !known;
        known = true;
        return first ? 1 : Math.min(1, difference / cells.length / 64);
    }

    /** @param factor constant rate factor of the probe */
    static ContentClass classify(ComplexityFeatures f, double factor) {
        if (f.luma() < NEAR_BLACK) {
            return ContentClass.DARK;
        }
        double ratio = f.motionBits() / Math.max(1e-6, f.detailBits());
        if (ratio > RESTLESS * Math.pow(PER_STEP, factor - 24)) {
            return ContentClass.RESTLESS;
        }
        if (f.flat() > 0.5 && f.detailBits() > 0.5) {
            return ContentClass.SCREEN;
        }
        return ratio < 0.12 ? ContentClass.STILL : ContentClass.ORDINARY;
    }
}

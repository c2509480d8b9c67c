package io.headend.transcode.shots;

import io.headend.ffmpeg.AvFrame;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds hard cuts from luma alone: a picture begins a shot where it differs from the one before, block by block and in its
 * histogram, far more than pictures around it do among themselves. A flash, after which the old picture returns, is no cut.
 *
 * <p>Decides one picture late. Dissolves are not found; they are part of a shot.
 *
 * <p><b>Threading:</b> one thread at a time.
 */
public final class ShotDetector {

    private static final int COLUMNS = 32;
    private static final int ROWS = 18;
    private static final int BINS = 32;
    private static final int WINDOW = 8;
    private static final double LEAST_DIFFERENCE = 9;
    private static final double TIMES_USUAL = 3.5;
    private static final double LEAST_HISTOGRAM = 0.22;
    private static final double STARK_DIFFERENCE = 32;

    private final int leastFrames;
    private final double[] recent = new double[WINDOW];
    private int known;
    private @Nullable Look before;
    private @Nullable Look candidate;
    private double candidateDifference;
    private long pictures;
    private long shotStart;

    /** A picture as a few numbers. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Look(double[] blocks, double[] histogram) {}

    /** @param leastFrames a shot has at least this many pictures, at least 1 */
    public ShotDetector(int leastFrames) {
        if (leastFrames < 1) {
            throw new IllegalArgumentException("a shot has at least 1 picture, not " + leastFrames);
        }
        this.leastFrames = leastFrames;
    }

    /**
     * Looks at the next picture, which stays the caller's.
     *
     * @param frame 8 bits, luma in plane 0
     * @return whether the picture before it began a shot
     */
    public boolean add(AvFrame frame) {
        Look look = look(frame);
        boolean cut = candidate != null && settles(candidate, look);
        Look last = lastBefore(look);
        if (cut) {
            shotStart = pictures - 1;
            known = 0;
        }
        candidate = null;
        if (last != null) {
            double difference = difference(last.blocks, look.blocks);
            if (stands(difference, last, look) && pictures - shotStart >= leastFrames) {
                before = last;
                candidate = look;
                candidateDifference = difference;
            } else {
                recent[known++ % WINDOW] = difference;
                before = look;
            }
        } else {
            before = look;
        }
        pictures++;
        return cut;
    }

    // After a flash the old picture is what the next one follows.
    private @Nullable Look lastBefore(Look look) {
        Look flash = candidate;
        Look old = before;
        if (flash == null) {
            return old;
        }
        boolean returned = old != null && difference(old.blocks, look.blocks) < difference(flash.blocks, look.blocks);
        return returned ? old : flash;
    }

    /** Whether the very last picture began a shot. */
    public boolean finish() {
        return candidate != null;
    }

    private boolean stands(double difference, Look last, Look look) {
        double usual = usual();
        return difference > LEAST_DIFFERENCE
                && difference > TIMES_USUAL * usual
                && (difference > STARK_DIFFERENCE || distance(last.histogram, look.histogram) > LEAST_HISTOGRAM);
    }

    // After a cut the pictures stay with the new one; after a flash they go back.
    private boolean settles(Look cut, Look after) {
        Look old = before;
        double forth = difference(cut.blocks, after.blocks);
        double back = old == null ? Double.MAX_VALUE : difference(old.blocks, after.blocks);
        return forth < 0.5 * candidateDifference && back > forth;
    }

    private double usual() {
        int count = Math.min(known, WINDOW);
        if (count == 0) {
            return 0;
        }
        double[] sorted = Arrays.copyOf(recent, count);
        Arrays.sort(sorted);
        return sorted[count / 2];
    }

    private static Look look(AvFrame frame) {
        double[] blocks = new double[COLUMNS * ROWS];
        double[] histogram = new double[BINS];
        ByteBuffer luma = frame.plane(0);
        int stride = frame.stride(0);
        int width = frame.width();
        int height = frame.height();
        // Some twelve samples a block are as good as all of them.
        for (int row = 0; row < ROWS; row++) {
            for (int column = 0; column < COLUMNS; column++) {
                int sum = 0;
                int count = 0;
                int top = height * row / ROWS;
                int bottom = Math.max(top + 1, height * (row + 1) / ROWS);
                int left = width * column / COLUMNS;
                int right = Math.max(left + 1, width * (column + 1) / COLUMNS);
                int stepY = Math.max(1, (bottom - top) / 4);
                int stepX = Math.max(1, (right - left) / 4);
                for (int y = top; y < bottom && y < height; y += stepY) {
                    for (int x = left; x < right && x < width; x += stepX) {
                        int sample = luma.get(y * stride + x) & 0xff;
                        sum += sample;
                        count++;
                        histogram[sample * BINS / 256]++;
                    }
                }
                blocks[row * COLUMNS + column] = count == 0 ? 0 : (double) sum / count;
            }
        }
        double total = Math.max(1, Arrays.stream(histogram).sum());
        for (int i = 0; i < BINS; i++) {
            histogram[i] /= total;
        }
        return new Look(blocks, histogram);
    }

    private static double difference(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += Math.abs(a[i] - b[i]);
        }
        return sum / a.length;
    }

    /** 0 for the same histogram, 1 for disjoint ones, by how far the mass has to move within a few bins. */
    private static double distance(double[] a, double[] b) {
        double sum = 0;
        double carried = 0;
        for (int i = 0; i < a.length; i++) {
            carried += a[i] - b[i];
            sum += Math.abs(a[i] - b[i]) + 0.25 * Math.abs(carried);
        }
        return sum / 2;
    }
}

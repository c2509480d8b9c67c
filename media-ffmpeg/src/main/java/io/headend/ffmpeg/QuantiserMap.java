package io.headend.ffmpeg;

import io.headend.core.MediaException;

/**
 * Offsets of a picture's quantiser by block of 16x16 samples, row by row from the top left. Blocks at the right and lower
 * edge may be incomplete.
 *
 * @param columns blocks in a row, at least 1
 * @param offsets as many as blocks, each -51 to 51, fractions allowed; the array is not copied and must not change before
 *     the picture was sent
 */
public record QuantiserMap(int columns, float[] offsets) {

    /** Samples along an edge of a block. */
    public static final int BLOCK = 16;

    public QuantiserMap {
        if (columns < 1 || offsets.length == 0 || offsets.length % columns != 0) {
            throw MediaException.invalidArgument(
                    offsets.length + " offsets are not whole rows of " + columns + " blocks");
        }
    }

    int rows() {
        return offsets.length / columns;
    }

    /** How many blocks cover so many samples. */
    public static int blocks(int samples) {
        return (samples + BLOCK - 1) / BLOCK;
    }

    void check(int width, int height) {
        if (columns != blocks(width) || rows() != blocks(height)) {
            throw MediaException.invalidArgument("a map of " + columns + "x" + rows() + " blocks does not cover a picture of "
                    + width + "x" + height);
        }
    }
}

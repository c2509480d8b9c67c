package io.headend.testkit;

import java.nio.ByteBuffer;
import java.util.OptionalLong;

/**
 * Reads the frame number back from the block row of a {@link SyntheticSource} picture, also after it was scaled and coded.
 *
 * <p>The row is the lowest twelfth of the picture, 48 cells of equal width. Cells 0 and 1 are white and black, 2 to 41 the frame
 * number (most significant bit first, white is 1), 42 to 45 the exclusive-or of its ten four-bit groups, 46 and 47 black and
 * white. Only the middle of each cell counts.
 */
public final class FrameNumberReader {

    // Coding noise stays far below this; anything less is no block row.
    private static final int LEAST_CONTRAST = 60;

    private FrameNumberReader() {}

    /**
     * Reads a whole picture.
     *
     * @param luma 8-bit luma plane, its first byte at the buffer's position
     * @param stride bytes from one row to the next
     * @return the low 40 bits of the frame number, or empty if there is no valid block row
     * @throws IndexOutOfBoundsException if the plane is shorter than its size says
     */
    public static OptionalLong read(ByteBuffer luma, int stride, int width, int height) {
        int rowHeight = FrameNumberCode.rowHeight(height);
        if (rowHeight < 3 || width < FrameNumberCode.CELLS) {
            return OptionalLong.empty();
        }
        int[] level = new int[FrameNumberCode.CELLS];
        for (int cell = 0; cell < level.length; cell++) {
            level[cell] = mean(luma, stride, width, height, cell);
        }
        int white = Math.min(level[0], level[FrameNumberCode.CELLS - 1]);
        int black = Math.max(level[1], level[FrameNumberCode.CELLS - 2]);
        if (white - black < LEAST_CONTRAST) {
            return OptionalLong.empty();
        }
        int threshold = (white + black) / 2;
        long cells = 0;
        for (int value : level) {
            cells = cells << 1 | (value > threshold ? 1 : 0);
        }
        long number = cells >> 6 & FrameNumberCode.MASK;
        return cells == FrameNumberCode.encode(number) ? OptionalLong.of(number) : OptionalLong.empty();
    }

    private static int mean(ByteBuffer luma, int stride, int width, int height, int cell) {
        int rowHeight = FrameNumberCode.rowHeight(height);
        int top = height - rowHeight + rowHeight / 3;
        int bottom = Math.max(top + 1, height - rowHeight / 3);
        // Thirds of a cell in exact arithmetic, so that narrow pictures lose no precision.
        int left = (3 * cell + 1) * width / (3 * FrameNumberCode.CELLS);
        int right = Math.max(left + 1, (3 * cell + 2) * width / (3 * FrameNumberCode.CELLS));
        int sum = 0;
        for (int y = top; y < bottom; y++) {
            for (int x = left; x < right; x++) {
                sum += luma.get(luma.position() + y * stride + x) & 0xFF;
            }
        }
        return sum / ((bottom - top) * (right - left));
    }
}

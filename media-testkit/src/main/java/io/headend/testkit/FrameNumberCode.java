package io.headend.testkit;

import java.util.Arrays;

/**
 * The block row at the foot of a synthetic picture: 48 cells of equal width over the whole picture, one twelfth of its height.
 * Cells 0 and 1 are white and black, 2 to 41 are the frame number (40 bits, most significant first, white is 1), 42 to 45 the
 * exclusive-or of its ten four-bit groups, 46 and 47 black and white.
 */
final class FrameNumberCode {

    static final int CELLS = 48;
    static final int BITS = 40;
    static final long MASK = (1L << BITS) - 1;

    private static final byte BLACK = 16;
    private static final byte WHITE = (byte) 235;

    private FrameNumberCode() {}

    static int rowHeight(int height) {
        return height / 12;
    }

    /** The 48 cells, cell 0 in bit 47. */
    static long encode(long frame) {
        long number = frame & MASK;
        return 0b10L << 46 | number << 6 | (long) check(number) << 2 | 0b01;
    }

    static int check(long number) {
        int check = 0;
        for (long rest = number; rest != 0; rest >>>= 4) {
            check ^= (int) (rest & 0xF);
        }
        return check;
    }

    static void draw(byte[] luma, int width, int height, long frame) {
        long cells = encode(frame);
        int top = height - rowHeight(height);
        int row = top * width;
        for (int cell = 0; cell < CELLS; cell++) {
            boolean white = (cells >> (CELLS - 1 - cell) & 1) != 0;
            Arrays.fill(luma, row + cell * width / CELLS, row + (cell + 1) * width / CELLS, white ? WHITE : BLACK);
        }
        for (int y = top + 1; y < height; y++) {
            System.arraycopy(luma, row, luma, y * width, width);
        }
    }
}

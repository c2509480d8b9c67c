package io.headend.testkit;

/** Digits and the colon in 5 by 7 dots. */
final class BitmapFont {

    /** Columns from one character to the next, before scaling. */
    static final int ADVANCE = 6;

    private static final int ROWS = 7;
    private static final int COLUMNS = 5;

    // Seven rows of five dots, most significant dot left; '0' to '9', then ':'.
    private static final int[][] GLYPHS = {
        {0b01110, 0b10001, 0b10011, 0b10101, 0b11001, 0b10001, 0b01110},
        {0b00100, 0b01100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110},
        {0b01110, 0b10001, 0b00001, 0b00110, 0b01000, 0b10000, 0b11111},
        {0b11111, 0b00010, 0b00100, 0b00010, 0b00001, 0b10001, 0b01110},
        {0b00010, 0b00110, 0b01010, 0b10010, 0b11111, 0b00010, 0b00010},
        {0b11111, 0b10000, 0b11110, 0b00001, 0b00001, 0b10001, 0b01110},
        {0b00110, 0b01000, 0b10000, 0b11110, 0b10001, 0b10001, 0b01110},
        {0b11111, 0b00001, 0b00010, 0b00100, 0b01000, 0b01000, 0b01000},
        {0b01110, 0b10001, 0b10001, 0b01110, 0b10001, 0b10001, 0b01110},
        {0b01110, 0b10001, 0b10001, 0b01111, 0b00001, 0b00010, 0b01100},
        {0b00000, 0b00100, 0b00100, 0b00000, 0b00100, 0b00100, 0b00000},
    };

    private BitmapFont() {}

    /** Draws digits and colons into a luma plane; what lies outside of it is left out. */
    static void draw(String text, byte[] luma, int stride, int left, int top, int scale, byte value) {
        for (int i = 0; i < text.length(); i++) {
            int index = text.charAt(i) == ':' ? 10 : text.charAt(i) - '0';
            int x = left + i * ADVANCE * scale;
            if (x + COLUMNS * scale > stride) {
                return;
            }
            for (int row = 0; row < ROWS * scale; row++) {
                int dots = GLYPHS[index][row / scale];
                int at = (top + row) * stride + x;
                for (int column = 0; column < COLUMNS * scale; column++) {
                    if ((dots >> (COLUMNS - 1 - column / scale) & 1) != 0) {
                        luma[at + column] = value;
                    }
                }
            }
        }
    }
}

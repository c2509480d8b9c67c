package io.headend.core;

/**
 * Width and height of a picture in luma samples, each 1 to 16384.
 */
public record PictureSize(int width, int height) {

    public static final int MAX = 16_384;

    public PictureSize {
        if (width < 1 || height < 1 || width > MAX || height > MAX) {
            throw new IllegalArgumentException("picture size " + width + "x" + height + " is outside 1.." + MAX);
        }
    }

    @Override
    public String toString() {
        return width + "x" + height;
    }

    /** Width and height in each other's place. */
    @SuppressWarnings("ArgumentSelectionDefectChecker") // meant
    public PictureSize turned() {
        return new PictureSize(height, width);
    }
}

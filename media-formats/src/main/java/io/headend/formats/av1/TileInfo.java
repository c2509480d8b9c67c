package io.headend.formats.av1;

import io.headend.formats.BitReader;

/**
 * {@code tile_info} of a frame header (AV1 specification, 5.9.15).
 *
 * @param count of the tiles
 * @param numberBits of a tile's number
 * @param sizeBytes of {@code tile_size_minus_1}
 */
record TileInfo(int count, int numberBits, int sizeBytes) {

    private static final int MAX_COLUMNS = 64;
    private static final int MAX_ROWS = 64;

    static TileInfo read(BitReader in, SequenceParameters sequence, int width, int height) {
        int shift = sequence.superblocks128 ? 5 : 4;
        int columns = superblocks(width, shift);
        int rows = superblocks(height, shift);
        int maxWidth = 4096 >> (shift + 2);
        int maxArea = (4096 * 2304) >> (2 * (shift + 2));
        int minColumnsLog = log2(maxWidth, columns);
        int minTilesLog = Math.max(minColumnsLog, log2(maxArea, rows * columns));
        int columnsLog;
        int rowsLog;
        int tiles;
        if (in.readFlag()) {
            columnsLog = increment(in, minColumnsLog, log2(1, Math.min(columns, MAX_COLUMNS)));
            rowsLog = increment(in, Math.max(minTilesLog - columnsLog, 0), log2(1, Math.min(rows, MAX_ROWS)));
            tiles = uniform(columns, columnsLog) * uniform(rows, rowsLog);
        } else {
            int[] across = explicit(in, columns, maxWidth, MAX_COLUMNS);
            int area = minTilesLog > 0 ? (rows * columns) >> (minTilesLog + 1) : rows * columns;
            int[] down = explicit(in, rows, Math.max(area / across[1], 1), MAX_ROWS);
            columnsLog = log2(1, across[0]);
            rowsLog = log2(1, down[0]);
            tiles = across[0] * down[0];
        }
        int bits = columnsLog + rowsLog;
        int sizeBytes = 0;
        if (bits > 0) {
            in.skip(bits);
            sizeBytes = in.read(2) + 1;
        }
        return new TileInfo(tiles, bits, sizeBytes);
    }

    /** Superblocks that cover so many pixels, which are counted in blocks of 8 first. */
    private static int superblocks(int pixels, int shift) {
        int blocks = 2 * ((pixels + 7) >> 3);
        return (blocks + (1 << shift) - 1) >> shift;
    }

    private static int increment(BitReader in, int from, int most) {
        int log = from;
        while (log < most && in.readFlag()) {
            log++;
        }
        return log;
    }

    private static int uniform(int superblocks, int log) {
        int each = (superblocks + (1 << log) - 1) >> log;
        return (superblocks + each - 1) / each;
    }

    /** Count of the tiles and the size of the largest. */
    private static int[] explicit(BitReader in, int superblocks, int most, int mostTiles) {
        int count = 0;
        int largest = 1;
        for (int start = 0; start < superblocks && count < mostTiles; count++) {
            int size = nonSymmetric(in, Math.min(superblocks - start, most)) + 1;
            largest = Math.max(largest, size);
            start += size;
        }
        return new int[] {count, largest};
    }

    /** {@code ns(n)} (4.10.7). */
    static int nonSymmetric(BitReader in, int n) {
        int bits = 32 - Integer.numberOfLeadingZeros(n);
        int shorter = (1 << bits) - n;
        int value = in.read(bits - 1);
        return value < shorter ? value : (value << 1) - shorter + in.read(1);
    }

    private static int log2(int block, int target) {
        int log = 0;
        while (block << log < target) {
            log++;
        }
        return log;
    }
}

package io.headend.testkit;

import io.headend.core.PictureSize;
import io.headend.core.Rational;
import io.headend.core.Timebase;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.Locale;

/**
 * Draws the picture of a frame number into fresh yuv420p planes. What stands still is drawn once and copied; what moves is
 * copied in rows out of one texture, so a picture costs little more than its bytes.
 *
 * <p>From top to bottom: time code, frame number and flash in the first quarter; the panning texture with bouncing squares and
 * a patch of noise in the middle; the block row of {@link FrameNumberCode} at the foot.
 */
final class SyntheticPicture {

    private static final int SQUARES = 5;
    private static final int BLACK = 16;
    private static final int WHITE = 235;

    private final int width;
    private final int height;
    private final Rational frameRate;
    private final Texture texture;
    private final byte[] background;
    private final int bandTop;
    private final int bandHeight;
    private final int textScale;

    SyntheticPicture(PictureSize size, Rational frameRate) {
        this.width = size.width();
        this.height = size.height();
        this.frameRate = frameRate;
        this.bandTop = height / 4 & ~1;
        this.bandHeight = (height - FrameNumberCode.rowHeight(height) - bandTop) & ~1;
        this.texture = new Texture(width, bandHeight);
        this.textScale = Math.max(1, Math.min(width * 6 / 10 / (11 * BitmapFont.ADVANCE), bandTop / 14));
        this.background = new byte[width * height * 3 / 2];
        drawBackground();
    }

    private void drawBackground() {
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                background[y * width + x] = (byte) (40 + 120 * x / width + (x * 7 + y * 13) % 5);
            }
        }
        int chromaWidth = width / 2;
        int chromaHeight = height / 2;
        int u = width * height;
        int v = u + chromaWidth * chromaHeight;
        for (int y = 0; y < chromaHeight; y++) {
            boolean codeRow = 2 * y >= height - FrameNumberCode.rowHeight(height) - 2;
            for (int x = 0; x < chromaWidth; x++) {
                background[u + y * chromaWidth + x] = (byte) (codeRow ? 128 : 96 + 64 * x / chromaWidth);
                background[v + y * chromaWidth + x] = (byte) (codeRow ? 128 : 160 - 64 * y / chromaHeight);
            }
        }
    }

    byte[] draw(long frame) {
        byte[] out = background.clone();
        panTexture(out, frame);
        drawSquares(out, frame);
        drawNoise(out, frame);
        drawFlash(out, frame);
        drawText(out, timeCode(frame), bandTop / 16, textScale);
        drawText(out, Long.toString(frame), bandTop / 16 + 8 * textScale, Math.max(1, textScale / 2));
        FrameNumberCode.draw(out, width, height, frame);
        return out;
    }

    private void panTexture(byte[] out, long frame) {
        int shift = (int) Math.floorMod(frame * 6, (long) Texture.PERIOD);
        for (int y = 0; y < bandHeight; y++) {
            texture.copyLuma(y, shift, out, (bandTop + y) * width, width);
        }
        int chromaWidth = width / 2;
        int u = width * height;
        int v = u + chromaWidth * (height / 2);
        for (int y = 0; y < bandHeight / 2; y++) {
            int row = (bandTop / 2 + y) * chromaWidth;
            texture.copyChroma(y, shift / 2, out, u + row, chromaWidth);
            texture.copyChroma(y, (shift / 2 + Texture.PERIOD / 4) % Texture.PERIOD, out, v + row, chromaWidth);
        }
    }

    private void drawSquares(byte[] out, long frame) {
        int side = Math.max(8, bandHeight / 5);
        for (int i = 0; i < SQUARES; i++) {
            int left = bounce(frame * (2 + i) + 97L * i, width - side);
            int top = bandTop + bounce(frame * (5 - i) + 61L * i, bandHeight - side);
            for (int y = 0; y < side; y++) {
                texture.copyLuma(y, (Texture.PERIOD - 64 * i) % Texture.PERIOD, out, (top + y) * width + left, side);
            }
        }
    }

    private void drawNoise(byte[] out, long frame) {
        int patchWidth = width / 8;
        int patchHeight = bandHeight / 4;
        long seed = frame * 0x9E3779B97F4A7C15L;
        for (int y = 0; y < patchHeight; y++) {
            seed = seed * 6364136223846793005L + 1442695040888963407L;
            texture.copyNoise((int) (seed >>> 52), out, (bandTop + y) * width + width - patchWidth, patchWidth);
        }
    }

    private void drawFlash(byte[] out, long frame) {
        Timebase frames = Timebase.ofFrameRate(frameRate);
        long millis = frames.convert(frame, Timebase.MILLIS, RoundingMode.FLOOR);
        int value = Math.floorMod(millis, 1000L) < 100 ? WHITE : BLACK;
        int left = width - width / 10;
        for (int y = 0; y < bandTop / 2; y++) {
            Arrays.fill(out, y * width + left, (y + 1) * width, (byte) value);
        }
    }

    /** Hours, minutes and seconds of the UTC day, and the number of the frame in its second. */
    String timeCode(long frame) {
        Timebase frames = Timebase.ofFrameRate(frameRate);
        Timebase seconds = Timebase.hz(1);
        long second = frames.convert(frame, seconds, RoundingMode.FLOOR);
        long firstOfSecond = seconds.convert(second, frames, RoundingMode.CEILING);
        return String.format(
                Locale.ROOT,
                "%02d:%02d:%02d:%02d",
                second / 3600 % 24,
                second / 60 % 60,
                second % 60,
                frame - firstOfSecond);
    }

    private void drawText(byte[] out, String text, int top, int scale) {
        int left = width / 32;
        int boxWidth = Math.min(width - left, text.length() * BitmapFont.ADVANCE * scale + scale);
        for (int y = Math.max(0, top - scale); y < top + 8 * scale; y++) {
            Arrays.fill(out, y * width + left, y * width + left + boxWidth, (byte) BLACK);
        }
        BitmapFont.draw(text, out, width, left + scale, top, scale, (byte) WHITE);
    }

    private static int bounce(long position, int range) {
        int at = (int) Math.floorMod(position, 2L * range);
        return at < range ? at : 2 * range - at;
    }
}

package io.headend.transcode;

import io.headend.core.ColorInfo;
import io.headend.core.PictureSize;
import io.headend.core.Rational;
import io.headend.ffmpeg.AvFrame;
import java.nio.ByteBuffer;

/**
 * Lays a logo over the pictures of one rendition: limited range, 4:2:0, 8 or 10 bits. What it puts where is computed once. Used by
 * the rendition's thread.
 */
final class LogoPainter {

    /** One plane of the logo, in the picture's own units; alpha from 0 to 256. */
    private static final class Layer {
        private final int x;
        private final int y;
        private final int width;
        private final int height;
        private final short[] value;
        private final short[] alpha;

        Layer(int x, int y, int width, int height) {
            this.x = x;
            this.y = y;
            this.width = width;
            this.height = height;
            this.value = new short[width * height];
            this.alpha = new short[width * height];
        }
    }

    private final boolean wide;
    private final Layer[] layers = new Layer[3];

    /** @param pixelFormat {@code yuv420p} or {@code yuv420p10le} */
    LogoPainter(
            LogoImage image,
            Overlay overlay,
            PictureSize size,
            Rational sampleAspectRatio,
            String pixelFormat,
            ColorInfo color) {
        this.wide = pixelFormat.endsWith("10le");
        int width = even(overlay.width() * size.width());
        double samples = overlay.width() * size.width() * sampleAspectRatio.toDouble();
        int height = Math.min(size.height() & ~1, even(samples * image.height() / image.width()));
        int margin = even(overlay.margin() * size.height());
        int sideMargin = even(margin / sampleAspectRatio.toDouble());
        int x = place(overlay.corner(), size.width() - width, sideMargin, true);
        int y = place(overlay.corner(), size.height() - height, margin, false);
        convert(image.scaled(width, height), overlay.opacity(), new GraphicsColor(color, size.height()), x, y);
    }

    private static int even(double length) {
        return Math.max(2, 2 * (int) Math.round(length / 2));
    }

    private static int place(Overlay.Corner corner, int room, int margin, boolean across) {
        boolean low = across
                ? corner == Overlay.Corner.TOP_LEFT || corner == Overlay.Corner.BOTTOM_LEFT
                : corner == Overlay.Corner.TOP_LEFT || corner == Overlay.Corner.TOP_RIGHT;
        int at = corner == Overlay.Corner.CENTER ? room / 2 : low ? margin : room - margin;
        return Math.max(0, Math.min(room, at)) & ~1;
    }

    private void convert(LogoImage logo, double opacity, GraphicsColor color, int x, int y) {
        int width = logo.width();
        int height = logo.height();
        int unit = wide ? 4 : 1;
        layers[0] = new Layer(x, y, width, height);
        for (int p = 1; p < 3; p++) {
            layers[p] = new Layer(x / 2, y / 2, width / 2, height / 2);
        }
        double[] chroma = new double[3 * (width / 2) * (height / 2)];
        for (int row = 0; row < height; row++) {
            for (int column = 0; column < width; column++) {
                int at = row * width + column;
                double alpha = logo.at(at, 3);
                double scale = alpha > 0 ? 1 / alpha : 0;
                double[] ycc = color.convert(
                        Math.min(1, logo.at(at, 0) * scale),
                        Math.min(1, logo.at(at, 1) * scale),
                        Math.min(1, logo.at(at, 2) * scale));
                layers[0].value[at] = (short) Math.round((16 + 219 * ycc[0]) * unit);
                layers[0].alpha[at] = (short) Math.round(256 * alpha * opacity);
                int quarter = 3 * (row / 2 * (width / 2) + column / 2);
                chroma[quarter] += alpha;
                chroma[quarter + 1] += alpha * ycc[1];
                chroma[quarter + 2] += alpha * ycc[2];
            }
        }
        for (int i = 0; i < chroma.length / 3; i++) {
            double alpha = chroma[3 * i];
            for (int p = 1; p < 3; p++) {
                double mean = alpha > 0 ? chroma[3 * i + p] / alpha : 0;
                layers[p].value[i] = (short) Math.round((128 + 224 * mean) * unit);
                layers[p].alpha[i] = (short) Math.round(64 * alpha * opacity);
            }
        }
    }

    /** Paints into the frame, of which other handles see nothing: it is copied first where there are any. */
    void paint(AvFrame frame) {
        frame.makeWritable();
        for (int p = 0; p < 3; p++) {
            Layer layer = layers[p];
            ByteBuffer plane = frame.plane(p);
            for (int row = 0; row < layer.height; row++) {
                int start = (layer.y + row) * frame.stride(p);
                if (wide) {
                    blendWide(plane, start + 2 * layer.x, layer, row * layer.width);
                } else {
                    blend(plane, start + layer.x, layer, row * layer.width);
                }
            }
        }
    }

    private static void blend(ByteBuffer plane, int start, Layer layer, int from) {
        for (int i = 0; i < layer.width; i++) {
            int alpha = layer.alpha[from + i];
            int under = plane.get(start + i) & 0xff;
            plane.put(start + i, (byte) (under + ((alpha * (layer.value[from + i] - under) + 128) >> 8)));
        }
    }

    private static void blendWide(ByteBuffer plane, int start, Layer layer, int from) {
        for (int i = 0; i < layer.width; i++) {
            int alpha = layer.alpha[from + i];
            int under = plane.getShort(start + 2 * i);
            plane.putShort(start + 2 * i, (short) (under + ((alpha * (layer.value[from + i] - under) + 128) >> 8)));
        }
    }
}

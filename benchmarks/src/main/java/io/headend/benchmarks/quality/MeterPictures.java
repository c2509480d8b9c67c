package io.headend.benchmarks.quality;

import io.headend.transcode.quality.Picture;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Moving, noisy 4:2:0 pictures by an integer formula, and the same softened and quantised: the clip that speed is measured on. */
final class MeterPictures {

    private final int width;
    private final int height;
    private final byte[][] reference;
    private final byte[][] distorted;

    MeterPictures(int width, int height, int frames) {
        this.width = width;
        this.height = height;
        reference = new byte[frames][width * height * 3 / 2];
        distorted = new byte[frames][width * height * 3 / 2];
        for (int t = 0; t < frames; t++) {
            fill(t);
        }
    }

    private void fill(int t) {
        byte[] ref = reference[t];
        byte[] dist = distorted[t];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int noise = ((((x + 3 * t) * 73856093) ^ ((y + t) * 19349663)) * 1103515245) >>> 24;
                int wave = Math.abs((x + 2 * t) % 160 - 80) + Math.abs((y + t) % 120 - 60);
                ref[y * width + x] = (byte) Math.min(255, 30 + wave + (noise >> 3));
            }
        }
        for (int y = 0; y < height; y++) {
            int below = Math.min(y + 1, height - 1);
            for (int x = 0; x < width; x++) {
                int right = Math.min(x + 1, width - 1);
                int sum = (ref[y * width + x] & 0xff)
                        + (ref[y * width + right] & 0xff)
                        + (ref[below * width + x] & 0xff)
                        + (ref[below * width + right] & 0xff);
                dist[y * width + x] = (byte) ((sum + 2) / 4 / 5 * 5);
            }
        }
        for (int i = width * height; i < ref.length; i++) {
            ref[i] = (byte) (100 + (i * 7 + t) % 50);
            dist[i] = (byte) (100 + (i * 7 + t) % 50 / 4 * 4);
        }
    }

    Picture reference(int t) {
        return Picture.yuv420(width, height, 8, ByteBuffer.wrap(reference[t % reference.length]));
    }

    Picture distorted(int t) {
        return Picture.yuv420(width, height, 8, ByteBuffer.wrap(distorted[t % distorted.length]));
    }

    /** Writes a Y4M file of {@code frames} frames, which any peer reads with little effort. */
    void write(Path file, boolean ofReference, int frames) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            out.write(("YUV4MPEG2 W" + width + " H" + height + " F25:1 Ip A1:1 C420jpeg\n")
                    .getBytes(StandardCharsets.US_ASCII));
            for (int t = 0; t < frames; t++) {
                out.write("FRAME\n".getBytes(StandardCharsets.US_ASCII));
                out.write((ofReference ? reference : distorted)[t % reference.length]);
            }
        }
    }
}

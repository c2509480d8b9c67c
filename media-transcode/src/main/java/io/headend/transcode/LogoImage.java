package io.headend.transcode;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.ffmpeg.AvFrame;
import io.headend.ffmpeg.AvSample;
import io.headend.ffmpeg.Decoder;
import io.headend.ffmpeg.Demuxer;
import io.headend.ffmpeg.FilterGraph;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A decoded image: red, green, blue (0 to 1, premultiplied) and alpha of each sample, row by row. */
final class LogoImage {

    private static final long MOST_BYTES = 16L << 20;
    private static final int MOST_SIDE = 4096;

    private final int width;
    private final int height;
    private final float[] samples;

    private LogoImage(int width, int height, float[] samples) {
        this.width = width;
        this.height = height;
        this.samples = samples;
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    /** One of red, green, blue and alpha of sample {@code index}. */
    float at(int index, int component) {
        return samples[4 * index + component];
    }

    /**
     * Reads a file. Its bytes are handed to FFmpeg, never its name, which could mean other things there.
     *
     * @throws MediaException in one sentence, if it is missing, too large or no image
     */
    static LogoImage read(Path file) {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw MediaException.unsupported("the logo " + file + " is larger than 16 MiB");
            }
            return decode(file, Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            throw new MediaException(MediaErrorCode.NOT_FOUND, "there is no logo " + file, e);
        } catch (IOException e) {
            throw new MediaException(MediaErrorCode.IO, "the logo " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static LogoImage decode(Path file, byte[] bytes) {
        try (Demuxer demuxer = Demuxer.builder(Channels.newChannel(new ByteArrayInputStream(bytes)))
                        .open();
                FilterGraph rgba = FilterGraph.video("format=rgba", 1)) {
            if (demuxer.tracks().isEmpty()) {
                throw MediaException.malformed("it holds no picture");
            }
            try (Decoder decoder = demuxer.decoder(0).open();
                    AvFrame frame = first(demuxer, decoder)) {
                if (frame.width() > MOST_SIDE || frame.height() > MOST_SIDE) {
                    throw MediaException.unsupported("it is larger than 4096x4096");
                }
                rgba.send(frame.retain());
                try (AvFrame converted = rgba.receive(0)) {
                    if (converted == null) {
                        throw MediaException.malformed("it holds no picture");
                    }
                    return premultiplied(converted);
                }
            }
        } catch (MediaException e) {
            throw new MediaException(
                    e.code() == MediaErrorCode.UNSUPPORTED ? MediaErrorCode.UNSUPPORTED : MediaErrorCode.MALFORMED,
                    "the logo " + file + " cannot be used: " + e.getMessage(),
                    e);
        }
    }

    private static AvFrame first(Demuxer demuxer, Decoder decoder) {
        for (AvSample sample = demuxer.read(); sample != null; sample = demuxer.read()) {
            try (AvSample coded = sample) {
                decoder.send(coded);
            }
            AvFrame frame = decoder.receive();
            if (frame != null) {
                return frame;
            }
        }
        decoder.finish();
        AvFrame frame = decoder.receive();
        if (frame == null) {
            throw MediaException.malformed("no picture of it can be decoded");
        }
        return frame;
    }

    private static LogoImage premultiplied(AvFrame rgba) {
        int width = rgba.width();
        int height = rgba.height();
        ByteBuffer plane = rgba.plane(0);
        float[] samples = new float[4 * width * height];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int from = y * rgba.stride(0) + 4 * x;
                int to = 4 * (y * width + x);
                float alpha = (plane.get(from + 3) & 0xff) / 255f;
                for (int c = 0; c < 3; c++) {
                    samples[to + c] = alpha * (plane.get(from + c) & 0xff) / 255f;
                }
                samples[to + 3] = alpha;
            }
        }
        return new LogoImage(width, height, samples);
    }

    /** Scaled by the mean of what each new sample covers; enlarged, samples are interpolated by the same rule. */
    LogoImage scaled(int newWidth, int newHeight) {
        float[] wide = resample(samples, height, width, newWidth, true);
        return new LogoImage(newWidth, newHeight, resample(wide, newWidth, height, newHeight, false));
    }

    /** Along one axis; {@code lines} run across it. */
    private static float[] resample(float[] from, int lines, int length, int newLength, boolean rows) {
        float[] to = new float[4 * lines * newLength];
        double ratio = (double) length / newLength;
        double reach = Math.max(1, ratio);
        for (int i = 0; i < newLength; i++) {
            double center = (i + 0.5) * ratio;
            int first = (int) Math.max(0, Math.floor(center - reach));
            int last = (int) Math.min(length - 1, Math.ceil(center + reach));
            double total = 0;
            for (int k = first; k <= last; k++) {
                total += weight(k, center, reach);
            }
            for (int k = first; k <= last; k++) {
                float share = (float) (weight(k, center, reach) / total);
                if (share > 0) {
                    add(
                            from,
                            to,
                            lines,
                            rows ? k : k * lines,
                            rows ? i : i * lines,
                            rows ? length : 1,
                            rows ? newLength : 1,
                            share);
                }
            }
        }
        return to;
    }

    private static double weight(int sample, double center, double reach) {
        return Math.max(0, 1 - Math.abs(sample + 0.5 - center) / reach);
    }

    private static void add(
            float[] from, float[] to, int lines, int start, int target, int step, int targetStep, float share) {
        for (int line = 0; line < lines; line++) {
            int source = 4 * (start + line * step);
            int sum = 4 * (target + line * targetStep);
            for (int c = 0; c < 4; c++) {
                to[sum + c] += share * from[source + c];
            }
        }
    }
}

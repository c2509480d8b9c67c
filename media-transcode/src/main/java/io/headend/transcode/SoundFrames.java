package io.headend.transcode;

import io.headend.core.Timebase;
import io.headend.ffmpeg.AvFrame;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Joins runs of planar float samples and silence to frames of equal length, the first beginning at a multiple of that
 * length.
 */
final class SoundFrames implements AutoCloseable {

    static final String SAMPLE_FORMAT = "fltp";

    private final int sampleRate;
    private final int channels;
    private final int frameSize;
    private final Consumer<AvFrame> full;
    private final FloatBuffer[] planes;

    private @Nullable AvFrame frame;
    private int filled;
    private long start;

    /**
     * @param start first sample of the first frame
     * @param full takes each frame over, its time in samples
     */
    SoundFrames(int sampleRate, int channels, int frameSize, long start, Consumer<AvFrame> full) {
        this.sampleRate = sampleRate;
        this.channels = channels;
        this.frameSize = frameSize;
        this.start = start;
        this.full = full;
        this.planes = new FloatBuffer[channels];
    }

    void silence(long samples) {
        long left = samples;
        while (left > 0) {
            int count = (int) Math.min(left, room());
            for (FloatBuffer plane : planes) {
                for (int i = 0; i < count; i++) {
                    plane.put(filled + i, 0f);
                }
            }
            left -= count;
            advance(count);
        }
    }

    /**
     * Appends samples of a frame of the same rate, channels and format.
     *
     * @param correction 1 to stretch them by one sample, -1 to squeeze them by one, or 0
     */
    void append(AvFrame source, int skip, int take, int correction) {
        FloatBuffer[] from = new FloatBuffer[channels];
        for (int channel = 0; channel < channels; channel++) {
            ByteBuffer bytes = source.plane(channel);
            from[channel] = bytes.asFloatBuffer().slice(skip, take);
        }
        int total = take + correction;
        int done = 0;
        while (done < total) {
            int count = Math.min(total - done, room());
            for (int channel = 0; channel < channels; channel++) {
                if (correction == 0) {
                    planes[channel].put(filled, from[channel], done, count);
                } else {
                    glide(from[channel], take, total, done, planes[channel], filled, count);
                }
            }
            done += count;
            advance(count);
        }
    }

    // Moves by one sample over the whole run, so that no step is heard.
    private static void glide(FloatBuffer from, int take, int total, int done, FloatBuffer to, int at, int count) {
        for (int i = 0; i < count; i++) {
            double position = (double) (done + i) * (take - 1) / Math.max(1, total - 1);
            int left = Math.min(take - 1, (int) position);
            int right = Math.min(take - 1, left + 1);
            float share = (float) (position - left);
            to.put(at + i, from.get(left) * (1 - share) + from.get(right) * share);
        }
    }

    /** Fills the frame that has begun with silence and gives it out. */
    void finish() {
        if (filled > 0) {
            silence(frameSize - filled);
        }
    }

    private int room() {
        if (frame == null) {
            AvFrame fresh = AvFrame.allocateAudio(SAMPLE_FORMAT, sampleRate, channels, frameSize);
            for (int channel = 0; channel < channels; channel++) {
                planes[channel] = fresh.plane(channel).asFloatBuffer();
            }
            frame = fresh;
        }
        return frameSize - filled;
    }

    private void advance(int count) {
        filled += count;
        AvFrame done = frame;
        if (filled == frameSize && done != null) {
            frame = null;
            filled = 0;
            long pts = start;
            start += frameSize;
            try (done) {
                full.accept(done.withPts(pts, Timebase.hz(sampleRate)));
            }
        }
    }

    @Override
    public void close() {
        AvFrame begun = frame;
        frame = null;
        if (begun != null) {
            begun.close();
        }
    }
}

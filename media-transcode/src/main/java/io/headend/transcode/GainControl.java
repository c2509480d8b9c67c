package io.headend.transcode;

import io.headend.ffmpeg.AvFrame;
import java.nio.FloatBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Brings sound to a loudness and holds its true peaks, frame by frame. The gain moves in a straight line over each frame, towards
 * a value that this frame and the next can bear, so nothing clips and nothing clicks; for that one frame is held back.
 *
 * <p>In one pass the programme's loudness is estimated from what was heard, the last half minute counting most. The gain moves
 * quickly in the first seconds, then by at most 0.75 dB/s up and 3 dB/s down (12 where a passage is far too loud), and leans to
 * where the loudness of the result so far asks for. Used by the rendition's thread.
 */
final class GainControl implements AutoCloseable {

    private static final double SETTLING_SECONDS = 3;
    private static final double SETTLING_SLEW = 30;
    private static final double UP_SLEW = 0.75;
    private static final double DOWN_SLEW = 3;
    private static final double ALARM_SLEW = 12;
    private static final double ALARM = 4;
    private static final double GATE = -10;
    private static final double RELEASE_SLEW = 10;
    private static final double MOST_GAIN = 24;
    private static final double LEAN = 2;
    private static final double MOST_LEAN = 6;
    private static final double FADE_SECONDS = 15;
    private static final double SILENT = -60;

    private final @Nullable Loudness loudness;
    private final Consumer<AvFrame> sink;
    private final double ceiling;
    private final double secondsPerFrame;
    private final int channels;
    private final LoudnessGauge heard;
    private final LoudnessGauge given;
    private final TruePeak[] peaks;

    private @Nullable AvFrame held;
    private double heldLimit;
    private double wanted = 1;
    private double gain = 1;
    private double heardSeconds;
    private double sinceFade;
    private boolean first = true;

    /**
     * @param loudness what is wanted, or {@code null} to hold peaks alone
     * @param sink takes each frame over
     */
    GainControl(@Nullable Loudness loudness, int sampleRate, int channels, int frameSize, Consumer<AvFrame> sink) {
        this.loudness = loudness;
        this.sink = sink;
        this.channels = channels;
        this.ceiling = decibels(loudness == null ? -1 : loudness.peak());
        this.secondsPerFrame = (double) frameSize / sampleRate;
        this.heard = new LoudnessGauge(sampleRate, channels);
        this.given = new LoudnessGauge(sampleRate, channels);
        this.peaks = new TruePeak[channels];
        for (int i = 0; i < channels; i++) {
            peaks[i] = new TruePeak();
        }
        if (loudness != null && loudness.measured() != null) {
            double integrated = loudness.measured().integrated();
            wanted = Double.isInfinite(integrated) ? 1 : decibels(clamp(loudness.target() - integrated, MOST_GAIN));
            gain = wanted;
        }
    }

    private static double decibels(double value) {
        return Math.pow(10, value / 20);
    }

    private static double clamp(double value, double most) {
        return Math.max(-most, Math.min(most, value));
    }

    /** Takes a frame of planar floats over. */
    void accept(AvFrame frame) {
        double limit;
        try {
            limit = listen(frame);
        } catch (RuntimeException e) {
            frame.close();
            throw e;
        }
        AvFrame ready = held;
        double readyLimit = heldLimit;
        held = frame;
        heldLimit = limit;
        if (ready != null) {
            release(ready, Math.min(readyLimit, limit));
        }
    }

    /** Gives out what is held back. */
    void finish() {
        AvFrame ready = held;
        held = null;
        if (ready != null) {
            release(ready, heldLimit);
        }
    }

    /** Measures a frame; the largest gain that it bears. */
    private double listen(AvFrame frame) {
        FloatBuffer left = frame.plane(0).asFloatBuffer();
        FloatBuffer right = frame.plane(channels - 1).asFloatBuffer();
        double peak = 0;
        for (int i = 0; i < frame.samples(); i++) {
            peak = Math.max(peak, peaks[0].next(left.get(i)));
            if (channels > 1) {
                peak = Math.max(peak, peaks[1].next(right.get(i)));
            }
            if (heard.add(left.get(i), right.get(i)) && heard.momentary() > SILENT) {
                heardSeconds += 0.1;
            }
        }
        follow();
        return peak > 0 ? ceiling / peak : Double.MAX_VALUE;
    }

    private void follow() {
        Loudness aim = loudness;
        if (aim == null || aim.measured() != null) {
            return;
        }
        sinceFade += secondsPerFrame;
        if (sinceFade > FADE_SECONDS) {
            sinceFade = 0;
            heard.fade();
        }
        double integrated = heard.integrated();
        if (Double.isInfinite(integrated) || heard.momentary() < SILENT) {
            return;
        }
        double now = 20 * Math.log10(wanted);
        double loud = heard.momentary();
        double result = given.integrated();
        boolean settled = heardSeconds > SETTLING_SECONDS;
        double lean = !settled || Double.isInfinite(result) ? 0 : clamp(LEAN * (aim.target() - result), MOST_LEAN);
        double target = clamp(aim.target() - integrated + lean, MOST_GAIN);
        double up = (settled ? UP_SLEW : SETTLING_SLEW) * secondsPerFrame;
        double down = (settled ? DOWN_SLEW : SETTLING_SLEW) * secondsPerFrame;
        if (settled && loud < integrated + GATE) {
            // What the gate leaves out says nothing about the programme.
            up = 0;
        } else if (settled && loud + now > aim.target() + ALARM) {
            up = 0;
            down = ALARM_SLEW * secondsPerFrame;
            target = Math.min(target, aim.target() + ALARM - loud);
        }
        wanted = decibels(Math.max(now - down, Math.min(now + up, target)));
    }

    private void release(AvFrame frame, double limit) {
        double recovered = gain * decibels(RELEASE_SLEW * secondsPerFrame);
        double next = Math.min(Math.min(wanted, limit), first ? wanted : Math.max(recovered, 1e-6));
        if (first) {
            gain = Math.min(gain, limit);
            first = false;
        }
        try {
            apply(frame, gain, next);
        } catch (RuntimeException e) {
            frame.close();
            throw e;
        }
        gain = next;
        sink.accept(frame);
    }

    private void apply(AvFrame frame, double from, double to) {
        int count = frame.samples();
        frame.makeWritable();
        FloatBuffer[] planes = new FloatBuffer[channels];
        for (int c = 0; c < channels; c++) {
            planes[c] = frame.plane(c).asFloatBuffer();
        }
        double step = (to - from) / count;
        for (int i = 0; i < count; i++) {
            float factor = (float) (from + step * (i + 1));
            for (FloatBuffer plane : planes) {
                plane.put(i, plane.get(i) * factor);
            }
            given.add(planes[0].get(i), planes[channels - 1].get(i));
        }
    }

    @Override
    public void close() {
        AvFrame frame = held;
        held = null;
        if (frame != null) {
            frame.close();
        }
    }
}

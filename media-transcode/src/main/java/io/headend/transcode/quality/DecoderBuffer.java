package io.headend.transcode.quality;

import io.headend.core.Sample;
import io.headend.core.Timebase;
import java.util.Locale;

/**
 * The coded picture buffer of the hypothetical reference decoder (ITU-T H.264 and H.265, annex C; the same bucket is used for
 * AV1): bits arrive at a rate until the buffer is full, and each picture leaves at once at its decoding time. A stream conforms if
 * every picture has arrived when it is to leave.
 *
 * <p>Arrival waits while the buffer is full ({@code cbr_flag} 0), so the buffer cannot overflow. Looks at sizes and times of the
 * coded stream alone, whatever the encoder says.
 *
 * <p><b>Threading:</b> one thread at a time.
 */
public final class DecoderBuffer {

    /** Share of the buffer that has arrived when the first picture leaves, unless said otherwise: what x264 and x265 assume. */
    public static final double INITIAL = 0.9;

    private final double rate;
    private final double size;
    private final Timebase timebase;
    private double fullness;
    private double least;
    private double worstDeficit;
    private long lastTime;
    private long pictures;
    private long underflows;

    /**
     * An empty record of a stream that has not begun.
     *
     * @param rate at which bits arrive, bit/s, above 0
     * @param bufferBits size of the buffer, above 0
     * @param initial share of it that has arrived when the first picture leaves, 0 to 1
     * @param timebase of the samples
     */
    public DecoderBuffer(long rate, long bufferBits, double initial, Timebase timebase) {
        if (rate < 1 || bufferBits < 1 || !(initial >= 0 && initial <= 1)) {
            throw new IllegalArgumentException(
                    "not a decoder's buffer: " + rate + " bit/s, " + bufferBits + " bit, " + initial + " full");
        }
        this.rate = rate;
        this.size = bufferBits;
        this.timebase = timebase;
        this.fullness = initial * bufferBits;
        this.least = fullness;
    }

    /** The next picture in decoding order; the sample stays the caller's. */
    public void add(Sample sample) {
        add(sample.dts(), 8L * sample.size());
    }

    /**
     * The next picture in decoding order.
     *
     * @param decodingTime not before the one before
     * @param bits of the coded picture
     */
    public void add(long decodingTime, long bits) {
        if (pictures > 0) {
            if (decodingTime < lastTime) {
                throw new IllegalArgumentException("decoding time " + decodingTime + " comes after " + lastTime);
            }
            double seconds = (double) (decodingTime - lastTime) * timebase.num() / timebase.den();
            fullness = Math.min(size, fullness + rate * seconds);
        }
        lastTime = decodingTime;
        pictures++;
        fullness -= bits;
        least = Math.min(least, fullness);
        if (fullness < 0) {
            underflows++;
            worstDeficit = Math.max(worstDeficit, -fullness);
            // The decoder waits until the picture is there.
            fullness = 0;
        }
    }

    /** Pictures that had not arrived in time. */
    public long underflows() {
        return underflows;
    }

    public boolean conforms() {
        return underflows == 0;
    }

    /** How late the latest picture was, in seconds; 0 where none was. */
    public double worstDelay() {
        return worstDeficit / rate;
    }

    /** Least share of the buffer that was left when a picture had gone; below 0 where one was late. */
    public double leastFullness() {
        return least / size;
    }

    /** Share of the buffer that was left when the last picture had gone. */
    public double fullness() {
        return fullness / size;
    }

    public long pictures() {
        return pictures;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%d pictures through %.0f kbit at %.0f kbit/s: %d late, least fullness %.1f %%",
                pictures,
                size / 1000,
                rate / 1000,
                underflows,
                100 * least / size);
    }
}

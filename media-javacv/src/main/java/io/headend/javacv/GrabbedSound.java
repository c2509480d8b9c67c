package io.headend.javacv;

import io.headend.core.AudioFormat;
import io.headend.core.Codec;
import io.headend.core.CodecConfig;
import io.headend.core.MediaException;
import io.headend.core.Timebase;
import io.headend.core.Track;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import org.bytedeco.javacv.Frame;

/** Sound of a grabber as interleaved 16-bit samples on a sample clock. */
final class GrabbedSound {

    static final int TRACK = 1;

    // A grabber's timestamps are rounded to microseconds or worse; below 20 ms they do not move the clock.
    private static final int TOLERANCE_PER_SECOND = 50;

    private int sampleRate;
    private int channels;
    private long next = Long.MIN_VALUE;

    boolean changes(Frame frame) {
        return frame.sampleRate != sampleRate || frame.audioChannels != channels;
    }

    Track track(Frame frame) {
        sampleRate = frame.sampleRate;
        channels = frame.audioChannels;
        next = Long.MIN_VALUE;
        return new Track(
                TRACK,
                "audio-1",
                AudioFormat.of(CodecConfig.of(Codec.PCM_S16LE, "pcm_s16le"), sampleRate, channels),
                Timebase.hz(sampleRate),
                null);
    }

    /** Samples per channel. */
    long samples(Frame frame) {
        int values = frame.samples[0].remaining();
        return frame.samples.length > 1 ? values : values / channels;
    }

    /** The time of a run of {@code samples}: right behind the last one unless the grabber's time says otherwise. */
    long next(long micros, long samples) {
        long told = Timebase.MICROS.convert(micros, Timebase.hz(sampleRate));
        boolean follows = next != Long.MIN_VALUE && Math.abs(told - next) <= sampleRate / TOLERANCE_PER_SECOND;
        long pts = follows ? next : told;
        next = pts + samples;
        return pts;
    }

    ByteBuffer bytes(Frame frame) {
        int samples = (int) samples(frame);
        boolean planar = frame.samples.length > 1;
        if (planar && frame.samples.length != channels) {
            throw MediaException.invalidArgument(
                    "the grabber gives " + frame.samples.length + " planes for " + channels + " channels");
        }
        ByteBuffer target =
                ByteBuffer.allocate(samples * channels * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < samples; i++) {
            for (int c = 0; c < channels; c++) {
                target.putShort(planar ? value(frame.samples[c], i) : value(frame.samples[0], i * channels + c));
            }
        }
        return target.flip();
    }

    private static short value(Buffer buffer, int index) {
        int at = buffer.position() + index;
        if (buffer instanceof ShortBuffer shorts) {
            return shorts.get(at);
        }
        if (buffer instanceof FloatBuffer floats) {
            return (short) Math.max(Short.MIN_VALUE, Math.min(Short.MAX_VALUE, Math.round(floats.get(at) * 32_768f)));
        }
        throw MediaException.unsupported("sound in a " + buffer.getClass().getSimpleName() + " is not bridged");
    }
}

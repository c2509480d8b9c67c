package io.headend.transcode;

import io.headend.core.Rational;

/**
 * How full the decoder's buffer (ITU-T H.264 annex C) is after the pictures so far, so that an encoder which takes over from
 * another begins with the buffer that it finds.
 */
final class BufferFill {

    /** What encoders begin with. */
    static final double START = 0.9;

    private static final double LEAST = 0.05;

    private final double buffer;
    private final double perFrame;
    private double bits;
    private double lowest = Double.POSITIVE_INFINITY;

    BufferFill(RateControl rate, Rational frameRate) {
        this.buffer = rate.bufferBits();
        this.perFrame = rate.maxrate() / frameRate.toDouble();
        this.bits = START * buffer;
    }

    /** Takes a coded picture out, in coding order. */
    void take(int bytes) {
        bits = Math.max(0, Math.min(buffer, bits + perFrame) - 8.0 * bytes);
        lowest = Math.min(lowest, bits);
    }

    /** The least share since {@link #forgetLowest}, 0 to 1. */
    double lowestShare() {
        return Math.min(1, lowest / buffer);
    }

    void forgetLowest() {
        lowest = Double.POSITIVE_INFINITY;
    }

    /** 0.05 to 0.9 of the buffer. */
    double share() {
        return Math.max(LEAST, Math.min(START, bits / buffer));
    }
}

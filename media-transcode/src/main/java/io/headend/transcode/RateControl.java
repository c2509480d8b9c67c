package io.headend.transcode;

/**
 * How an encoder spends bits. Rates are in bit/s, buffers in bits: the decoder's buffer of ITU-T H.264 annex C, which a
 * rate of {@code maxrate} fills and the stream never empties.
 */
public sealed interface RateControl
        permits RateControl.Cbr, RateControl.Vbr, RateControl.CappedQuality, RateControl.ContentAdaptive {

    /** The rate that the stream never exceeds over the length of the buffer. */
    long maxrate();

    /** Size of the decoder's buffer. */
    long bufferBits();

    /** Mean rate equal to the maximum, without padding. */
    record Cbr(long bitrate, long bufferBits) implements RateControl {
        public Cbr {
            requirePositive(bitrate, bufferBits);
        }

        /** With a buffer of one second. */
        public static Cbr of(long bitrate) {
            return new Cbr(bitrate, bitrate);
        }

        @Override
        public long maxrate() {
            return bitrate;
        }
    }

    /** A mean rate, exceeded where the picture needs it, up to a maximum. */
    record Vbr(long bitrate, long maxrate, long bufferBits) implements RateControl {
        public Vbr {
            requirePositive(bitrate, bufferBits);
            if (maxrate < bitrate) {
                throw new IllegalArgumentException("maximum rate " + maxrate + " is below the mean rate " + bitrate);
            }
        }
    }

    /**
     * Constant quality under a cap.
     *
     * @param crf the encoder's constant rate factor; 0 is best, 51 (63 for AV1) is worst
     */
    record CappedQuality(double crf, long maxrate, long bufferBits) implements RateControl {
        public CappedQuality {
            requirePositive(maxrate, bufferBits);
            requireFactor(crf);
        }

        /** With a buffer of two seconds at the maximum rate. */
        public static CappedQuality of(double crf, long maxrate) {
            return new CappedQuality(crf, maxrate, Math.multiplyExact(2, maxrate));
        }
    }

    /**
     * Quality under a cap, with encoder settings and quantisers that follow what the pictures show.
     *
     * @param base constant rate factor from which groups of pictures depart where the target asks for it; sets the rate as
     *     {@link CappedQuality#crf} does
     * @param target band of quality that is held where the cap leaves room
     */
    record ContentAdaptive(
            double base, QualityTarget target, long maxrate, long bufferBits, LatencyClass latency, Scenario scenario)
            implements RateControl {
        public ContentAdaptive {
            requirePositive(maxrate, bufferBits);
            requireFactor(base);
        }

        /** Without floor or ceiling, any content, normal latency, a buffer of two seconds at the maximum rate. */
        public static ContentAdaptive of(double base, long maxrate) {
            return new ContentAdaptive(
                    base,
                    QualityTarget.NONE,
                    maxrate,
                    Math.multiplyExact(2, maxrate),
                    LatencyClass.NORMAL,
                    Scenario.AUTO);
        }

        public ContentAdaptive withTarget(QualityTarget newTarget) {
            return new ContentAdaptive(base, newTarget, maxrate, bufferBits, latency, scenario);
        }

        public ContentAdaptive withLatency(LatencyClass newLatency) {
            return new ContentAdaptive(base, target, maxrate, bufferBits, newLatency, scenario);
        }

        public ContentAdaptive withScenario(Scenario newScenario) {
            return new ContentAdaptive(base, target, maxrate, bufferBits, latency, newScenario);
        }
    }

    private static void requireFactor(double crf) {
        if (!(crf >= 0 && crf <= 63)) {
            throw new IllegalArgumentException("constant rate factor " + crf + " is outside 0..63");
        }
    }

    private static void requirePositive(long rate, long bufferBits) {
        if (rate < 1 || bufferBits < 1 || rate > Integer.MAX_VALUE || bufferBits > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "rate and buffer are 1 to 2^31-1 bit: " + rate + " bit/s, " + bufferBits + " bit");
        }
    }
}

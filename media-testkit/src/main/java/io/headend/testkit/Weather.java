package io.headend.testkit;

/** What can befall bytes on their way; each has one seeded course. */
public enum Weather {
    /** Nothing: the reference that the others are compared with. */
    CLEAR,
    /** Every read gives fewer bytes than asked for. */
    SHORT_READS,
    /** Every read gives one byte. */
    SINGLE_BYTES,
    /** Some reads wait, see {@link FaultyInput#withStall}. */
    STALLS,
    /** Reading fails with an {@link java.io.IOException} somewhere after the first tenth. */
    RESET,
    /** The bytes end early, somewhere after the first tenth. */
    TRUNCATION,
    /** One bit in about 4096 bytes is wrong. */
    BIT_FLIPS,
    /** Blocks of 188 bytes are missing, one in about 50. */
    LOSS,
    /** Neighbouring blocks of 188 bytes have changed places, one pair in about 50. */
    REORDER;

    /** Whether a reader gets the very bytes of the original, so that its result must be the very same. */
    public boolean isHarmless() {
        return this == CLEAR || this == SHORT_READS || this == SINGLE_BYTES || this == STALLS;
    }
}

package io.headend.ingest;

/** The clock that stamps the samples of an input, which decides how its times are made continuous. */
public enum SourceClock {
    /** 64 bits, written with the file: steps forward are content, not faults (MP4, Matroska). */
    CONTAINER_64(64),
    /** 64 bits, written by a live sender: steps are faults. */
    WIRE_64(64),
    /** 33 bits of 90 kHz, 26.5 hours (ISO/IEC 13818-1, 2.4.3.7). */
    MPEG_33(33),
    /** 32 bits, 13.25 hours at 90 kHz (RFC 3550, 5.1). */
    RTP_32(32),
    /** 32 bits of milliseconds, 49.7 days (RTMP and FLV). */
    MILLIS_32(32);

    private final int bits;

    SourceClock(int bits) {
        this.bits = bits;
    }

    /** Bits that the clock counts before it starts again from 0. */
    public int bits() {
        return bits;
    }

    /** The value with the low bits of {@code raw} that lies nearest to {@code reference}. */
    long unwrap(long raw, long reference) {
        if (bits == 64) {
            return raw;
        }
        int shift = 64 - bits;
        return reference + ((raw - reference) << shift >> shift);
    }
}

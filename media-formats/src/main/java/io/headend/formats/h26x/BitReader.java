package io.headend.formats.h26x;

import io.headend.core.MediaException;
import java.nio.ByteBuffer;

/** Reads the bits of a NAL unit, leaving out emulation prevention bytes (H.264 7.3.1, H.265 7.3.1.1). */
final class BitReader {

    private final ByteBuffer nal;
    private final int start;
    private final int limit;
    private int next;
    private int current;
    private int bitsLeft;
    private int zeros;

    /** Reads from position to limit without moving the position. */
    BitReader(ByteBuffer nal) {
        this.nal = nal;
        this.start = nal.position();
        this.limit = nal.limit();
        this.next = start;
    }

    boolean flag() {
        return bit() == 1;
    }

    /** Up to 32 bits, as an unsigned number. */
    long bits(int count) {
        long value = 0;
        int wanted = count;
        while (wanted > 0) {
            if (bitsLeft == 0) {
                load();
            }
            int taken = Math.min(wanted, bitsLeft);
            bitsLeft -= taken;
            value = value << taken | (current >> bitsLeft & ((1 << taken) - 1));
            wanted -= taken;
        }
        return value;
    }

    /** Up to 31 bits. */
    int u(int count) {
        return (int) bits(count);
    }

    void skip(int count) {
        for (int left = count; left > 0; left -= 32) {
            bits(Math.min(left, 32));
        }
    }

    /** An Exp-Golomb coded number, H.264 9.1: 0 to 2^32 - 2. */
    long ue() {
        int leading = 0;
        while (bit() == 0) {
            if (++leading > 31) {
                throw MediaException.malformed("An Exp-Golomb code is longer than 63 bits; the stream is damaged.");
            }
        }
        return (1L << leading) - 1 + bits(leading);
    }

    /** An Exp-Golomb coded number that the specification bounds. */
    int ue(int max, String syntaxElement) {
        long value = ue();
        if (value > max) {
            throw MediaException.malformed(
                    syntaxElement + " is " + value + " and must be at most " + max + "; the stream is damaged.");
        }
        return (int) value;
    }

    /** A signed Exp-Golomb coded number, H.264 9.1.1. */
    long se() {
        long code = ue();
        return (code & 1) == 1 ? (code + 1) >> 1 : -(code >> 1);
    }

    /** Bytes of the NAL unit, emulation prevention included, that have been read in whole or in part. */
    int consumedBytes() {
        return next - start;
    }

    private int bit() {
        if (bitsLeft == 0) {
            load();
        }
        return current >> --bitsLeft & 1;
    }

    private void load() {
        int value = nextByte();
        if (zeros >= 2 && value == 3) {
            zeros = 0;
            value = nextByte();
        }
        zeros = value == 0 ? zeros + 1 : 0;
        current = value;
        bitsLeft = 8;
    }

    private int nextByte() {
        if (next >= limit) {
            throw MediaException.malformed("A NAL unit ends after " + (limit - start)
                    + " bytes in the middle of its syntax; the stream is cut off or damaged.");
        }
        return nal.get(next++) & 0xFF;
    }
}

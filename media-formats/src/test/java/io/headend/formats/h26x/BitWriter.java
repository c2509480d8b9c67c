package io.headend.formats.h26x;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** Writes NAL units bit by bit, for tests. */
final class BitWriter {

    private final StringBuilder bits = new StringBuilder();

    BitWriter u(int count, long value) {
        for (int i = count - 1; i >= 0; i--) {
            bits.append(value >> i & 1);
        }
        return this;
    }

    BitWriter flag(boolean value) {
        return u(1, value ? 1 : 0);
    }

    BitWriter ue(long value) {
        String code = Long.toBinaryString(value + 1);
        bits.append("0".repeat(code.length() - 1)).append(code);
        return this;
    }

    BitWriter se(long value) {
        return ue(value > 0 ? 2 * value - 1 : -2 * value);
    }

    /** rbsp_trailing_bits(), or byte_alignment() of HEVC. */
    BitWriter align() {
        bits.append('1');
        while (bits.length() % 8 != 0) {
            bits.append('0');
        }
        return this;
    }

    int bytes() {
        return (bits.length() + 7) / 8;
    }

    /** Bytes of the NAL unit that hold the first bytes of its payload, emulation prevention included. */
    int escapedSize(int payloadBytes) {
        return escape(payloadBytes).length;
    }

    ByteBuffer nal() {
        return ByteBuffer.wrap(escape(bytes()));
    }

    private byte[] escape(int payloadBytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int zeros = 0;
        for (int i = 0; i < payloadBytes; i++) {
            String text = bits.substring(i * 8, Math.min(bits.length(), i * 8 + 8));
            int value = Integer.parseInt(text, 2) << (8 - text.length());
            if (zeros >= 2 && value <= 3) {
                out.write(3);
                zeros = 0;
            }
            out.write(value);
            zeros = value == 0 ? zeros + 1 : 0;
        }
        return out.toByteArray();
    }
}

package io.headend.formats.av1;

import io.headend.core.MediaException;
import io.headend.formats.BitReader;
import java.nio.ByteBuffer;

/** Reads as much of a sequence header OBU (AV1 specification, 5.5) as {@code av1C} repeats. */
final class SequenceHeader {

    private static final int OBU_SEQUENCE_HEADER = 1;

    private SequenceHeader() {}

    static Av1ConfigurationRecord parse(ByteBuffer obus) {
        int at = 0;
        while (at < obus.limit()) {
            int header = obus.get(at) & 0xFF;
            int start = at + ((header & 4) != 0 ? 2 : 1);
            long size = (long) obus.limit() - start;
            if ((header & 2) != 0) {
                size = 0;
                int shift = 0;
                int b;
                do {
                    if (start >= obus.limit() || shift > 28) {
                        throw malformed();
                    }
                    b = obus.get(start++) & 0xFF;
                    size |= (long) (b & 0x7F) << shift;
                    shift += 7;
                } while ((b & 0x80) != 0);
            }
            if (size < 0 || size > obus.limit() - start) {
                throw malformed();
            }
            if ((header >> 3 & 15) == OBU_SEQUENCE_HEADER) {
                ByteBuffer whole = obus.slice(at, (int) (start + size - at));
                return read(new BitReader(obus.slice(start, (int) size)), whole);
            }
            at = (int) (start + size);
        }
        throw malformed();
    }

    private static MediaException malformed() {
        return MediaException.malformed("the AV1 configuration is neither an av1C payload nor a sequence header OBU");
    }

    private static Av1ConfigurationRecord read(BitReader in, ByteBuffer obu) {
        int profile = in.read(3);
        in.skip(1);
        boolean reduced = in.readFlag();
        int level;
        boolean tier = false;
        if (reduced) {
            level = in.read(5);
        } else {
            int delayBits = timing(in);
            boolean displayDelay = in.readFlag();
            int points = in.read(5) + 1;
            level = 0;
            for (int i = 0; i < points; i++) {
                in.skip(12);
                int pointLevel = in.read(5);
                boolean pointTier = pointLevel > 7 && in.readFlag();
                if (i == 0) {
                    level = pointLevel;
                    tier = pointTier;
                }
                if (delayBits > 0 && in.readFlag()) {
                    in.skip(2 * delayBits + 1);
                }
                if (displayDelay && in.readFlag()) {
                    in.skip(4);
                }
            }
        }
        tools(in, reduced);
        return color(in, profile, level, tier, obu);
    }

    /** timing_info and decoder_model_info; returns the length of its delays in bits, 0 where it has none. */
    private static int timing(BitReader in) {
        if (!in.readFlag()) {
            return 0;
        }
        in.skip(64);
        if (in.readFlag()) {
            int zeros = 0;
            while (zeros < 32 && !in.readFlag()) {
                zeros++;
            }
            in.skip(zeros);
        }
        if (!in.readFlag()) {
            return 0;
        }
        int delayBits = in.read(5) + 1;
        in.skip(42);
        return delayBits;
    }

    private static void tools(BitReader in, boolean reduced) {
        int widthBits = in.read(4) + 1;
        int heightBits = in.read(4) + 1;
        in.skip(widthBits + heightBits);
        if (!reduced && in.readFlag()) {
            in.skip(7);
        }
        in.skip(3);
        if (reduced) {
            in.skip(3);
            return;
        }
        in.skip(4);
        boolean orderHint = in.readFlag();
        if (orderHint) {
            in.skip(2);
        }
        int screenContent = in.readFlag() ? 2 : in.read(1);
        if (screenContent > 0 && !in.readFlag()) {
            in.skip(1);
        }
        if (orderHint) {
            in.skip(3);
        }
        in.skip(3);
    }

    private static Av1ConfigurationRecord color(BitReader in, int profile, int level, boolean tier, ByteBuffer obu) {
        boolean high = in.readFlag();
        int depth = !high ? 8 : profile == 2 && in.readFlag() ? 12 : 10;
        boolean mono = profile != 1 && in.readFlag();
        int primaries = 2;
        int transfer = 2;
        int matrix = 2;
        if (in.readFlag()) {
            primaries = in.read(8);
            transfer = in.read(8);
            matrix = in.read(8);
        }
        boolean srgb = primaries == 1 && transfer == 13 && matrix == 0;
        int x = 1;
        int y = 1;
        int position = 0;
        if (mono) {
            in.skip(1);
        } else if (srgb) {
            x = 0;
            y = 0;
        } else {
            in.skip(1);
            if (profile == 1 || (profile == 2 && depth < 12)) {
                x = profile == 1 ? 0 : 1;
                y = 0;
            } else if (profile == 2) {
                x = in.read(1);
                y = x == 1 ? in.read(1) : 0;
            }
            position = x == 1 && y == 1 ? in.read(2) : 0;
        }
        return new Av1ConfigurationRecord(
                profile, level, tier, depth, (mono ? 16 : 0) | x << 3 | y << 2 | position, obu);
    }
}

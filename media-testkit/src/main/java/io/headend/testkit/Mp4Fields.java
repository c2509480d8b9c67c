package io.headend.testkit;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The boxes whose fields are worth reading; the section of ISO/IEC 14496-12 stands beside each. */
final class Mp4Fields {

    private Mp4Fields() {}

    /** Appends the fields of a box, or says that it knows none. */
    static boolean append(String type, ByteBuffer body, String indent, StringBuilder out) {
        try {
            switch (type) {
                case "ftyp", "styp" -> brands(body, out); // 4.3, 8.16.2
                case "mvhd", "mdhd" -> header(body, out); // 8.2.2, 8.4.2
                case "hdlr" -> out.append(" handler ").append(fourCc(body, 8)); // 8.4.3
                case "mfhd" -> out.append(" sequence ").append(unsigned(body, 4)); // 8.8.5
                case "tfhd" -> fragmentHeader(body, out); // 8.8.7
                case "tfdt" ->
                    out.append(" time ").append(body.get(0) == 0 ? unsigned(body, 4) : body.getLong(4)); // 8.8.12
                case "trun" -> run(body, indent, out); // 8.8.8
                case "elst" -> edits(body, indent, out); // 8.6.6
                default -> {
                    return false;
                }
            }
        } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
            out.append(" malformed: too short");
        }
        return true;
    }

    private static void brands(ByteBuffer body, StringBuilder out) {
        out.append(' ')
                .append(fourCc(body, 0))
                .append(" version ")
                .append(unsigned(body, 4))
                .append(" with");
        for (int at = 8; at + 4 <= body.limit(); at += 4) {
            out.append(' ').append(fourCc(body, at));
        }
    }

    private static void header(ByteBuffer body, StringBuilder out) {
        boolean wide = body.get(0) == 1;
        int at = wide ? 20 : 12;
        out.append(" timescale ").append(unsigned(body, at));
        out.append(" duration ").append(wide ? body.getLong(at + 4) : unsigned(body, at + 4));
    }

    private static void fragmentHeader(ByteBuffer body, StringBuilder out) {
        int flags = body.getInt(0) & 0xFFFFFF;
        out.append(String.format(" flags %06x track %d", flags, unsigned(body, 4)));
        body.position(8);
        String[] names = {"data offset", "description", null, "duration", "size", "flags"};
        for (int bit = 0; bit < names.length; bit++) {
            if (names[bit] != null && (flags >> bit & 1) != 0) {
                long value = bit == 0 ? body.getLong() : body.getInt() & 0xFFFFFFFFL;
                out.append(' ').append(names[bit]).append(' ').append(bit == 5 ? Long.toHexString(value) : value);
            }
        }
    }

    private static void run(ByteBuffer body, String indent, StringBuilder out) {
        int version = body.get(0);
        int flags = body.getInt() & 0xFFFFFF;
        long count = body.getInt() & 0xFFFFFFFFL;
        out.append(String.format(" flags %06x samples %d", flags, count));
        if ((flags & 1) != 0) {
            out.append(" data offset ").append(body.getInt());
        }
        if ((flags & 4) != 0) {
            out.append(String.format(" first flags %08x", body.getInt()));
        }
        // Without fields of its own a sample takes no bytes, so the count says nothing about the size.
        for (long i = 0; i < count && (flags & 0xF00) != 0; i++) {
            out.append(indent).append(i).append(':');
            out.append((flags & 0x100) != 0 ? " duration " + (body.getInt() & 0xFFFFFFFFL) : "");
            out.append((flags & 0x200) != 0 ? " size " + (body.getInt() & 0xFFFFFFFFL) : "");
            out.append((flags & 0x400) != 0 ? String.format(" flags %08x", body.getInt()) : "");
            if ((flags & 0x800) != 0) {
                int offset = body.getInt();
                out.append(" offset ").append(version == 0 ? offset & 0xFFFFFFFFL : offset);
            }
        }
    }

    private static void edits(ByteBuffer body, String indent, StringBuilder out) {
        boolean wide = body.getInt() >>> 24 == 1;
        long count = body.getInt() & 0xFFFFFFFFL;
        for (long i = 0; i < count; i++) {
            long duration = wide ? body.getLong() : body.getInt() & 0xFFFFFFFFL;
            long time = wide ? body.getLong() : body.getInt();
            out.append(indent)
                    .append(i)
                    .append(": duration ")
                    .append(duration)
                    .append(" media time ")
                    .append(time);
            out.append(" rate ").append(body.getInt() / 65536.0);
        }
    }

    private static long unsigned(ByteBuffer body, int at) {
        return body.getInt(at) & 0xFFFFFFFFL;
    }

    private static String fourCc(ByteBuffer body, int at) {
        return StandardCharsets.ISO_8859_1.decode(body.slice(at, 4)).toString();
    }
}

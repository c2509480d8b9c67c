package io.headend.formats.mpegts;

import io.headend.core.MediaException;
import java.nio.ByteBuffer;

/**
 * A section in the long form, checksum verified (ISO/IEC 13818-1, 2.4.4.11).
 *
 * @param tableId which table it is part of
 * @param extension table_id_extension: transport_stream_id in a PAT, program_number in a PMT
 * @param version 0 to 31
 * @param current whether it applies now, and not only next
 * @param place which section of the table it is
 * @param body between header and checksum; read-only, each call gives a view of its own
 */
public record PsiSection(int tableId, int extension, int version, boolean current, Place place, ByteBuffer body) {

    /** The longest section of any table, header included. */
    public static final int MAX_SIZE = 4096;

    private static final int HEADER = 8;
    private static final int CRC = 4;

    /**
     * Which section of a table.
     *
     * @param number 0 to {@code last}
     * @param last 0 to 255
     */
    public record Place(int number, int last) {
        /** A table of one section. */
        public static final Place ONLY = new Place(0, 0);
    }

    public PsiSection {
        boolean fits = tableId >>> 8 == 0 && extension >>> 16 == 0 && version >>> 5 == 0;
        if (!fits || place.number > place.last || place.last >>> 8 != 0 || place.number < 0) {
            throw new IllegalArgumentException("not a section: table " + tableId + ", extension " + extension
                    + ", version " + version + ", " + place);
        }
        if (HEADER + body.remaining() + CRC > MAX_SIZE) {
            throw MediaException.invalidArgument("a section holds at most " + (MAX_SIZE - HEADER - CRC) + " bytes, not "
                    + body.remaining() + "; describe fewer streams");
        }
        body = TsDescriptor.copyOf(body);
    }

    @Override
    public ByteBuffer body() {
        return body.duplicate();
    }

    /**
     * Reads a whole section.
     *
     * @param section from position to limit; not moved
     * @throws MediaException {@code MALFORMED} if the length or the checksum is wrong, {@code UNSUPPORTED} if it is a section in
     *     the short form, which has no checksum
     */
    public static PsiSection parse(ByteBuffer section) {
        ByteBuffer in = section.slice();
        if (in.remaining() < HEADER + CRC || in.remaining() != length(in)) {
            throw MediaException.malformed("a section of " + in.remaining() + " bytes has the wrong length");
        }
        if ((in.get(1) & 0x80) == 0) {
            throw MediaException.unsupported("a section of table " + (in.get(0) & 0xFF) + " has the short form");
        }
        if (MpegCrc32.of(in) != 0) {
            throw MediaException.malformed("the checksum of a section of table " + (in.get(0) & 0xFF) + " is wrong");
        }
        int number = in.get(6) & 0xFF;
        int last = in.get(7) & 0xFF;
        if (number > last) {
            throw MediaException.malformed("a section is number " + number + " of " + last);
        }
        int version = in.get(5) & 0xFF;
        return new PsiSection(
                in.get(0) & 0xFF,
                in.getShort(3) & 0xFFFF,
                version >> 1 & 31,
                (version & 1) == 1,
                new Place(number, last),
                in.slice(HEADER, in.remaining() - HEADER - CRC));
    }

    /** Bytes of the section whose first three bytes stand at the buffer's position. */
    static int length(ByteBuffer section) {
        return 3 + (section.getShort(section.position() + 1) & 0xFFF);
    }

    /** The whole section with its checksum. */
    public ByteBuffer toBytes() {
        ByteBuffer out = ByteBuffer.allocate(HEADER + body.remaining() + CRC);
        out.put((byte) tableId).putShort((short) (0xB000 | out.capacity() - 3));
        out.putShort((short) extension).put((byte) (0xC0 | version << 1 | (current ? 1 : 0)));
        out.put((byte) place.number).put((byte) place.last).put(body.duplicate());
        out.putInt(MpegCrc32.of(out.duplicate().flip()));
        return out.flip();
    }
}

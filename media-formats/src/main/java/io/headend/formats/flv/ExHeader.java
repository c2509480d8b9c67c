package io.headend.formats.flv;

import io.headend.core.MediaException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What ExVideoTagHeader and ExAudioTagHeader of Enhanced RTMP v2 have in common behind the first four bits: packet type, ModEx
 * prefixes, multitrack framing.
 */
final class ExHeader {

    /** The most tracks in one message. */
    static final int MAX_TRACKS = 64;

    private static final int ONE_TRACK = 0;
    private static final int MANY_TRACKS = 1;
    private static final int MANY_CODECS = 2;
    private static final int NANO_OFFSET = 0;

    /** One track's part: FourCC, number, bytes. */
    record Part(String fourCc, int trackId, ByteBuffer bytes) {}

    private final ByteBuffer in;
    private final boolean video;
    private int type;
    private int nanoOffset;

    ExHeader(ByteBuffer in, boolean video, int firstType) {
        this.in = in;
        this.video = video;
        this.type = firstType;
    }

    int nanoOffset() {
        return nanoOffset;
    }

    static MediaException cutShort() {
        return MediaException.malformed("an FLV audio or video header is cut short");
    }

    static int u8(ByteBuffer in) {
        if (!in.hasRemaining()) {
            throw cutShort();
        }
        return in.get() & 0xFF;
    }

    static int u24(ByteBuffer in) {
        return u8(in) << 16 | u8(in) << 8 | u8(in);
    }

    static String fourCc(ByteBuffer in) {
        if (in.remaining() < 4) {
            throw cutShort();
        }
        byte[] code = new byte[4];
        in.get(code);
        return new String(code, StandardCharsets.ISO_8859_1);
    }

    /** Reads prefixes up to the packet type that counts; it may be multitrack. */
    int readModEx() {
        while (type == PacketType.MOD_EX) {
            int size = u8(in) + 1;
            if (size == 256) {
                size = (u8(in) << 8 | u8(in)) + 1;
            }
            if (size > in.remaining()) {
                throw cutShort();
            }
            ByteBuffer data = in.slice(in.position(), size);
            in.position(in.position() + size);
            int next = u8(in);
            type = next & 15;
            if (next >> 4 == NANO_OFFSET && size >= 3) {
                nanoOffset = u24(data);
            }
        }
        return type;
    }

    boolean multitrack() {
        return type == (video ? PacketType.VIDEO_MULTITRACK : PacketType.AUDIO_MULTITRACK);
    }

    /** Reads the rest of the message; {@link #type()} is that of every part. */
    List<Part> readParts() {
        if (!multitrack()) {
            return List.of(new Part(fourCc(in), 0, in.slice()));
        }
        int kinds = u8(in);
        int tracks = kinds >> 4;
        type = kinds & 15;
        if (multitrack() || type == PacketType.MOD_EX || tracks > MANY_CODECS) {
            throw MediaException.malformed("a multitrack message holds packet type " + type + " in form " + tracks);
        }
        String common = tracks == MANY_CODECS ? "" : fourCc(in);
        List<Part> parts = new ArrayList<>();
        do {
            if (parts.size() == MAX_TRACKS) {
                throw MediaException.malformed("a message holds more than " + MAX_TRACKS + " tracks");
            }
            String code = tracks == MANY_CODECS ? fourCc(in) : common;
            int id = u8(in);
            int size = tracks == ONE_TRACK ? in.remaining() : u24(in);
            if (size > in.remaining()) {
                throw cutShort();
            }
            parts.add(new Part(code, id, in.slice(in.position(), size)));
            in.position(in.position() + size);
        } while (in.hasRemaining());
        return parts;
    }

    int type() {
        return type;
    }

    /**
     * Writes a message.
     *
     * @param high the four bits before the packet type
     */
    static ByteBuffer write(int high, boolean video, int type, int nanoOffset, List<Part> parts) {
        boolean single = parts.size() == 1 && parts.get(0).trackId() == 0;
        boolean oneCodec = parts.stream().map(Part::fourCc).distinct().count() == 1;
        int size = 32;
        for (Part part : parts) {
            size += 8 + part.bytes().remaining();
        }
        ByteBuffer out = ByteBuffer.allocate(size);
        int multitrack = video ? PacketType.VIDEO_MULTITRACK : PacketType.AUDIO_MULTITRACK;
        int outer = single ? type : multitrack;
        if (nanoOffset != 0) {
            out.put((byte) (high << 4 | PacketType.MOD_EX)).put((byte) 2);
            FlvTag.put24(out, nanoOffset);
            out.put((byte) (NANO_OFFSET << 4 | outer));
        } else {
            out.put((byte) (high << 4 | outer));
        }
        if (single) {
            putFourCc(out, parts.get(0).fourCc());
            return out.put(parts.get(0).bytes().duplicate()).flip();
        }
        int form = parts.size() == 1 ? ONE_TRACK : oneCodec ? MANY_TRACKS : MANY_CODECS;
        out.put((byte) (form << 4 | type));
        if (form != MANY_CODECS) {
            putFourCc(out, parts.get(0).fourCc());
        }
        for (Part part : parts) {
            if (form == MANY_CODECS) {
                putFourCc(out, part.fourCc());
            }
            out.put((byte) part.trackId());
            if (form != ONE_TRACK) {
                FlvTag.put24(out, part.bytes().remaining());
            }
            out.put(part.bytes().duplicate());
        }
        return out.flip();
    }

    private static void putFourCc(ByteBuffer out, String code) {
        out.put(code.getBytes(StandardCharsets.ISO_8859_1));
    }
}

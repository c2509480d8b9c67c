package io.headend.formats.isobmff;

import io.headend.core.MediaException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the boxes in bytes that may come from anybody. Payloads are views: reading allocates in proportion to the number of boxes, which
 * is bounded, as is their depth.
 */
public final class BoxReader {

    static final int MAX_DEPTH = 16;
    static final int MAX_BOXES = 65_536;

    /** Bytes between the header and the first child, of the boxes that hold others. */
    private static final Map<String, Integer> CONTAINERS = Map.ofEntries(
            Map.entry("moov", 0),
            Map.entry("trak", 0),
            Map.entry("mdia", 0),
            Map.entry("minf", 0),
            Map.entry("dinf", 0),
            Map.entry("stbl", 0),
            Map.entry("edts", 0),
            Map.entry("mvex", 0),
            Map.entry("moof", 0),
            Map.entry("traf", 0),
            Map.entry("mfra", 0),
            Map.entry("wave", 0),
            Map.entry("sinf", 0),
            Map.entry("schi", 0),
            Map.entry("stsd", 8),
            Map.entry("dref", 8),
            Map.entry("avc1", 78),
            Map.entry("avc3", 78),
            Map.entry("hvc1", 78),
            Map.entry("hev1", 78),
            Map.entry("av01", 78),
            Map.entry("vp09", 78),
            Map.entry("encv", 78),
            Map.entry("mp4a", 28),
            Map.entry("ac-3", 28),
            Map.entry("ec-3", 28),
            Map.entry("Opus", 28),
            Map.entry("fLaC", 28),
            Map.entry("enca", 28),
            Map.entry("wvtt", 8),
            Map.entry("encw", 8));

    private static final int SOUND = 28;

    private int boxes;

    private BoxReader() {}

    /**
     * @param bytes whole boxes from position to limit, big-endian; not moved
     * @throws MediaException {@code MALFORMED} if a size does not fit, or there are too many boxes or levels
     */
    public static List<ParsedBox> read(ByteBuffer bytes) {
        return new BoxReader().read(bytes.slice().asReadOnlyBuffer(), 0, 0, false);
    }

    /** The first box of a type at the top level, or the first below it, as in {@link ParsedBox#find}. */
    public static Optional<ParsedBox> find(List<ParsedBox> boxes, String path) {
        return new ParsedBox("root", 0, 0, ByteBuffer.allocate(0), boxes).find(path);
    }

    private List<ParsedBox> read(ByteBuffer in, long base, int depth, boolean lenient) {
        if (depth > MAX_DEPTH) {
            throw MediaException.malformed("boxes are nested more than " + MAX_DEPTH + " deep");
        }
        List<ParsedBox> found = new ArrayList<>();
        while (in.hasRemaining()) {
            if (lenient && in.remaining() < Box.HEADER) {
                return found; // QuickTime ends a list of atoms with four zero bytes
            }
            if (++boxes > MAX_BOXES) {
                throw MediaException.malformed("there are more than " + MAX_BOXES + " boxes");
            }
            found.add(next(in, base, depth));
        }
        return found;
    }

    private ParsedBox next(ByteBuffer in, long base, int depth) {
        int start = in.position();
        int available = in.remaining();
        long offset = base + start;
        check(available >= 8, offset, "its header is cut short");
        long size = in.getInt() & 0xFFFF_FFFFL;
        String type = FourCc.get(in);
        if (size == 1) {
            check(in.remaining() >= 8, offset, "its large size is cut short");
            size = in.getLong();
        } else if (size == 0) {
            size = available;
        }
        if (type.equals("uuid")) {
            check(in.remaining() >= 16, offset, "its extended type is cut short");
            in.position(in.position() + 16);
        }
        int header = in.position() - start;
        check(size >= header && size <= available, offset, "its size " + size + " does not fit");
        int end = start + (int) size;
        ByteBuffer payload = in.slice(in.position(), end - in.position());
        in.position(end);
        return new ParsedBox(type, offset, header, payload, children(type, payload, offset + header, depth));
    }

    private List<ParsedBox> children(String type, ByteBuffer payload, long offset, int depth) {
        Integer fields = CONTAINERS.get(type);
        if (fields == null || payload.remaining() < fields) {
            return List.of();
        }
        int skip = fields == SOUND ? soundFields(payload) : fields;
        ByteBuffer inside = payload.slice(skip, payload.remaining() - skip);
        return read(inside, offset + skip, depth + 1, fields >= SOUND || type.equals("wave"));
    }

    /** QuickTime has longer sound descriptions, and says so by a version where ISO has zero. */
    private static int soundFields(ByteBuffer payload) {
        int more = switch (payload.getShort(8)) {
            case 1 -> 16;
            case 2 -> 36;
            default -> 0;
        };
        return more > 0 && payload.remaining() >= SOUND + more + Box.HEADER ? SOUND + more : SOUND;
    }

    private static void check(boolean condition, long offset, String why) {
        if (!condition) {
            throw MediaException.malformed("box at byte " + offset + ": " + why);
        }
    }
}

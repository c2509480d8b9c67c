package io.headend.testkit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;

/**
 * Walks boxes. It reads them by itself, so that it can judge what the product's own reader and writer say.
 */
final class Mp4Dump {

    private static final int DEEPEST = 16;
    private static final int SHOWN = 48;

    private static final Set<String> CONTAINERS = Set.of(
            "moov", "trak", "mdia", "minf", "dinf", "stbl", "mvex", "moof", "traf", "mfra", "edts", "sinf", "schi",
            "udta");

    // Bytes before the children: flags and count, or the fields of a sample entry.
    private static final Map<String, Integer> PREFIXED = Map.ofEntries(
            Map.entry("stsd", 8),
            Map.entry("dref", 8),
            Map.entry("meta", 4),
            Map.entry("avc1", 78),
            Map.entry("avc3", 78),
            Map.entry("hvc1", 78),
            Map.entry("hev1", 78),
            Map.entry("av01", 78),
            Map.entry("encv", 78),
            Map.entry("mp4a", 28),
            Map.entry("Opus", 28),
            Map.entry("enca", 28));

    private final StringBuilder out = new StringBuilder();

    String dump(ByteBuffer file) {
        boxes(file.slice(), 0);
        return out.toString();
    }

    private void boxes(ByteBuffer in, int depth) {
        while (in.hasRemaining()) {
            String indent = "  ".repeat(depth);
            if (in.remaining() < 8) {
                out.append(indent).append("malformed: ").append(in.remaining()).append(" bytes left\n");
                return;
            }
            int start = in.position();
            long size = in.getInt() & 0xFFFFFFFFL;
            String type = StandardCharsets.ISO_8859_1
                    .decode(in.slice(in.position(), 4))
                    .toString();
            in.position(in.position() + 4);
            if (size == 1 && in.remaining() >= 8) {
                size = in.getLong();
            } else if (size == 0) {
                size = (long) in.limit() - start;
            }
            out.append(indent).append(type).append(' ').append(size);
            if (size < in.position() - start || size > in.limit() - start || depth == DEEPEST) {
                out.append(" malformed: ").append(in.limit() - start).append(" bytes are there\n");
                return;
            }
            int end = start + (int) size;
            box(type, in.slice(in.position(), end - in.position()), depth);
            in.position(end);
        }
    }

    private void box(String type, ByteBuffer body, int depth) {
        Integer prefix = CONTAINERS.contains(type) ? Integer.valueOf(0) : PREFIXED.get(type);
        if (prefix != null && body.limit() >= prefix) {
            out.append(prefix > 0 ? " " + hex(body.slice(0, prefix)) : "").append('\n');
            boxes(body.position(prefix).slice(), depth + 1);
            return;
        }
        String indent = "\n" + "  ".repeat(depth + 1);
        if (!Mp4Fields.append(type, body.slice(), indent, out)) {
            out.append(' ').append(body.limit() <= SHOWN ? hex(body) : Crc.of(body));
        }
        out.append('\n');
    }

    private static String hex(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.limit()];
        bytes.get(0, copy);
        return HexFormat.of().formatHex(copy);
    }
}

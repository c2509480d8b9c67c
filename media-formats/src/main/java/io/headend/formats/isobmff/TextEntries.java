package io.headend.formats.isobmff;

import io.headend.core.MediaException;
import io.headend.core.TextFormat;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Sample entries of timed text (ISO/IEC 14496-30): {@code wvtt} and {@code stpp}. */
final class TextEntries {

    private static final String TTML = "http://www.w3.org/ns/ttml";

    private TextEntries() {}

    static String type(TextFormat format) {
        return switch (format.codec().codec()) {
            case WEBVTT -> "wvtt";
            case IMSC1 -> "stpp";
            default ->
                throw MediaException.unsupported(
                        "there is no sample entry for " + format.codec().name());
        };
    }

    /** Fields of SampleEntry, with the namespace of TTML behind them for {@code stpp}. */
    static ByteBuffer fields(TextFormat format) {
        boolean ttml = type(format).equals("stpp");
        byte[] namespace = TTML.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer out = ByteBuffer.allocate(8 + (ttml ? namespace.length + 3 : 0));
        out.position(6);
        out.putShort((short) 1);
        if (ttml) {
            // no schema location, no auxiliary MIME types
            out.put(namespace).put((byte) 0).put((byte) 0).put((byte) 0);
        }
        return out.flip();
    }

    /** {@code vttC} holds the header of the file, the signature at least. */
    static List<Box> children(TextFormat format) {
        if (!type(format).equals("wvtt")) {
            return List.of();
        }
        ByteBuffer header = format.codec().record();
        boolean signed = header.remaining() >= 6 && header.get(0) == 'W';
        return List.of(
                new OpaqueBox("vttC", signed ? header : ByteBuffer.wrap("WEBVTT".getBytes(StandardCharsets.US_ASCII))));
    }
}

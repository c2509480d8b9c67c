package io.headend.formats.isobmff;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * {@code emsg}, version 1 (ISO/IEC 23009-1, 5.10.3.3).
 *
 * @param schemeIdUri without a zero character
 * @param value without a zero character
 * @param timescale ticks per second
 * @param presentationTime in ticks
 * @param event duration in ticks (2^32 - 1 where unknown) and identifier
 * @param message read-only; each call gives a view of its own
 */
public record EventMessageBox(
        String schemeIdUri, String value, int timescale, long presentationTime, Event event, ByteBuffer message)
        implements FullBox {

    /** Duration and identifier, each an unsigned 32-bit number. */
    public record Event(long duration, long id) {
        public Event {
            if (duration >>> 32 != 0 || id >>> 32 != 0) {
                throw new IllegalArgumentException("event duration and id are unsigned 32-bit numbers");
            }
        }
    }

    public EventMessageBox {
        if (schemeIdUri.indexOf(0) >= 0 || value.indexOf(0) >= 0) {
            throw new IllegalArgumentException("strings of emsg must not hold a zero character");
        }
        message = message.slice().asReadOnlyBuffer();
    }

    @Override
    public ByteBuffer message() {
        return message.duplicate();
    }

    /** Reads version 1. */
    public static EventMessageBox parse(ParsedBox box) {
        box.require(box.version() == 1);
        ByteBuffer in = box.body(22);
        int timescale = in.getInt();
        long time = in.getLong();
        Event event = new Event(in.getInt() & 0xFFFF_FFFFL, in.getInt() & 0xFFFF_FFFFL);
        String scheme = string(box, in);
        return new EventMessageBox(scheme, string(box, in), timescale, time, event, in);
    }

    private static String string(ParsedBox box, ByteBuffer in) {
        int start = in.position();
        while (in.hasRemaining()) {
            if (in.get() == 0) {
                byte[] text = new byte[in.position() - 1 - start];
                in.get(start, text);
                return new String(text, StandardCharsets.UTF_8);
            }
        }
        box.require(false);
        return "";
    }

    @Override
    public String type() {
        return "emsg";
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public int bodySize() {
        return 22 + utf8(schemeIdUri).length + utf8(value).length + message.remaining();
    }

    @Override
    public void writeBody(ByteBuffer out) {
        out.putInt(timescale).putLong(presentationTime);
        out.putInt((int) event.duration()).putInt((int) event.id());
        out.put(utf8(schemeIdUri)).put((byte) 0).put(utf8(value)).put((byte) 0);
        out.put(message.duplicate());
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

package io.headend.formats.amf;

import io.headend.core.MediaException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * AMF0 (Action Message Format, AMF 0), read and written; a value in AMF3 behind the {@code avmplus-object-marker} is read too.
 *
 * <p>Reading is bounded: {@value Budget#MAX_DEPTH} levels, {@value Budget#MAX_VALUES} values in one call, no length beyond the
 * bytes that are there.
 */
public final class Amf0 {

    static final int NUMBER = 0;
    static final int BOOLEAN = 1;
    static final int STRING = 2;
    static final int OBJECT = 3;
    static final int NULL = 5;
    static final int UNDEFINED = 6;
    static final int REFERENCE = 7;
    static final int ECMA_ARRAY = 8;
    static final int OBJECT_END = 9;
    static final int STRICT_ARRAY = 10;
    static final int DATE = 11;
    static final int LONG_STRING = 12;
    static final int UNSUPPORTED = 13;
    static final int XML_DOCUMENT = 15;
    static final int TYPED_OBJECT = 16;
    static final int AVMPLUS = 17;

    private Amf0() {}

    /**
     * Reads all values up to the limit.
     *
     * @param bytes from position to limit; not moved
     * @throws MediaException {@code MALFORMED} if they break the rules or a bound
     */
    public static List<AmfValue> readAll(ByteBuffer bytes) {
        ByteBuffer in = bytes.slice();
        Amf0Reader reader = new Amf0Reader(in);
        List<AmfValue> values = new ArrayList<>();
        while (in.hasRemaining()) {
            values.add(reader.read());
        }
        return values;
    }

    /** The bytes of values, one after another. */
    public static ByteBuffer write(List<AmfValue> values) {
        AmfOutput out = new AmfOutput();
        for (AmfValue value : values) {
            write(out, value);
        }
        return out.toBytes();
    }

    /** The bytes of values, one after another. */
    public static ByteBuffer write(AmfValue... values) {
        return write(List.of(values));
    }

    private static void write(AmfOutput out, AmfValue value) {
        if (value instanceof AmfValue.Num number) {
            out.u8(NUMBER).f64(number.value());
        } else if (value instanceof AmfValue.Bool bool) {
            out.u8(BOOLEAN).u8(bool.value() ? 1 : 0);
        } else if (value instanceof AmfValue.Text text) {
            byte[] utf8 = text.value().getBytes(StandardCharsets.UTF_8);
            if (utf8.length > 0xFFFF) {
                out.u8(LONG_STRING).u32(utf8.length).bytes(utf8);
            } else {
                out.u8(STRING).u16(utf8.length).bytes(utf8);
            }
        } else if (value instanceof AmfValue.Undefined) {
            out.u8(UNDEFINED);
        } else if (value instanceof AmfValue.Date date) {
            out.u8(DATE).f64(date.millis()).u16(0);
        } else if (value instanceof AmfValue.Items items) {
            out.u8(STRICT_ARRAY).u32(items.values().size());
            items.values().forEach(item -> write(out, item));
        } else if (value instanceof AmfValue.Obj object) {
            writeObject(out, object);
        } else if (value instanceof AmfValue.Null) {
            out.u8(NULL);
        } else {
            throw MediaException.unsupported("AMF0 has no byte arrays; leave them out");
        }
    }

    private static void writeObject(AmfOutput out, AmfValue.Obj object) {
        if (object.ecmaArray()) {
            out.u8(ECMA_ARRAY).u32(object.fields().size());
        } else if (object.className().isEmpty()) {
            out.u8(OBJECT);
        } else {
            out.u8(TYPED_OBJECT);
            name(out, object.className());
        }
        for (Map.Entry<String, AmfValue> field : object.fields().entrySet()) {
            name(out, field.getKey());
            write(out, field.getValue());
        }
        out.u16(0).u8(OBJECT_END);
    }

    private static void name(AmfOutput out, String name) {
        byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
        if (utf8.length > 0xFFFF) {
            throw MediaException.invalidArgument("an AMF0 name has at most 65535 bytes, not " + utf8.length);
        }
        out.u16(utf8.length).bytes(utf8);
    }
}

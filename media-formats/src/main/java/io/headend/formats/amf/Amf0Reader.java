package io.headend.formats.amf;

import io.headend.core.MediaException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads values from one buffer, sharing one budget and one table of references. */
final class Amf0Reader {

    private final ByteBuffer in;
    private final Budget budget = new Budget();
    private final List<AmfValue> complex = new ArrayList<>();

    Amf0Reader(ByteBuffer in) {
        this.in = in;
    }

    AmfValue read() {
        budget.value();
        budget.enter();
        AmfValue value = value(Budget.u8(in));
        budget.leave();
        return value;
    }

    private AmfValue value(int marker) {
        return switch (marker) {
            case Amf0.NUMBER -> new AmfValue.Num(Budget.f64(in));
            case Amf0.BOOLEAN -> new AmfValue.Bool(Budget.u8(in) != 0);
            case Amf0.STRING -> new AmfValue.Text(Budget.utf8(in, Budget.u16(in)));
            case Amf0.OBJECT -> object("");
            case Amf0.NULL, Amf0.UNSUPPORTED -> new AmfValue.Null();
            case Amf0.UNDEFINED -> new AmfValue.Undefined();
            case Amf0.REFERENCE -> reference(Budget.u16(in));
            case Amf0.ECMA_ARRAY -> ecmaArray();
            case Amf0.STRICT_ARRAY -> strictArray();
            case Amf0.DATE -> date();
            case Amf0.LONG_STRING, Amf0.XML_DOCUMENT -> new AmfValue.Text(Budget.utf8(in, Budget.u32(in)));
            case Amf0.TYPED_OBJECT -> object(Budget.utf8(in, Budget.u16(in)));
            case Amf0.AVMPLUS -> new Amf3Reader(in, budget).read();
            default -> throw MediaException.malformed("AMF0 has no type " + marker);
        };
    }

    private AmfValue object(String className) {
        int place = complex.size();
        complex.add(new AmfValue.Undefined());
        AmfValue value = new AmfValue.Obj(className, false, fields());
        complex.set(place, value);
        return value;
    }

    private AmfValue ecmaArray() {
        // The count is a hint that writers get wrong; the end marker decides.
        Budget.u32(in);
        int place = complex.size();
        complex.add(new AmfValue.Undefined());
        AmfValue value = new AmfValue.Obj("", true, fields());
        complex.set(place, value);
        return value;
    }

    private Map<String, AmfValue> fields() {
        Map<String, AmfValue> fields = new LinkedHashMap<>();
        while (true) {
            String name = Budget.utf8(in, Budget.u16(in));
            if (name.isEmpty() && in.hasRemaining() && in.get(in.position()) == Amf0.OBJECT_END) {
                in.get();
                return fields;
            }
            fields.put(name, read());
        }
    }

    private AmfValue strictArray() {
        long count = Budget.u32(in);
        Budget.need(in, count);
        int place = complex.size();
        complex.add(new AmfValue.Undefined());
        List<AmfValue> items = new ArrayList<>((int) Math.min(count, 64));
        for (long i = 0; i < count; i++) {
            items.add(read());
        }
        AmfValue value = new AmfValue.Items(items);
        complex.set(place, value);
        return value;
    }

    private AmfValue date() {
        double millis = Budget.f64(in);
        Budget.u16(in);
        return new AmfValue.Date(millis);
    }

    private AmfValue reference(int index) {
        if (index >= complex.size()) {
            throw MediaException.malformed("AMF0 refers to value " + index + " of " + complex.size());
        }
        return complex.get(index);
    }
}

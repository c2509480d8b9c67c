package io.headend.formats.amf;

import io.headend.core.MediaException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads AMF3 (Action Message Format, AMF 3). Vectors, dictionaries and externalizable classes are refused: no
 * media client sends them.
 */
final class Amf3Reader {

    private record Traits(String className, boolean dynamic, List<String> names) {}

    private final ByteBuffer in;
    private final Budget budget;
    private final List<String> strings = new ArrayList<>();
    private final List<AmfValue> objects = new ArrayList<>();
    private final List<Traits> traits = new ArrayList<>();

    Amf3Reader(ByteBuffer in, Budget budget) {
        this.in = in;
        this.budget = budget;
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
            case 0 -> new AmfValue.Undefined();
            case 1 -> new AmfValue.Null();
            case 2 -> new AmfValue.Bool(false);
            case 3 -> new AmfValue.Bool(true);
            case 4 -> new AmfValue.Num(u29() << 3 >> 3);
            case 5 -> new AmfValue.Num(Budget.f64(in));
            case 6 -> new AmfValue.Text(string());
            case 7, 11 -> xml();
            case 8 -> date();
            case 9 -> array();
            case 10 -> object();
            case 12 -> bytes();
            default -> throw MediaException.malformed("AMF3 type " + marker + " is not known");
        };
    }

    /** Up to 29 bits in one to four bytes (AMF 3, 1.3.1). */
    private int u29() {
        int value = 0;
        for (int i = 0; i < 3; i++) {
            int b = Budget.u8(in);
            value = value << 7 | (b & 0x7F);
            if ((b & 0x80) == 0) {
                return value;
            }
        }
        return value << 8 | Budget.u8(in);
    }

    private String string() {
        int head = u29();
        if ((head & 1) == 0) {
            return reference(strings, head >> 1);
        }
        String text = Budget.utf8(in, head >> 1);
        if (!text.isEmpty()) {
            strings.add(text);
        }
        return text;
    }

    private static <T> T reference(List<T> table, int index) {
        if (index >= table.size()) {
            throw MediaException.malformed("AMF3 refers to entry " + index + " of " + table.size());
        }
        return table.get(index);
    }

    private AmfValue xml() {
        int head = u29();
        return (head & 1) == 0 ? reference(objects, head >> 1) : kept(new AmfValue.Text(Budget.utf8(in, head >> 1)));
    }

    private AmfValue date() {
        int head = u29();
        return (head & 1) == 0 ? reference(objects, head >> 1) : kept(new AmfValue.Date(Budget.f64(in)));
    }

    private AmfValue bytes() {
        int head = u29();
        if ((head & 1) == 0) {
            return reference(objects, head >> 1);
        }
        int length = head >> 1;
        Budget.need(in, length);
        AmfValue value = new AmfValue.Bytes(in.slice(in.position(), length));
        in.position(in.position() + length);
        return kept(value);
    }

    private AmfValue kept(AmfValue value) {
        objects.add(value);
        return value;
    }

    private AmfValue array() {
        int head = u29();
        if ((head & 1) == 0) {
            return reference(objects, head >> 1);
        }
        int place = objects.size();
        objects.add(new AmfValue.Undefined());
        int count = head >> 1;
        Map<String, AmfValue> named = new LinkedHashMap<>();
        for (String name = string(); !name.isEmpty(); name = string()) {
            named.put(name, read());
        }
        Budget.need(in, count);
        List<AmfValue> items = new ArrayList<>(Math.min(count, 64));
        for (int i = 0; i < count; i++) {
            items.add(read());
        }
        AmfValue value;
        if (named.isEmpty()) {
            value = new AmfValue.Items(items);
        } else {
            for (int i = 0; i < items.size(); i++) {
                named.put(Integer.toString(i), items.get(i));
            }
            value = AmfValue.ecmaArray(named);
        }
        objects.set(place, value);
        return value;
    }

    private AmfValue object() {
        int head = u29();
        if ((head & 1) == 0) {
            return reference(objects, head >> 1);
        }
        Traits shape = traits(head);
        int place = objects.size();
        objects.add(new AmfValue.Undefined());
        Map<String, AmfValue> fields = new LinkedHashMap<>();
        for (String name : shape.names) {
            fields.put(name, read());
        }
        if (shape.dynamic) {
            for (String name = string(); !name.isEmpty(); name = string()) {
                fields.put(name, read());
            }
        }
        AmfValue value = new AmfValue.Obj(shape.className, false, fields);
        objects.set(place, value);
        return value;
    }

    private Traits traits(int head) {
        if ((head & 2) == 0) {
            return reference(traits, head >> 2);
        }
        String className = string();
        if ((head & 4) != 0) {
            throw MediaException.unsupported("the AMF3 class '" + className + "' has a form of its own");
        }
        int count = head >> 4;
        Budget.need(in, count);
        List<String> names = new ArrayList<>(Math.min(count, 64));
        for (int i = 0; i < count; i++) {
            budget.value();
            names.add(string());
        }
        Traits shape = new Traits(className, (head & 8) != 0, names);
        traits.add(shape);
        return shape;
    }
}

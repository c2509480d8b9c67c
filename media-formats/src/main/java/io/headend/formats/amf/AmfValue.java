package io.headend.formats.amf;

import io.headend.core.MediaException;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One value of AMF0 or AMF3. Immutable. */
public sealed interface AmfValue {

    /** A double; AMF3 integers are read as this. */
    record Num(double value) implements AmfValue {}

    record Bool(boolean value) implements AmfValue {}

    /** Text; XML documents are read as this. */
    record Text(String value) implements AmfValue {}

    record Null() implements AmfValue {}

    record Undefined() implements AmfValue {}

    /**
     * Milliseconds since 1970-01-01T00:00:00Z.
     *
     * @param millis whole or not
     */
    record Date(double millis) implements AmfValue {}

    /** A strict array. */
    record Items(List<AmfValue> values) implements AmfValue {
        public Items {
            values = List.copyOf(values);
        }
    }

    /** Bytes; AMF3 only. */
    record Bytes(ByteBuffer value) implements AmfValue {
        public Bytes {
            value = value.slice().asReadOnlyBuffer();
        }

        @Override
        public ByteBuffer value() {
            return value.duplicate();
        }
    }

    /**
     * Named values in their order.
     *
     * @param className empty for an object without a class and for an ECMA array
     * @param ecmaArray whether it is written as an ECMA array instead of an object
     */
    record Obj(String className, boolean ecmaArray, Map<String, AmfValue> fields) implements AmfValue {
        public Obj {
            fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
        }

        /** The text of a field, or empty where there is none or it is something else. */
        public Optional<String> text(String name) {
            return fields.get(name) instanceof Text text ? Optional.of(text.value()) : Optional.empty();
        }

        /** The number of a field, or {@code otherwise} where there is none or it is something else. */
        public double number(String name, double otherwise) {
            return fields.get(name) instanceof Num number ? number.value() : otherwise;
        }
    }

    static AmfValue of(double value) {
        return new Num(value);
    }

    static AmfValue of(boolean value) {
        return new Bool(value);
    }

    static AmfValue of(String value) {
        return new Text(value);
    }

    static AmfValue none() {
        return new Null();
    }

    static AmfValue items(List<AmfValue> values) {
        return new Items(values);
    }

    static Obj object(Map<String, AmfValue> fields) {
        return new Obj("", false, fields);
    }

    static Obj ecmaArray(Map<String, AmfValue> fields) {
        return new Obj("", true, fields);
    }

    /**
     * An object of names and values in turn; values are {@code String}, {@code Number}, {@code Boolean} or {@code AmfValue}.
     *
     * @throws MediaException {@code INVALID_ARGUMENT} for anything else
     */
    static Obj object(Object... namesAndValues) {
        Map<String, AmfValue> fields = new LinkedHashMap<>();
        for (int i = 0; i + 1 < namesAndValues.length; i += 2) {
            fields.put((String) namesAndValues[i], from(namesAndValues[i + 1]));
        }
        return object(fields);
    }

    private static AmfValue from(Object value) {
        if (value instanceof AmfValue amf) {
            return amf;
        }
        if (value instanceof String text) {
            return of(text);
        }
        if (value instanceof Number number) {
            return of(number.doubleValue());
        }
        if (value instanceof Boolean flag) {
            return of(flag.booleanValue());
        }
        throw MediaException.invalidArgument(
                "an AMF value is a string, a number, a boolean or an AmfValue, not " + value.getClass());
    }
}

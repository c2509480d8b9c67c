package io.headend.drm.json;

import io.headend.core.MediaException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A value of JSON text. The accessors of an object's members fail with MALFORMED where a member is of another kind, and are
 * empty where it is missing or null.
 */
public sealed interface JsonValue {

    /** Members in the order of the text. */
    record Members(Map<String, JsonValue> byName) implements JsonValue {}

    /** An array. */
    record Elements(List<JsonValue> values) implements JsonValue {}

    /** A string, unescaped. */
    record Text(String value) implements JsonValue {
        /** The length alone: strings of key services hold keys. */
        @Override
        public String toString() {
            return "Text[" + value.length() + " characters]";
        }
    }

    /** A number as it stands in the text. */
    record Numeral(String digits) implements JsonValue {}

    /** {@code true}, {@code false} or {@code null}. */
    enum Literal implements JsonValue {
        TRUE,
        FALSE,
        NULL
    }

    /** The member, if this is an object that has it and it is not null. */
    default Optional<JsonValue> member(String name) {
        if (!(this instanceof Members members)) {
            throw MediaException.malformed("The JSON text has something else where an object belongs.");
        }
        return Optional.ofNullable(members.byName().get(name)).filter(value -> value != Literal.NULL);
    }

    default Optional<String> text(String name) {
        return member(name).map(value -> {
            if (value instanceof Text text) {
                return text.value();
            }
            throw MediaException.malformed("The JSON member '" + name + "' must be a string.");
        });
    }

    /** An integer of 64 bits. */
    default OptionalLong integer(String name) {
        Optional<JsonValue> value = member(name);
        if (value.isEmpty()) {
            return OptionalLong.empty();
        }
        try {
            if (value.get() instanceof Numeral number) {
                return OptionalLong.of(Long.parseLong(number.digits()));
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw MediaException.malformed("The JSON member '" + name + "' must be an integer.");
    }

    /** The elements of an array; none where the member is missing. */
    default List<JsonValue> elements(String name) {
        return member(name)
                .map(value -> {
                    if (value instanceof Elements array) {
                        return array.values();
                    }
                    throw MediaException.malformed("The JSON member '" + name + "' must be an array.");
                })
                .orElse(List.of());
    }

    /** The string that this value is. */
    default String asText() {
        if (this instanceof Text text) {
            return text.value();
        }
        throw MediaException.malformed("The JSON text has something else where a string belongs.");
    }
}

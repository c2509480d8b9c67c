package io.headend.core.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * HTTP fields in order, names compared without regard to case (RFC 9110, 5.1). Immutable.
 */
public final class Headers {

    public static final Headers EMPTY = new Headers(List.of());

    // name, value, name, value, ...
    private final List<String> fields;

    private Headers(List<String> fields) {
        this.fields = fields;
    }

    /** Names and values in turn. */
    public static Headers of(String... namesAndValues) {
        Builder builder = builder();
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException("names and values must come in pairs");
        }
        for (int i = 0; i < namesAndValues.length; i += 2) {
            builder.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return builder.build();
    }

    public static Builder builder() {
        return new Builder();
    }

    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.fields.addAll(fields);
        return builder;
    }

    /** The first value of that name. */
    public Optional<String> first(String name) {
        for (int i = 0; i < fields.size(); i += 2) {
            if (fields.get(i).equalsIgnoreCase(name)) {
                return Optional.of(fields.get(i + 1));
            }
        }
        return Optional.empty();
    }

    public List<String> all(String name) {
        List<String> values = new ArrayList<>(2);
        forEach((n, v) -> {
            if (n.equalsIgnoreCase(name)) {
                values.add(v);
            }
        });
        return values;
    }

    /** Whether {@code Accept-Encoding} takes {@code gzip} (RFC 9110, 12.5.3), of the fields of a request. */
    public boolean takesGzip() {
        boolean any = false;
        for (String field : all("Accept-Encoding")) {
            for (String element : field.toLowerCase(Locale.ROOT).split(",", -1)) {
                String[] parts = element.strip().split("\\s*;\\s*", -1);
                boolean refused = parts.length > 1 && parts[1].matches("q=0(\\.0{0,3})?");
                if (parts[0].equals("gzip") || parts[0].equals("x-gzip")) {
                    return !refused;
                }
                any |= parts[0].equals("*") && !refused;
            }
        }
        return any;
    }

    public void forEach(BiConsumer<String, String> action) {
        for (int i = 0; i < fields.size(); i += 2) {
            action.accept(fields.get(i), fields.get(i + 1));
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Headers headers && fields.equals(headers.fields);
    }

    @Override
    public int hashCode() {
        return fields.hashCode();
    }

    @Override
    public String toString() {
        return fields.toString();
    }

    /** Collects fields; not safe for use by several threads. */
    public static final class Builder {
        private final List<String> fields = new ArrayList<>();

        private Builder() {}

        public Builder add(String name, String value) {
            if (name.isEmpty() || !name.chars().allMatch(c -> c > ' ' && c < 0x7F && c != ':')) {
                throw new IllegalArgumentException("not a field name: '" + name + "'");
            }
            if (value.chars().anyMatch(c -> c == '\r' || c == '\n' || c == 0)) {
                throw new IllegalArgumentException("field " + name + " has a line break in its value");
            }
            fields.add(name);
            fields.add(value);
            return this;
        }

        /** Replaces every field of that name. */
        public Builder set(String name, String value) {
            for (int i = fields.size() - 2; i >= 0; i -= 2) {
                if (fields.get(i).equalsIgnoreCase(name)) {
                    fields.subList(i, i + 2).clear();
                }
            }
            return add(name, value);
        }

        public Headers build() {
            return fields.isEmpty() ? EMPTY : new Headers(List.copyOf(fields));
        }
    }
}

package io.headend.drm.json;

import java.util.Map;

/** Writes JSON text without blanks, members in the order given; key services sign these very bytes. */
public final class JsonWriter {

    private JsonWriter() {}

    /**
     * The text of a value.
     *
     * @param value a map by member name, an iterable, a string, a whole number or a boolean
     */
    public static String write(Object value) {
        StringBuilder out = new StringBuilder();
        write(out, value);
        return out.toString();
    }

    private static void write(StringBuilder out, Object value) {
        if (value instanceof Map<?, ?> members) {
            out.append('{');
            String comma = "";
            for (Map.Entry<?, ?> member : members.entrySet()) {
                out.append(comma);
                quote(out, (String) member.getKey());
                out.append(':');
                write(out, member.getValue());
                comma = ",";
            }
            out.append('}');
        } else if (value instanceof Iterable<?> elements) {
            out.append('[');
            String comma = "";
            for (Object element : elements) {
                out.append(comma);
                write(out, element);
                comma = ",";
            }
            out.append(']');
        } else if (value instanceof String text) {
            quote(out, text);
        } else if (value instanceof Long || value instanceof Integer || value instanceof Boolean) {
            out.append(value);
        } else {
            throw new IllegalArgumentException("no JSON for " + value.getClass());
        }
    }

    private static void quote(StringBuilder out, String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < ' ') {
                        out.append(String.format("\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}

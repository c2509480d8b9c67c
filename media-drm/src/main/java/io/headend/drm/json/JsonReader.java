package io.headend.drm.json;

import io.headend.core.MediaException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads JSON text (RFC 8259), at most 16 levels deep and 10,000 values long. Messages never repeat the text. */
public final class JsonReader {

    private static final int MAX_DEPTH = 16;
    private static final int MAX_VALUES = 10_000;

    private final String text;
    private int at;
    private int values;

    private JsonReader(String text) {
        this.text = text;
    }

    /**
     * Reads UTF-8.
     *
     * @throws MediaException MALFORMED
     */
    public static JsonValue read(byte[] utf8) {
        try {
            return read(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString());
        } catch (CharacterCodingException e) {
            throw MediaException.malformed("The JSON text is not UTF-8.");
        }
    }

    /** @throws MediaException MALFORMED */
    public static JsonValue read(String text) {
        JsonReader reader = new JsonReader(text);
        JsonValue value = reader.value(0);
        reader.skipSpace();
        if (reader.at < text.length()) {
            throw reader.unexpected("nothing more");
        }
        return value;
    }

    private JsonValue value(int depth) {
        if (depth > MAX_DEPTH || ++values > MAX_VALUES) {
            throw MediaException.malformed(
                    "The JSON text is deeper than " + MAX_DEPTH + " levels or longer than " + MAX_VALUES + " values.");
        }
        skipSpace();
        return switch (peek()) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case '"' -> new JsonValue.Text(string());
            case 't' -> literal("true", JsonValue.Literal.TRUE);
            case 'f' -> literal("false", JsonValue.Literal.FALSE);
            case 'n' -> literal("null", JsonValue.Literal.NULL);
            default -> number();
        };
    }

    private JsonValue object(int depth) {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        at++;
        skipSpace();
        if (peek() == '}') {
            at++;
            return new JsonValue.Members(members);
        }
        do {
            skipSpace();
            String name = string();
            skipSpace();
            expect(':');
            if (members.put(name, value(depth + 1)) != null) {
                throw MediaException.malformed("The JSON text names a member twice at character " + at + ".");
            }
            skipSpace();
        } while (another('}'));
        return new JsonValue.Members(Collections.unmodifiableMap(members));
    }

    private JsonValue array(int depth) {
        List<JsonValue> elements = new ArrayList<>();
        at++;
        skipSpace();
        if (peek() == ']') {
            at++;
            return new JsonValue.Elements(List.of());
        }
        do {
            elements.add(value(depth + 1));
            skipSpace();
        } while (another(']'));
        return new JsonValue.Elements(List.copyOf(elements));
    }

    private boolean another(char end) {
        if (peek() == ',') {
            at++;
            return true;
        }
        expect(end);
        return false;
    }

    private String string() {
        expect('"');
        StringBuilder out = new StringBuilder();
        while (true) {
            char next = peek();
            at++;
            if (next == '"') {
                return out.toString();
            }
            if (next < ' ') {
                throw unexpected("no control character");
            }
            out.append(next == '\\' ? escape() : next);
        }
    }

    private char escape() {
        char kind = peek();
        at++;
        return switch (kind) {
            case '"', '\\', '/' -> kind;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> {
                int unit = 0;
                for (int i = 0; i < 4; i++) {
                    int digit = Character.digit(peek(), 16);
                    if (digit < 0) {
                        throw unexpected("a hexadecimal digit");
                    }
                    unit = unit << 4 | digit;
                    at++;
                }
                yield (char) unit;
            }
            default -> throw unexpected("an escape");
        };
    }

    private JsonValue literal(String word, JsonValue.Literal value) {
        if (!text.startsWith(word, at)) {
            throw unexpected("a value");
        }
        at += word.length();
        return value;
    }

    private JsonValue number() {
        int start = at;
        if (peek() == '-') {
            at++;
        }
        boolean leadingZero = peek() == '0';
        if (digits() > 1 && leadingZero) {
            throw unexpected("a number without leading zero");
        }
        if (at < text.length() && text.charAt(at) == '.') {
            at++;
            digits();
        }
        if (at < text.length() && (text.charAt(at) | 0x20) == 'e') {
            at++;
            if (peek() == '+' || peek() == '-') {
                at++;
            }
            digits();
        }
        return new JsonValue.Numeral(text.substring(start, at));
    }

    private int digits() {
        int start = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        if (at == start) {
            throw unexpected("a value");
        }
        return at - start;
    }

    private void skipSpace() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private char peek() {
        if (at >= text.length()) {
            throw MediaException.malformed("The JSON text ends too early.");
        }
        return text.charAt(at);
    }

    private void expect(char wanted) {
        if (peek() != wanted) {
            throw unexpected("'" + wanted + "'");
        }
        at++;
    }

    private MediaException unexpected(String wanted) {
        return MediaException.malformed("The JSON text should have " + wanted + " at character " + at + ".");
    }
}

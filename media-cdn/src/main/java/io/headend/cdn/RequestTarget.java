package io.headend.cdn;

import io.headend.core.MediaException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Locale;

/**
 * The target of a request line (RFC 9112, 3.2): origin form or absolute form.
 *
 * @param path decoded and normalised: begins with a slash, has no empty, {@code .} or {@code ..} segment, no control
 *     character and no backslash, so that it names nothing outside the folder it is resolved against
 * @param rawQuery the part behind the question mark as it came, or empty
 */
record RequestTarget(String path, String rawQuery) {

    /** @throws MediaException {@code MALFORMED} if the target breaks the syntax or leaves the root */
    static RequestTarget parse(String target) {
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c <= ' ' || c >= 0x7F || c == '#') {
                throw MediaException.malformed("The request target holds a character that must be escaped.");
            }
        }
        String origin = originForm(target);
        int mark = origin.indexOf('?');
        String rawPath = mark < 0 ? origin : origin.substring(0, mark);
        String rawQuery = mark < 0 ? "" : origin.substring(mark + 1);
        return new RequestTarget(normalise(decode(rawPath)), rawQuery);
    }

    private static String originForm(String target) {
        if (target.startsWith("/")) {
            return target;
        }
        String lower = target.toLowerCase(Locale.ROOT);
        int authority = lower.startsWith("http://") ? 7 : lower.startsWith("https://") ? 8 : -1;
        if (authority < 0) {
            throw MediaException.malformed("The request target must be a path or an http URL.");
        }
        int end = authority;
        while (end < target.length() && target.charAt(end) != '/' && target.charAt(end) != '?') {
            end++;
        }
        String rest = target.substring(end);
        return rest.startsWith("/") ? rest : "/" + rest;
    }

    private static String decode(String rawPath) {
        byte[] bytes = new byte[rawPath.length()];
        int length = 0;
        for (int i = 0; i < rawPath.length(); i++) {
            int value = rawPath.charAt(i);
            if (value == '%') {
                value = i + 2 < rawPath.length() ? (hex(rawPath.charAt(i + 1)) << 4) | hex(rawPath.charAt(i + 2)) : -1;
                i += 2;
            }
            if (value < ' ' || value == 0x7F || value == '\\') {
                throw MediaException.malformed("The path holds a broken escape or a forbidden character.");
            }
            bytes[length++] = (byte) value;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, 0, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw MediaException.malformed("The path is not UTF-8.");
        }
    }

    /** Negative, whatever the shift, where {@code c} is no digit. */
    private static int hex(char c) {
        return c < 0x80 ? Character.digit(c, 16) : -1;
    }

    // Runs on the decoded path, so %2e%2e and %2f cannot bring dot segments back later.
    private static String normalise(String path) {
        Deque<String> kept = new ArrayDeque<>();
        String[] segments = path.split("/", -1);
        String last = segments[segments.length - 1];
        for (String segment : segments) {
            switch (segment) {
                case "", "." -> {}
                case ".." -> {
                    if (kept.pollLast() == null) {
                        throw MediaException.malformed("The path leaves the root.");
                    }
                }
                default -> kept.addLast(segment);
            }
        }
        StringBuilder result = new StringBuilder("/");
        for (Iterator<String> it = kept.iterator(); it.hasNext(); ) {
            result.append(it.next());
            if (it.hasNext()) {
                result.append('/');
            }
        }
        boolean folder = last.isEmpty() || last.equals(".") || last.equals("..");
        return folder && !kept.isEmpty() ? result.append('/').toString() : result.toString();
    }
}

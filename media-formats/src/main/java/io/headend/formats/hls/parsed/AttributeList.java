package io.headend.formats.hls.parsed;

import io.headend.core.MediaException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads attribute lists (RFC 8216bis, 4.2). */
final class AttributeList {

    private static final int MOST = 100;

    private AttributeList() {}

    /**
     * Values without their quotes, in the order of the text; of a name that comes twice the first counts.
     *
     * @throws MediaException {@code MALFORMED} if a name has no value, a quote is not closed or there are too many
     */
    static Map<String, String> parse(String text) {
        Map<String, String> attributes = new LinkedHashMap<>();
        int at = 0;
        while (at < text.length()) {
            int equals = text.indexOf('=', at);
            if (equals < 0) {
                if (text.substring(at).isBlank()) {
                    break;
                }
                throw MediaException.malformed("attribute '" + shown(text.substring(at)) + "' has no value");
            }
            String name = text.substring(at, equals).strip();
            int end;
            String value;
            if (equals + 1 < text.length() && text.charAt(equals + 1) == '"') {
                int close = text.indexOf('"', equals + 2);
                if (close < 0) {
                    throw MediaException.malformed("the quote of attribute " + shown(name) + " is not closed");
                }
                value = text.substring(equals + 2, close);
                end = text.indexOf(',', close);
            } else {
                end = text.indexOf(',', equals);
                value = text.substring(equals + 1, end < 0 ? text.length() : end)
                        .strip();
            }
            attributes.putIfAbsent(name, value);
            if (attributes.size() > MOST) {
                throw MediaException.malformed("more than " + MOST + " attributes in one tag");
            }
            at = end < 0 ? text.length() : end + 1;
        }
        return attributes;
    }

    private static String shown(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "…";
    }
}

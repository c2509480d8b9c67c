package io.headend.testkit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Splits attribute lists of playlist tags (RFC 8216, 4.2) into sorted lines; everything else stays as it is. */
final class HlsDump {

    private HlsDump() {}

    static String dump(String playlist) {
        StringBuilder out = new StringBuilder();
        for (String line : playlist.lines().toList()) {
            String text = line.strip();
            if (text.isEmpty()) {
                continue;
            }
            int colon = text.indexOf(':');
            String value = colon < 0 ? "" : text.substring(colon + 1);
            if (text.startsWith("#EXT") && value.matches("[A-Z0-9-]+=.*")) {
                out.append(text, 0, colon + 1).append('\n');
                attributes(value)
                        .forEach(attribute -> out.append("  ").append(attribute).append('\n'));
            } else {
                out.append(text).append('\n');
            }
        }
        return out.toString();
    }

    private static List<String> attributes(String list) {
        List<String> attributes = new ArrayList<>();
        boolean quoted = false;
        int start = 0;
        for (int i = 0; i <= list.length(); i++) {
            if (i == list.length() || (list.charAt(i) == ',' && !quoted)) {
                attributes.add(list.substring(start, i).strip());
                start = i + 1;
            } else if (list.charAt(i) == '"') {
                quoted = !quoted;
            }
        }
        Collections.sort(attributes);
        return attributes;
    }
}

package io.headend.core;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Addresses as they may be shown: in messages, logs and reports. Whatever can be a credential is {@code ***}.
 *
 * <p>That is the user information before {@code @}, the value of every query parameter that is not known to be harmless, and
 * path segments of the form {@code name=value}. Host, port and the rest of the path stay, so that people recognise the address.
 */
public final class RedactedUrl {

    private static final String HIDDEN = "***";

    // Parameters of this product's own address forms, and of FFmpeg's protocols, that say how and not who.
    private static final Set<String> HARMLESS = Set.of(
            "mode",
            "latency",
            "fec",
            "legs",
            "buffer",
            "timeout",
            "transport",
            "pbkeylen",
            "pkt_size",
            "localaddr",
            "interface",
            "source",
            "sources",
            "ttl",
            "reuse",
            "listen",
            "loop",
            "pace",
            "height",
            "bandwidth",
            "fifo_size",
            "program");

    private static final Pattern URL = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://[^\\s'\"<>]+");
    private static final Pattern USER = Pattern.compile("^([A-Za-z][A-Za-z0-9+.-]*://)[^/?#]+@");
    private static final Pattern SEGMENT = Pattern.compile("(?<=/)[^/?#=]*=[^/?#]*");

    private RedactedUrl() {}

    /** The address without credentials; a text that is no {@code scheme://} address comes back as it is. */
    public static String of(String url) {
        if (!url.contains("://")) {
            return url;
        }
        int query = url.indexOf('?');
        int fragment = url.indexOf('#');
        int end = query >= 0 ? query : fragment >= 0 ? fragment : url.length();
        String place = USER.matcher(url.substring(0, end)).replaceFirst("$1" + HIDDEN + "@");
        int path = place.indexOf('/', place.indexOf("://") + 3);
        if (path >= 0) {
            place = place.substring(0, path)
                    + SEGMENT.matcher(place.substring(path)).replaceAll(HIDDEN);
        }
        return query < 0 ? place : place + "?" + query(url.substring(query + 1));
    }

    private static String query(String query) {
        StringBuilder shown = new StringBuilder();
        for (String parameter : query.split("&", -1)) {
            int equals = parameter.indexOf('=');
            String name = equals < 0 ? parameter : parameter.substring(0, equals);
            boolean harmless = HARMLESS.contains(name.toLowerCase(Locale.ROOT));
            shown.append(shown.isEmpty() ? "" : "&");
            if (equals < 0) {
                shown.append(harmless ? name : HIDDEN);
            } else {
                shown.append(name).append('=').append(harmless ? parameter.substring(equals + 1) : HIDDEN);
            }
        }
        return shown.toString();
    }

    /** A text, such as a line of a log, with every address in it redacted. */
    public static String inText(String text) {
        if (!text.contains("://")) {
            return text;
        }
        return URL.matcher(text).replaceAll(found -> Matcher.quoteReplacement(of(found.group())));
    }
}

package io.headend.ingest;

import io.headend.core.MediaException;
import io.headend.core.RedactedUrl;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code scheme://[user@]host:port[/path][?name=value&…]} with known parameters only. What is wrong is said in one sentence that shows no
 * credentials.
 */
final class Address {

    private static final Pattern FORM = Pattern.compile(
            "([A-Za-z][A-Za-z0-9+.-]*)://(?:([^/?@]*)@)?(\\[[^\\]/?]*]|[^/?:@\\[\\]]*)(?::([0-9]{1,5}))?"
                    + "(/[^?]*)?(?:\\?(.*))?");

    private final String shown;
    private final String user;
    private final String host;
    private final int port;
    private final Map<String, String> parameters;

    private Address(String shown, String user, String host, int port, Map<String, String> parameters) {
        this.shown = shown;
        this.user = user;
        this.host = host;
        this.port = port;
        this.parameters = parameters;
    }

    /**
     * Reads an address that needs a port.
     *
     * @param known names of parameters
     * @throws MediaException {@code INVALID_ARGUMENT}
     */
    static Address parse(String text, Set<String> known) {
        String shown = "'" + RedactedUrl.of(text) + "'";
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw MediaException.invalidArgument(shown + " is not a URL of the form scheme://host:port?name=value");
        }
        int port = form.group(4) == null ? 0 : Integer.parseInt(form.group(4));
        if (port < 1 || port > 65_535) {
            throw MediaException.invalidArgument(shown + " needs a port from 1 to 65535, as in "
                    + form.group(1).toLowerCase(Locale.ROOT) + "://127.0.0.1:9000");
        }
        String host = form.group(3).replaceAll("^\\[|]$", "");
        String user = form.group(2) == null ? "" : form.group(2);
        return new Address(shown, user, host, port, parameters(form.group(6), known, shown));
    }

    private static Map<String, String> parameters(@Nullable String query, Set<String> known, String shown) {
        Map<String, String> parameters = new LinkedHashMap<>();
        if (query == null || query.isEmpty()) {
            return parameters;
        }
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            if (!known.contains(name)) {
                throw MediaException.invalidArgument(shown + " has no parameter '" + name + "'; there "
                        + (known.isEmpty() ? "are none" : "are " + String.join(", ", new TreeSet<>(known))));
            }
            String value = equals < 0 ? "" : decoded(pair.substring(equals + 1), name, shown);
            if (parameters.put(name, value) != null) {
                throw MediaException.invalidArgument(shown + " says " + name + " twice");
            }
        }
        return parameters;
    }

    private static String decoded(String value, String name, String shown) {
        try {
            // A plus is a plus outside of HTML forms.
            return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw MediaException.invalidArgument(shown + ": " + name + " has a broken percent sign");
        }
    }

    /** What stands before {@code @}, or nothing. */
    String user() {
        return user;
    }

    /** Without brackets; may be empty. */
    String host() {
        return host;
    }

    int port() {
        return port;
    }

    @Nullable
    String text(String name) {
        return parameters.get(name);
    }

    int integer(String name, int otherwise) {
        String value = parameters.get(name);
        if (value == null) {
            return otherwise;
        }
        if (!value.matches("[0-9]{1,9}")) {
            throw wrong(name + " is a whole number, not '" + value + "'");
        }
        return Integer.parseInt(value);
    }

    <E extends Enum<E>> E choice(String name, Class<E> type, E otherwise) {
        String value = parameters.get(name);
        if (value == null) {
            return otherwise;
        }
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equalsIgnoreCase(value)) {
                return constant;
            }
        }
        throw wrong(name + " is one of "
                + Arrays.toString(type.getEnumConstants()).toLowerCase(Locale.ROOT) + ", not '" + value + "'");
    }

    MediaException wrong(String why) {
        return MediaException.invalidArgument(shown + ": " + why);
    }
}

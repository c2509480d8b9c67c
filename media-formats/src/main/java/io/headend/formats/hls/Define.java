package io.headend.formats.hls;

/**
 * {@code EXT-X-DEFINE} (RFC 8216bis, 4.4.2.3).
 *
 * @param kind where the value comes from
 * @param name of the variable
 * @param value for {@link Kind#VALUE}, else empty
 */
public record Define(Kind kind, String name, String value) {

    /** Where the value of a variable comes from. */
    public enum Kind {
        /** The tag itself. */
        VALUE,
        /** The multivariant playlist. */
        IMPORT,
        /** A parameter of the playlist's own URI. */
        QUERYPARAM
    }

    public Define {
        if (!name.matches("[A-Za-z0-9_-]+")) {
            throw new IllegalArgumentException("'" + name + "' is no name of a variable");
        }
    }

    /** A variable that takes its value from the query of the playlist's URI. */
    public static Define queryParameter(String name) {
        return new Define(Kind.QUERYPARAM, name, "");
    }

    String toLine() {
        Attributes attributes = new Attributes();
        switch (kind) {
            case VALUE -> attributes.quoted("NAME", name).quoted("VALUE", value);
            case IMPORT -> attributes.quoted("IMPORT", name);
            case QUERYPARAM -> attributes.quoted("QUERYPARAM", name);
        }
        return "#EXT-X-DEFINE:" + attributes + "\n";
    }
}

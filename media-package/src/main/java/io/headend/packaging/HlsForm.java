package io.headend.packaging;

/** The two forms of the same segments in HLS. */
enum HlsForm {
    CMAF("", ".m4s"),
    TRANSPORT_STREAM("-ts", ".ts");

    private final String suffix;
    private final String extension;

    HlsForm(String suffix, String extension) {
        this.suffix = suffix;
        this.extension = extension;
    }

    /** Of the segments' names. */
    String extension() {
        return extension;
    }

    String multivariant() {
        return "master" + suffix + ".m3u8";
    }

    String iframes() {
        return "iframes" + suffix + ".m3u8";
    }

    String media() {
        return "media" + suffix + ".m3u8";
    }
}

package io.headend.core;

/**
 * One entry of the {@code codecs} parameter of RFC 6381, such as {@code avc1.64001F} or {@code mp4a.40.2}.
 *
 * @param value the entry, without commas, quotes or white space
 */
public record CodecString(String value) {

    public CodecString {
        if (value.isEmpty() || !value.chars().allMatch(c -> c > ' ' && c < 0x7F && c != ',' && c != '"')) {
            throw new IllegalArgumentException("not an RFC 6381 codec entry: '" + value + "'");
        }
    }

    /** The four-character sample entry code before the first dot. */
    public String sampleEntry() {
        int dot = value.indexOf('.');
        return dot < 0 ? value : value.substring(0, dot);
    }

    @Override
    public String toString() {
        return value;
    }
}

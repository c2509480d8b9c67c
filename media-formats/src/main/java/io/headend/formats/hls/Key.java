package io.headend.formats.hls;

/**
 * {@code EXT-X-KEY} (RFC 8216bis, 4.4.4.4).
 *
 * @param method {@code AES-128}, {@code SAMPLE-AES} or {@code SAMPLE-AES-CTR}
 * @param uri where the key is, or what a key system understands
 * @param keyFormat identity of the key system, empty for {@code identity}
 * @param keyFormatVersions such as {@code 1}, empty to leave it out
 * @param iv {@code 0x} and 32 hexadecimal digits, empty to leave it out
 * @param keyId {@code KEYID} of the common encryption key systems, empty to leave it out
 */
public record Key(String method, String uri, String keyFormat, String keyFormatVersions, String iv, String keyId) {

    String toLine() {
        Attributes attributes = new Attributes().plain("METHOD", method).quoted("URI", uri);
        if (!keyId.isEmpty()) {
            attributes.plain("KEYID", keyId);
        }
        if (!iv.isEmpty()) {
            attributes.plain("IV", iv);
        }
        if (!keyFormat.isEmpty()) {
            attributes.quoted("KEYFORMAT", keyFormat);
        }
        if (!keyFormatVersions.isEmpty()) {
            attributes.quoted("KEYFORMATVERSIONS", keyFormatVersions);
        }
        return "#EXT-X-KEY:" + attributes + "\n";
    }
}

package io.headend.formats.hls;

import io.headend.core.ContentProtection.DrmSystem;
import io.headend.core.ProtectionScheme;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;

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

    private static final UUID WIDEVINE = UUID.fromString("edef8ba9-79d6-4ace-a3c8-27dcd51d21ed");
    private static final UUID PLAYREADY = UUID.fromString("9a04f079-9840-4286-ab92-e65be0885f95");
    private static final UUID FAIRPLAY = UUID.fromString("94ce86fb-07ff-4f43-adb8-93d2fa968ca2");
    private static final int PSSH_V0_HEADER = 32;

    /**
     * How a playlist names a DRM system's key in common encryption: Widevine and PlayReady by their data, FairPlay
     * by its URI; W3C ClearKey by its licence server's URL with the key id as {@code kid}, where {@code GET} gives the key.
     *
     * @return empty for a system that HLS has no form for, such as the common {@code pssh}
     */
    public static Optional<Key> of(ProtectionScheme scheme, UUID keyId, DrmSystem system) {
        String method = scheme == ProtectionScheme.CBCS ? "SAMPLE-AES" : "SAMPLE-AES-CTR";
        UUID id = system.systemId();
        if (id.equals(WIDEVINE)) {
            String named = "0x" + keyId.toString().replace("-", "");
            String uri = "data:text/plain;base64," + base64(system.pssh());
            return Optional.of(new Key(method, uri, "urn:uuid:" + WIDEVINE, "1", "", named));
        }
        if (id.equals(PLAYREADY)) {
            String uri = "data:text/plain;charset=UTF-16;base64," + base64(playReadyObject(system.pssh()));
            return Optional.of(new Key(method, uri, "com.microsoft.playready", "1", "", ""));
        }
        if (id.equals(FAIRPLAY)) {
            return Optional.of(new Key(method, system.licenseUrl(), "com.apple.streamingkeydelivery", "1", "", ""));
        }
        return system.licenseUrl().isEmpty()
                ? Optional.empty()
                : Optional.of(new Key(method, identityUri(system.licenseUrl(), keyId), "", "", "", ""));
    }

    /** Where a player gets the 16 bytes of the key (4.4.4.4): keys that share a server differ by {@code kid}. */
    private static String identityUri(String server, UUID keyId) {
        if (server.startsWith("data:")) {
            return server;
        }
        return server + (server.contains("?") ? "&" : "?") + "kid="
                + keyId.toString().replace("-", "");
    }

    private static ByteBuffer playReadyObject(ByteBuffer pssh) {
        return pssh.position(Math.min(PSSH_V0_HEADER, pssh.limit()));
    }

    private static String base64(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return Base64.getEncoder().encodeToString(copy);
    }

    /** The line of a media playlist, with its line feed. */
    public String toLine() {
        return "#EXT-X-KEY:" + attributes() + "\n";
    }

    /** {@code EXT-X-SESSION-KEY}, the line of a multivariant playlist (4.4.6.5), with its line feed. */
    public String toSessionLine() {
        return "#EXT-X-SESSION-KEY:" + attributes() + "\n";
    }

    private Attributes attributes() {
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
        return attributes;
    }
}

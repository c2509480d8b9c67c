package io.headend.drm;

import io.headend.core.ContentProtection.DrmSystem;
import io.headend.core.MediaException;
import io.headend.core.ProtectionScheme;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Microsoft's PlayReady Header for one key: XML in UTF-16LE that a PlayReady object carries ("PlayReady Header
 * Specification").
 *
 * @param version which form: 4.0 and 4.2 for {@code cenc}, 4.3 for {@code cbcs}
 * @param keyId the key
 * @param checksum first bytes of the encrypted key id, which lets a player see that it has the right key; not in 4.3
 * @param licenseUrl {@code LA_URL}, or empty
 */
public record PlayReadyHeader(Version version, UUID keyId, Optional<Checksum> checksum, String licenseUrl) {

    /** PlayReady as registered with DASH-IF. */
    public static final UUID SYSTEM_ID = UUID.fromString("9a04f079-9840-4286-ab92-e65be0885f95");

    private static final String NAMESPACE = "http://schemas.microsoft.com/DRM/2007/03/PlayReadyHeader";
    private static final int RIGHTS_MANAGEMENT_HEADER = 1;
    private static final int OBJECT_OVERHEAD = 10;

    /** The forms of the header that players of today read. */
    public enum Version {
        /** One key, AES-CTR; every player. */
        V4_0("4.0.0.0"),
        /** Keys in a list, AES-CTR; PlayReady 3.0 and up. */
        V4_2("4.2.0.0"),
        /** Also AES-CBC; PlayReady 4.0 and up. */
        V4_3("4.3.0.0");

        private final String text;

        Version(String text) {
            this.text = text;
        }
    }

    /** Eight bytes: AES-ECB of the key id under the key, cut. Not secret. */
    public record Checksum(long bits) {
        String base64() {
            return Base64.getEncoder()
                    .encodeToString(ByteBuffer.allocate(8).putLong(bits).array());
        }
    }

    public PlayReadyHeader {
        if (version == Version.V4_3 && checksum.isPresent()) {
            throw MediaException.invalidArgument("A PlayReady header 4.3 for AES-CBC has no checksum; leave it out.");
        }
    }

    /** The header for a key: 4.0 with checksum in {@code cenc}, 4.3 in {@code cbcs}. */
    public static PlayReadyHeader of(ContentKey key, ProtectionScheme scheme, String licenseUrl) {
        return scheme == ProtectionScheme.CENC
                ? new PlayReadyHeader(Version.V4_0, key.id(), Optional.of(PlayReadyKeys.checksum(key)), licenseUrl)
                : new PlayReadyHeader(Version.V4_3, key.id(), Optional.empty(), licenseUrl);
    }

    /** The XML. */
    public String toXml() {
        StringBuilder xml = new StringBuilder(400);
        xml.append("<WRMHEADER xmlns=\"")
                .append(NAMESPACE)
                .append("\" version=\"")
                .append(version.text);
        xml.append("\"><DATA><PROTECTINFO>");
        String id = Base64.getEncoder().encodeToString(PlayReadyKeys.guid(keyId));
        if (version == Version.V4_0) {
            xml.append("<KEYLEN>16</KEYLEN><ALGID>AESCTR</ALGID></PROTECTINFO><KID>");
            xml.append(id).append("</KID>");
            checksum.ifPresent(
                    sum -> xml.append("<CHECKSUM>").append(sum.base64()).append("</CHECKSUM>"));
        } else {
            xml.append("<KIDS><KID ALGID=\"").append(version == Version.V4_3 ? "AESCBC" : "AESCTR");
            checksum.ifPresent(sum -> xml.append("\" CHECKSUM=\"").append(sum.base64()));
            xml.append("\" VALUE=\"").append(id).append("\"></KID></KIDS></PROTECTINFO>");
        }
        if (!licenseUrl.isEmpty()) {
            xml.append("<LA_URL>").append(escaped(licenseUrl)).append("</LA_URL>");
        }
        return xml.append("</DATA></WRMHEADER>").toString();
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    /** The PlayReady object ({@code mspr:pro}): one record, the header. */
    public ByteBuffer toObject() {
        byte[] header = toXml().getBytes(StandardCharsets.UTF_16LE);
        int size = OBJECT_OVERHEAD + header.length;
        if (header.length > 0xFFFF) {
            throw MediaException.invalidArgument("The PlayReady header has " + header.length
                    + " bytes, more than 65535; use a shorter licence URL.");
        }
        return ByteBuffer.allocate(size)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(size)
                .putShort((short) 1)
                .putShort((short) RIGHTS_MANAGEMENT_HEADER)
                .putShort((short) header.length)
                .put(header)
                .flip()
                .order(ByteOrder.BIG_ENDIAN);
    }

    /** The {@code pssh} box of version 0. */
    public PsshBox pssh() {
        return new PsshBox(SYSTEM_ID, List.of(), toObject());
    }

    /** The box as signalling, with the licence URL of the header. */
    public DrmSystem system() {
        return new DrmSystem(SYSTEM_ID, pssh().toByteBuffer(), licenseUrl);
    }
}

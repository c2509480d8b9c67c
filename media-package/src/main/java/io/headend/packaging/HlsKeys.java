package io.headend.packaging;

import io.headend.core.ContentProtection;
import io.headend.core.ContentProtection.DrmSystem;
import io.headend.core.ProtectionScheme;
import io.headend.formats.hls.Key;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** {@code EXT-X-KEY} of each DRM system. */
final class HlsKeys {

    private static final UUID WIDEVINE = UUID.fromString("edef8ba9-79d6-4ace-a3c8-27dcd51d21ed");
    private static final UUID PLAYREADY = UUID.fromString("9a04f079-9840-4286-ab92-e65be0885f95");
    private static final UUID FAIRPLAY = UUID.fromString("94ce86fb-07ff-4f43-adb8-93d2fa968ca2");
    private static final int PSSH_V0_HEADER = 32;

    private HlsKeys() {}

    static List<Key> of(@Nullable ContentProtection protection) {
        if (protection == null) {
            return List.of();
        }
        String method = protection.scheme() == ProtectionScheme.CBCS ? "SAMPLE-AES" : "SAMPLE-AES-CTR";
        String keyId = "0x" + protection.keyId().toString().replace("-", "");
        List<Key> keys = new ArrayList<>();
        for (DrmSystem system : protection.systems()) {
            UUID id = system.systemId();
            if (id.equals(WIDEVINE)) {
                String uri = "data:text/plain;base64," + base64(system.pssh());
                keys.add(new Key(method, uri, "urn:uuid:" + WIDEVINE, "1", "", keyId));
            } else if (id.equals(PLAYREADY)) {
                String uri = "data:text/plain;charset=UTF-16;base64," + base64(header(system.pssh()));
                keys.add(new Key(method, uri, "com.microsoft.playready", "1", "", ""));
            } else if (id.equals(FAIRPLAY)) {
                keys.add(new Key(method, system.licenseUrl(), "com.apple.streamingkeydelivery", "1", "", ""));
            } else if (!system.licenseUrl().isEmpty()) {
                keys.add(new Key(method, system.licenseUrl(), "", "", "", ""));
            }
        }
        return keys;
    }

    private static ByteBuffer header(ByteBuffer pssh) {
        return pssh.position(Math.min(PSSH_V0_HEADER, pssh.limit()));
    }

    private static String base64(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return Base64.getEncoder().encodeToString(copy);
    }
}

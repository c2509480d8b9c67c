package io.headend.drm.speke;

import io.headend.core.ContentProtection.DrmSystem;
import io.headend.core.MediaException;
import io.headend.core.ProtectionScheme;
import io.headend.drm.ContentKey;
import io.headend.drm.DrmSystems;
import io.headend.drm.PlayReadyHeader;
import io.headend.drm.PsshBox;
import io.headend.drm.cpix.CpixDocument;
import io.headend.drm.cpix.CpixKey;
import io.headend.drm.cpix.CpixSystem;
import io.headend.drm.cpix.CpixSystem.Signal;
import io.headend.formats.hls.Key;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Fills in what a document asks for, and nothing else. */
final class SignalFilling {

    private final List<CpixKey> keys;
    private final DrmSystems systems;

    SignalFilling(List<CpixKey> keys, DrmSystems systems) {
        this.keys = keys;
        this.systems = systems;
    }

    List<CpixSystem> of(CpixDocument document) {
        return document.systems().stream().map(this::fill).toList();
    }

    private CpixSystem fill(CpixSystem asked) {
        CpixKey entry = keys.stream()
                .filter(key -> key.id().equals(asked.keyId()))
                .findFirst()
                .orElseThrow();
        ProtectionScheme scheme = scheme(entry);
        ContentKey key = entry.key().orElseThrow();
        DrmSystem signal = systems.signal(asked.systemId(), key, scheme)
                .filter(made -> systems.systems().contains(asked.systemId()))
                .orElseThrow(() ->
                        MediaException.unsupported("The DRM system " + asked.systemId() + " is not served here."));
        Map<Signal, String> filled = new EnumMap<>(Signal.class);
        Optional<Key> line = Key.of(scheme, key.id(), signal);
        for (Signal kind : asked.signals().keySet()) {
            Optional<String> text = switch (kind) {
                case PSSH -> pssh(signal);
                case CONTENT_PROTECTION_DATA -> contentProtection(signal).map(SignalFilling::base64);
                case HLS_MEDIA -> line.map(Key::toLine).map(SignalFilling::base64);
                case HLS_MULTIVARIANT -> line.map(Key::toSessionLine).map(SignalFilling::base64);
                case SMOOTH_STREAMING ->
                    signal.systemId().equals(PlayReadyHeader.SYSTEM_ID)
                            ? Optional.of(base64(PsshBox.parse(signal.pssh()).data()))
                            : Optional.empty();
            };
            text.ifPresent(value -> filled.put(kind, value));
        }
        return new CpixSystem(asked.keyId(), asked.systemId(), filled);
    }

    private static ProtectionScheme scheme(CpixKey key) {
        return switch (key.scheme()) {
            case "cenc" -> ProtectionScheme.CENC;
            case "cbcs" -> ProtectionScheme.CBCS;
            default ->
                throw MediaException.unsupported("Keys are given for cenc and cbcs, not for " + key.scheme() + ".");
        };
    }

    /** FairPlay has none, and then the element goes. */
    private static Optional<String> pssh(DrmSystem signal) {
        return signal.pssh().hasRemaining() ? Optional.of(base64(signal.pssh())) : Optional.empty();
    }

    private static Optional<String> contentProtection(DrmSystem signal) {
        return pssh(signal).map(box -> {
            String xml = "<pssh xmlns=\"urn:mpeg:cenc:2013\">" + box + "</pssh>";
            return signal.systemId().equals(PlayReadyHeader.SYSTEM_ID)
                    ? xml + "<pro xmlns=\"urn:microsoft:playready\">"
                            + base64(PsshBox.parse(signal.pssh()).data()) + "</pro>"
                    : xml;
        });
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.strip().getBytes(StandardCharsets.UTF_8));
    }

    private static String base64(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return Base64.getEncoder().encodeToString(copy);
    }
}

package io.headend.drm.cpix;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.UUID;

/**
 * What one DRM system signals for one key.
 *
 * @param keyId the key
 * @param systemId as registered with DASH-IF
 * @param signals by kind; empty text where the document asks for it
 */
public record CpixSystem(UUID keyId, UUID systemId, Map<Signal, String> signals) {

    /** Kinds of signalling. */
    public enum Signal {
        /** Base64 of a {@code pssh} box. */
        PSSH,
        /** Base64 of XML for the {@code ContentProtection} element of an MPD. */
        CONTENT_PROTECTION_DATA,
        /** Base64 of the line of a media playlist. */
        HLS_MEDIA,
        /** Base64 of the line of the multivariant playlist. */
        HLS_MULTIVARIANT,
        /** Base64 of a PlayReady object. */
        SMOOTH_STREAMING
    }

    public CpixSystem {
        EnumMap<Signal, String> copy = new EnumMap<>(Signal.class);
        copy.putAll(signals);
        signals = Collections.unmodifiableMap(copy);
    }
}

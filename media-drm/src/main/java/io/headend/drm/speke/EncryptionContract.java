package io.headend.drm.speke;

import io.headend.core.MediaException;
import io.headend.drm.FairPlay;
import io.headend.drm.cpix.CpixDocument;
import io.headend.drm.cpix.CpixKey;
import io.headend.drm.cpix.CpixSystem;
import io.headend.drm.cpix.CpixUsageRule;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** What a SPEKE 2 request must have, beyond being CPIX (SPEKE API v2, "Standard payload components", "Encryption contract"). */
final class EncryptionContract {

    private static final Set<String> SCHEMES = Set.of("cenc", "cbc1", "cens", "cbcs");
    private static final Set<String> VIDEO = Set.of("VIDEO", "SD", "HD", "UHD", "SD+HD1", "HD1", "HD2", "UHD1", "UHD2");
    private static final Set<String> AUDIO =
            Set.of("AUDIO", "STEREO_AUDIO", "MULTICHANNEL_AUDIO", "MULTICHANNEL_AUDIO_3_6", "MULTICHANNEL_AUDIO_7");
    private static final int MAX_KEYS = 200;
    private static final String SHARED = "ALL";

    private EncryptionContract() {}

    static void check(CpixDocument document) {
        require(!document.contentId().isEmpty(), "the CPIX element needs a contentId");
        require(!document.keys().isEmpty(), "the document needs a ContentKeyList with a ContentKey");
        require(document.keys().size() <= MAX_KEYS, "the document asks for more than " + MAX_KEYS + " keys");
        require(!document.systems().isEmpty(), "the document needs a DRMSystemList with a DRMSystem");
        require(!document.rules().isEmpty(), "the document needs a ContentKeyUsageRuleList with a ContentKeyUsageRule");
        Map<UUID, String> schemes = new HashMap<>();
        for (CpixKey key : document.keys()) {
            require(SCHEMES.contains(key.scheme()), "a ContentKey needs a commonEncryptionScheme of " + SCHEMES);
            schemes.put(key.id(), key.scheme());
        }
        for (CpixSystem system : document.systems()) {
            String scheme = schemes.get(system.keyId());
            require(scheme != null, "a DRMSystem names the key " + system.keyId() + ", which is not listed");
            require(
                    !system.systemId().equals(FairPlay.SYSTEM_ID) || "cbcs".equals(scheme),
                    "FairPlay plays cbcs only, and its key " + system.keyId() + " is for " + scheme);
        }
        checkRules(document, schemes.keySet());
    }

    private static void checkRules(CpixDocument document, Set<UUID> keys) {
        Set<String> types = new HashSet<>();
        Set<UUID> ruled = new HashSet<>();
        for (CpixUsageRule rule : document.rules()) {
            String type = rule.intendedTrackType();
            require(
                    keys.contains(rule.keyId()),
                    "a usage rule names the key " + rule.keyId() + ", which is not listed");
            ruled.add(rule.keyId());
            boolean shared = type.equals(SHARED);
            require(
                    shared || VIDEO.contains(type) || AUDIO.contains(type),
                    "a usage rule needs an intendedTrackType of the encryption presets");
            // Key rotation lists each type once per period.
            require(types.add(type + rule.periodIds()), "two usage rules are for the same tracks");
            require(
                    !shared
                            || document.rules().stream()
                                    .allMatch(other -> other.intendedTrackType().equals(SHARED)),
                    "the shared preset ALL does not go with other presets");
        }
        require(ruled.equals(keys), "a ContentKey has no usage rule");
    }

    private static void require(boolean condition, String rule) {
        if (!condition) {
            throw MediaException.invalidArgument("The SPEKE request breaks the encryption contract: " + rule + ".");
        }
    }
}

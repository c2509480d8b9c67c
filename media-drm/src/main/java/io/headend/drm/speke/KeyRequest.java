package io.headend.drm.speke;

import io.headend.core.ProtectionScheme;
import io.headend.drm.FairPlay;
import io.headend.drm.KeyProvider;
import io.headend.drm.cpix.CpixDocument;
import io.headend.drm.cpix.CpixKey;
import io.headend.drm.cpix.CpixPeriod;
import io.headend.drm.cpix.CpixSystem;
import io.headend.drm.cpix.CpixSystem.Signal;
import io.headend.drm.cpix.CpixUsageRule;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;

/** The document that asks for the keys of one content in one crypto period. */
final class KeyRequest {

    // The bounds of the encryption presets of SPEKE 2.
    private static final long SD_PIXELS = 589_824;
    private static final long HD_PIXELS = 2_073_600;
    private static final long UHD1_PIXELS = 8_847_360;

    private final SpekeClient.Tracks tracks;
    private final Set<UUID> systems;

    KeyRequest(SpekeClient.Tracks tracks, Set<UUID> systems) {
        this.tracks = tracks;
        this.systems = systems;
    }

    CpixDocument document(SpekeClient.Content content) {
        List<CpixPeriod> periods = content.period() == KeyProvider.NO_PERIOD
                ? List.of()
                : List.of(new CpixPeriod(
                        "period_" + content.period(),
                        OptionalLong.of(content.period()),
                        Optional.empty(),
                        Optional.empty()));
        List<String> periodIds = periods.stream().map(CpixPeriod::id).toList();
        List<CpixKey> keys = new ArrayList<>();
        List<CpixSystem> asked = new ArrayList<>();
        List<CpixUsageRule> rules = new ArrayList<>();
        types().forEach((type, filters) -> {
            UUID id = keyId(content, type);
            keys.add(new CpixKey(id, content.scheme().fourcc(), Optional.empty()));
            rules.add(new CpixUsageRule(id, type, periodIds, filters));
            for (UUID system : systems) {
                if (!system.equals(FairPlay.SYSTEM_ID)) {
                    asked.add(new CpixSystem(id, system, asked(Signal.PSSH)));
                } else if (content.scheme() == ProtectionScheme.CBCS) {
                    asked.add(new CpixSystem(id, system, asked(Signal.HLS_MEDIA, Signal.HLS_MULTIVARIANT)));
                }
            }
        });
        return new CpixDocument(CpixDocument.Version.V2_3, content.id(), keys, asked, periods, rules);
    }

    private Map<String, List<CpixUsageRule.Filter>> types() {
        CpixUsageRule.Filter sound = new CpixUsageRule.Audio(0, CpixUsageRule.UNBOUNDED);
        CpixUsageRule.Filter pictures = new CpixUsageRule.Video(0, CpixUsageRule.UNBOUNDED);
        return switch (tracks) {
            case SHARED -> Map.of("ALL", List.of(pictures, sound));
            case VIDEO_AND_AUDIO -> Map.of("VIDEO", List.of(pictures), "AUDIO", List.of(sound));
            case BY_SIZE ->
                Map.of(
                        "SD", List.of(new CpixUsageRule.Video(0, SD_PIXELS)),
                        "HD", List.of(new CpixUsageRule.Video(SD_PIXELS + 1, HD_PIXELS)),
                        "UHD1", List.of(new CpixUsageRule.Video(HD_PIXELS + 1, UHD1_PIXELS)),
                        "UHD2", List.of(new CpixUsageRule.Video(UHD1_PIXELS + 1, CpixUsageRule.UNBOUNDED)),
                        "AUDIO", List.of(sound));
        };
    }

    private static Map<Signal, String> asked(Signal... kinds) {
        Map<Signal, String> signals = new EnumMap<>(Signal.class);
        for (Signal kind : kinds) {
            signals.put(kind, "");
        }
        return signals;
    }

    private static UUID keyId(SpekeClient.Content content, String type) {
        String name = String.join("\n", content.id(), content.scheme().fourcc(), Long.toString(content.period()), type);
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    }
}

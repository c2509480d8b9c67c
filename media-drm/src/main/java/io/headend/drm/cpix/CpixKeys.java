package io.headend.drm.cpix;

import io.headend.core.ContentProtection.DrmSystem;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.drm.ContentKey;
import io.headend.drm.FairPlay;
import io.headend.drm.KeyProvider;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The keys of a document, by its usage rules: a rule holds for a track whose label its {@code intendedTrackType} names or includes,
 * or its label filter names, in the periods it lists. Without rules, a document with one key holds for every track.
 *
 * <p><b>Threading:</b> any number of threads.
 */
public final class CpixKeys implements KeyProvider {

    private static final Set<String> VIDEO = Set.of("SD", "HD", "HD1", "HD2", "UHD", "UHD1", "UHD2", "VIDEO");

    private static final Pattern SKD = Pattern.compile("URI=\"(skd://[^\"\\s]{1,1024})\"");

    private final CpixDocument document;

    private CpixKeys(CpixDocument document) {
        this.document = document;
    }

    public static CpixKeys of(CpixDocument document) {
        return new CpixKeys(document);
    }

    @Override
    public ContentKey key(Query query) {
        UUID id = document.rules().isEmpty() && document.keys().size() == 1
                ? document.keys().get(0).id()
                : document.rules().stream()
                        .filter(rule -> holdsIn(rule, query.period()) && names(rule, query.label()))
                        .map(CpixUsageRule::keyId)
                        .findFirst()
                        .orElseThrow(() -> missing("no usage rule for " + describe(query)));
        CpixKey entry = document.keys().stream()
                .filter(key -> key.id().equals(id))
                .findFirst()
                .orElseThrow(() -> missing("a rule for the key " + id + ", but not that key"));
        if (!entry.scheme().isEmpty() && !entry.scheme().equals(query.scheme().fourcc())) {
            throw new MediaException(
                    MediaErrorCode.INVALID_ARGUMENT,
                    "The CPIX document gives the key " + id + " for " + entry.scheme() + ", not for "
                            + query.scheme().fourcc() + ".");
        }
        ContentKey key = entry.key().orElseThrow(() -> missing("the key " + id + " by name only, or encrypted"));
        return key.withSystems(systems(id));
    }

    private boolean holdsIn(CpixUsageRule rule, long period) {
        if (rule.periodIds().isEmpty() || period == NO_PERIOD) {
            return true;
        }
        return document.periods().stream()
                .filter(entry -> rule.periodIds().contains(entry.id()))
                .anyMatch(entry -> entry.index().isPresent() && entry.index().getAsLong() == period);
    }

    private static boolean names(CpixUsageRule rule, String label) {
        for (CpixUsageRule.Filter filter : rule.filters()) {
            if (filter instanceof CpixUsageRule.Label named && named.label().equals(label)) {
                return true;
            }
        }
        String intended = rule.intendedTrackType();
        if (intended.isEmpty()) {
            // The track type is left out: the kinds of the filters say it.
            boolean sound = rule.filters().stream().anyMatch(CpixUsageRule.Audio.class::isInstance);
            boolean pictures = rule.filters().stream().anyMatch(CpixUsageRule.Video.class::isInstance);
            return sound == pictures || sound == !VIDEO.contains(label);
        }
        return Arrays.stream(intended.split("\\+")).anyMatch(type -> includes(type, label));
    }

    private static boolean includes(String type, String label) {
        return switch (type) {
            case "ALL" -> true;
            case "VIDEO" -> VIDEO.contains(label);
            case "STEREO_AUDIO" -> label.equals("AUDIO") || label.equals(type);
            case "HD1", "HD2" -> label.equals("HD") || label.equals(type);
            case "UHD" -> label.startsWith("UHD");
            default -> label.equals(type);
        };
    }

    private List<DrmSystem> systems(UUID keyId) {
        return document.systems().stream()
                .filter(system -> system.keyId().equals(keyId))
                .map(system -> new DrmSystem(system.systemId(), pssh(system), uri(system)))
                .toList();
    }

    /** FairPlay's URI stands in the line of the playlist only. */
    private static String uri(CpixSystem system) {
        String line = system.signals().getOrDefault(CpixSystem.Signal.HLS_MEDIA, "");
        if (!system.systemId().equals(FairPlay.SYSTEM_ID) || line.isEmpty()) {
            return "";
        }
        Matcher uri = SKD.matcher(new String(Base64.getDecoder().decode(line), StandardCharsets.UTF_8));
        return uri.find() ? uri.group(1) : "";
    }

    private static ByteBuffer pssh(CpixSystem system) {
        return ByteBuffer.wrap(Optional.ofNullable(system.signals().get(CpixSystem.Signal.PSSH))
                .map(text -> Base64.getDecoder().decode(text))
                .orElse(new byte[0]));
    }

    private MediaException missing(String what) {
        return new MediaException(
                MediaErrorCode.NOT_FOUND, "The CPIX document for '" + document.contentId() + "' has " + what + ".");
    }

    private static String describe(Query query) {
        return query.label() + (query.period() == NO_PERIOD ? "" : " in period " + query.period());
    }
}

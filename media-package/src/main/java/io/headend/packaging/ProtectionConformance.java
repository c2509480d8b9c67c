package io.headend.packaging;

import io.headend.core.MediaException;
import io.headend.formats.hls.parsed.ParsedSegment;
import io.headend.formats.isobmff.BoxReader;
import io.headend.formats.isobmff.ParsedBox;
import io.headend.formats.isobmff.ProtectionSystemSpecificHeaderBox;
import io.headend.formats.isobmff.TrackEncryptionBox;
import io.headend.packaging.SegmentFacts.Finding;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Whether segments are encrypted as manifests, initialisation segments and fragments tell, and by the same key. */
final class ProtectionConformance {

    private static final int AES_BLOCK = 16;

    private ProtectionConformance() {}

    /**
     * What an initialisation segment says.
     *
     * @param scheme such as {@code cbcs}, empty in the clear
     * @param track its {@code tenc}, or {@code null} in the clear
     * @param boxed key ids that its {@code pssh} boxes name
     */
    record Header(String scheme, @Nullable TrackEncryptionBox track, Set<UUID> boxed) {

        static final Header CLEAR = new Header("", null, Set.of());

        /** @throws MediaException if it cannot be read, which is told elsewhere */
        static Header of(ByteBuffer init) {
            ParsedBox moov = BoxReader.find(BoxReader.read(init), "moov").orElse(null);
            ParsedBox entry = moov == null
                    ? null
                    : moov.find("trak/mdia/minf/stbl/stsd")
                            .flatMap(stsd -> stsd.children().stream().findFirst())
                            .orElse(null);
            if (moov == null || entry == null) {
                return CLEAR;
            }
            Optional<ParsedBox> tenc = entry.find("sinf/schi/tenc");
            String scheme = entry.find("sinf/schm")
                    .filter(schm -> schm.payload().remaining() >= 8)
                    .map(schm -> StandardCharsets.ISO_8859_1
                            .decode(schm.payload().slice(4, 4))
                            .toString())
                    .orElse("");
            return tenc.isEmpty()
                    ? CLEAR
                    : new Header(
                            scheme,
                            TrackEncryptionBox.parse(tenc.get()),
                            ProtectionConformance.boxed(moov.all("pssh")));
        }
    }

    /** One fragment: its key, or {@code null} where its samples are clear. */
    private record Fragment(@Nullable UUID key, Set<UUID> boxed) {

        static Fragment of(ParsedBox moof, TrackEncryptionBox track) {
            TrackEncryptionBox holds = track;
            boolean marked = track.ivSize() == 0;
            for (ParsedBox traf : moof.all("traf")) {
                marked |= traf.find("senc").isPresent() || traf.find("saiz").isPresent();
                holds = TrackEncryptionBox.ofGroup(traf).orElse(holds);
            }
            UUID key = marked && holds.isProtected() ? holds.keyId() : null;
            return new Fragment(key, ProtectionConformance.boxed(moof.all("pssh")));
        }
    }

    private static Set<UUID> boxed(List<ParsedBox> boxes) {
        return boxes.stream()
                .flatMap(pssh -> ProtectionSystemSpecificHeaderBox.parse(pssh).keyIds().stream())
                .collect(Collectors.toSet());
    }

    private static List<Fragment> fragments(ByteBuffer segment, TrackEncryptionBox track) {
        return BoxReader.read(segment).stream()
                .filter(box -> box.type().equals("moof"))
                .map(moof -> Fragment.of(moof, track))
                .toList();
    }

    /** A segment as a media playlist lists it. */
    static List<Finding> listed(ParsedSegment listed, ByteBuffer segment, Header header) {
        List<Finding> findings = new ArrayList<>();
        List<Map<String, String>> keys = listed.form().keys().stream()
                .filter(key -> !"NONE".equals(key.get("METHOD")))
                .toList();
        boolean whole = keys.stream().anyMatch(key -> "AES-128".equals(key.get("METHOD")));
        boolean readable = IsoSegment.isIso(segment) || TsSegment.isTransportStream(segment);
        if (whole) {
            if (readable || segment.remaining() % AES_BLOCK != 0) {
                findings.add(new Finding("drm.clear", "listed as encrypted with AES-128, and is not"));
            }
            return findings;
        }
        if (!IsoSegment.isIso(segment)) {
            return findings;
        }
        TrackEncryptionBox track = header.track();
        if (track == null) {
            if (!keys.isEmpty()) {
                findings.add(new Finding("drm.clear", "listed with a key, and its initialisation segment says clear"));
            }
            return findings;
        }
        for (Fragment fragment : fragments(segment, track)) {
            UUID key = fragment.key();
            if (key == null) {
                if (!keys.isEmpty()) {
                    findings.add(new Finding("drm.clear", "listed with a key, and holds samples in the clear"));
                }
                continue;
            }
            if (keys.isEmpty()) {
                findings.add(new Finding("drm.key", "it is encrypted, and no EXT-X-KEY says so"));
            }
            keys.forEach(tag -> tag(tag, key, header.scheme(), findings));
            boxes(key, fragment.boxed(), header.boxed(), findings);
        }
        return findings.stream().distinct().toList();
    }

    private static void tag(Map<String, String> tag, UUID key, String scheme, List<Finding> findings) {
        String id = tag.getOrDefault("KEYID", "");
        if (!id.isEmpty() && !id.toLowerCase(Locale.ROOT).equals("0x" + hex(key))) {
            findings.add(new Finding("drm.kid", "KEYID is " + id + ", the fragment says 0x" + hex(key)));
        }
        String method = tag.getOrDefault("METHOD", "");
        String right = scheme.equals("cbcs") ? "SAMPLE-AES" : "SAMPLE-AES-CTR";
        if (!scheme.isEmpty() && !method.equals(right)) {
            findings.add(new Finding("drm.scheme", "METHOD is " + method + " where the scheme is " + scheme));
        }
    }

    /** What names keys at all names the one in use; the fragment's own boxes come first. */
    private static void boxes(UUID key, Set<UUID> own, Set<UUID> outer, List<Finding> findings) {
        Set<UUID> named = own.isEmpty() ? outer : own;
        if (!named.isEmpty() && !named.contains(key)) {
            findings.add(new Finding("drm.pssh", "no pssh names the key " + hex(key) + " of the fragment"));
        }
    }

    /**
     * A segment of a representation.
     *
     * @param scheme value of the descriptor of {@code mp4protection}, or {@code null} where there is none
     * @param defaultKey {@code default_KID} in lower case, or empty
     */
    static List<Finding> described(@Nullable String scheme, String defaultKey, ByteBuffer segment, Header header) {
        List<Finding> findings = new ArrayList<>();
        TrackEncryptionBox track = header.track();
        if (track == null) {
            if (scheme != null) {
                findings.add(new Finding("drm.clear", "the MPD says encrypted, the initialisation segment clear"));
            }
            return findings;
        }
        if (scheme == null) {
            findings.add(new Finding("drm.key", "it is encrypted, and no ContentProtection says so"));
        } else if (!scheme.isEmpty() && !scheme.equals(header.scheme())) {
            findings.add(new Finding("drm.scheme", "the MPD says " + scheme + ", the track " + header.scheme()));
        }
        for (Fragment fragment : fragments(segment, track)) {
            UUID key = fragment.key();
            if (key != null) {
                if (!defaultKey.isEmpty() && !defaultKey.equals(key.toString())) {
                    findings.add(new Finding("drm.kid", "default_KID is " + defaultKey + ", the key is " + key));
                }
                boxes(key, fragment.boxed(), header.boxed(), findings);
            }
        }
        return findings.stream().distinct().toList();
    }

    private static String hex(UUID key) {
        return key.toString().replace("-", "");
    }
}

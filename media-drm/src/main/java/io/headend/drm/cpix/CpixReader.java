package io.headend.drm.cpix;

import static io.headend.drm.cpix.CpixXml.CPIX;
import static io.headend.drm.cpix.CpixXml.PSKC;

import io.headend.core.MediaException;
import io.headend.drm.ContentKey;
import io.headend.drm.cpix.CpixSystem.Signal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;

/** Reads the tree of a document. Messages name elements and attributes, never their content. */
final class CpixReader {

    private static final Pattern KEY_ID = Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,255}");
    private static final int MAX_CONTENT_ID = 1024;
    private static final int KEY_BYTES = 16;

    private final Element root;

    CpixReader(Element root) {
        this.root = root;
    }

    /** Keys that are encrypted come out as missing. */
    CpixDocument document() {
        return document(null);
    }

    CpixDocument document(@Nullable CpixRecipient recipient) {
        CpixDocument.Version version = CpixDocument.Version.of(root.getAttribute("version"));
        String contentId = root.getAttribute("contentId");
        if (contentId.length() > MAX_CONTENT_ID || contentId.chars().anyMatch(Character::isISOControl)) {
            throw MediaException.malformed("The contentId of a CPIX document has at most " + MAX_CONTENT_ID
                    + " characters and no control characters.");
        }
        Optional<DocumentSecret> secret =
                recipient == null ? Optional.empty() : Optional.of(DocumentSecret.open(root, recipient));
        List<CpixKey> keys = each("ContentKeyList", "ContentKey", element -> key(element, secret));
        Set<UUID> ids = new HashSet<>();
        for (CpixKey key : keys) {
            if (!ids.add(key.id())) {
                throw MediaException.malformed("The CPIX document lists key " + key.id() + " twice.");
            }
        }
        return new CpixDocument(
                version,
                contentId,
                keys,
                each("DRMSystemList", "DRMSystem", this::system),
                each("ContentKeyPeriodList", "ContentKeyPeriod", CpixReader::period),
                each("ContentKeyUsageRuleList", "ContentKeyUsageRule", CpixReader::rule));
    }

    private <T> List<T> each(String list, String name, Function<Element, T> reader) {
        Optional<Element> parent = CpixXml.child(root, CPIX, list);
        if (parent.isEmpty()) {
            return List.of();
        }
        return CpixXml.children(parent.get(), CPIX, name).stream().map(reader).toList();
    }

    private static CpixKey key(Element element, Optional<DocumentSecret> secret) {
        UUID id = id(element, "kid");
        Optional<byte[]> bytes = CpixXml.child(element, CPIX, "Data")
                .or(() -> CpixXml.child(element, PSKC, "Data"))
                .flatMap(data -> CpixXml.child(data, PSKC, "Secret"))
                .flatMap(value -> secretBytes(value, secret));
        String scheme = element.getAttribute("commonEncryptionScheme");
        if (!scheme.isEmpty() && scheme.length() != 4) {
            throw MediaException.malformed("A commonEncryptionScheme of CPIX has four characters.");
        }
        if (bytes.isEmpty()) {
            return new CpixKey(id, scheme, Optional.empty());
        }
        ContentKey key = ContentKey.of(id, bytes.get());
        Arrays.fill(bytes.get(), (byte) 0);
        String vector = element.getAttribute("explicitIV");
        return new CpixKey(
                id, scheme, Optional.of(vector.isEmpty() ? key : key.withIv(sixteen(base64(vector), "explicitIV"))));
    }

    private static Optional<byte[]> secretBytes(Element value, Optional<DocumentSecret> secret) {
        Optional<Element> plain = CpixXml.child(value, PSKC, "PlainValue");
        if (plain.isPresent()) {
            return Optional.of(sixteen(base64(plain.get().getTextContent()), "key"));
        }
        return secret.map(opened -> sixteen(opened.decrypt(value), "key"));
    }

    private static byte[] sixteen(byte[] bytes, String what) {
        if (bytes.length != KEY_BYTES) {
            throw MediaException.malformed("A " + what + " of CPIX has 16 bytes, not " + bytes.length + ".");
        }
        return bytes;
    }

    private CpixSystem system(Element element) {
        Map<Signal, String> signals = new EnumMap<>(Signal.class);
        put(signals, Signal.PSSH, CpixXml.child(element, CPIX, "PSSH"));
        put(signals, Signal.CONTENT_PROTECTION_DATA, CpixXml.child(element, CPIX, "ContentProtectionData"));
        put(signals, Signal.HLS_MEDIA, CpixXml.child(element, CPIX, "URIExtXKey"));
        put(signals, Signal.SMOOTH_STREAMING, CpixXml.child(element, CPIX, "SmoothStreamingProtectionHeaderData"));
        for (Element hls : CpixXml.children(element, CPIX, "HLSSignalingData")) {
            Signal kind = switch (hls.getAttribute("playlist")) {
                case "", "media" -> Signal.HLS_MEDIA;
                case "master", "multiVariant" -> Signal.HLS_MULTIVARIANT;
                default ->
                    throw MediaException.malformed(
                            "The playlist of an HLSSignalingData is media, master or multiVariant.");
            };
            put(signals, kind, Optional.of(hls));
        }
        return new CpixSystem(id(element, "kid"), id(element, "systemId"), signals);
    }

    private static void put(Map<Signal, String> signals, Signal kind, Optional<Element> element) {
        element.ifPresent(value -> {
            String text = stripped(value.getTextContent());
            base64(text);
            signals.put(kind, text);
        });
    }

    private static CpixPeriod period(Element element) {
        String id = element.getAttribute("id");
        if (!id.isEmpty() && !NAME.matcher(id).matches()) {
            throw MediaException.malformed("The id of a ContentKeyPeriod is a name of XML.");
        }
        return new CpixPeriod(id, integer(element, "index"), instant(element, "start"), instant(element, "end"));
    }

    private static CpixUsageRule rule(Element element) {
        List<String> periods = CpixXml.children(element, CPIX, "KeyPeriodFilter").stream()
                .map(filter -> filter.getAttribute("periodId"))
                .toList();
        List<CpixUsageRule.Filter> filters = new ArrayList<>();
        CpixXml.children(element, CPIX, "LabelFilter")
                .forEach(filter -> filters.add(new CpixUsageRule.Label(filter.getAttribute("label"))));
        CpixXml.children(element, CPIX, "VideoFilter")
                .forEach(filter ->
                        filters.add(new CpixUsageRule.Video(lower(filter, "minPixels"), upper(filter, "maxPixels"))));
        CpixXml.children(element, CPIX, "AudioFilter")
                .forEach(filter -> filters.add(
                        new CpixUsageRule.Audio(lower(filter, "minChannels"), upper(filter, "maxChannels"))));
        CpixXml.children(element, CPIX, "BitrateFilter")
                .forEach(filter -> filters.add(
                        new CpixUsageRule.Bitrate(lower(filter, "minBitrate"), upper(filter, "maxBitrate"))));
        return new CpixUsageRule(id(element, "kid"), element.getAttribute("intendedTrackType"), periods, filters);
    }

    private static long lower(Element element, String attribute) {
        return integer(element, attribute).orElse(0);
    }

    private static long upper(Element element, String attribute) {
        return integer(element, attribute).orElse(CpixUsageRule.UNBOUNDED);
    }

    private static OptionalLong integer(Element element, String attribute) {
        String text = element.getAttribute(attribute);
        try {
            return text.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text));
        } catch (NumberFormatException e) {
            throw MediaException.malformed("The attribute " + attribute + " of CPIX is an integer.");
        }
    }

    private static Optional<Instant> instant(Element element, String attribute) {
        String text = element.getAttribute(attribute);
        try {
            if (text.isEmpty()) {
                return Optional.empty();
            }
            // The schema lets the zone be left out; SPEKE 2.1 reads such a time as UTC.
            boolean zoned = text.endsWith("Z") || text.matches(".*[+-]\\d\\d:\\d\\d");
            return Optional.of(OffsetDateTime.parse(zoned ? text : text + "Z").toInstant());
        } catch (DateTimeException e) {
            throw MediaException.malformed("The attribute " + attribute + " of CPIX is a date and time with its zone.");
        }
    }

    private static UUID id(Element element, String attribute) {
        String text = element.getAttribute(attribute);
        if (!KEY_ID.matcher(text).matches()) {
            throw MediaException.malformed("The attribute " + attribute + " of " + element.getLocalName()
                    + " is an id of 8-4-4-4-12 hexadecimal digits.");
        }
        return UUID.fromString(text);
    }

    static byte[] base64(String text) {
        try {
            return Base64.getDecoder().decode(stripped(text));
        } catch (IllegalArgumentException e) {
            throw MediaException.malformed("A value of the CPIX document is no Base64.");
        }
    }

    private static String stripped(String text) {
        return text.replaceAll("\\s+", "");
    }
}

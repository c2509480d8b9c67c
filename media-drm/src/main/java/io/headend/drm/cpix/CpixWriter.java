package io.headend.drm.cpix;

import static io.headend.drm.cpix.CpixXml.CPIX;
import static io.headend.drm.cpix.CpixXml.PSKC;
import static io.headend.drm.cpix.CpixXml.append;

import io.headend.drm.ContentKey;
import io.headend.drm.cpix.CpixSystem.Signal;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** Makes the tree of a document, elements in the order of the schemas, which both generations share. */
final class CpixWriter {

    private final CpixDocument document;
    private final @Nullable DocumentSecret secret;

    CpixWriter(CpixDocument document) {
        this(document, null);
    }

    CpixWriter(CpixDocument document, @Nullable DocumentSecret secret) {
        this.document = document;
        this.secret = secret;
    }

    Document document() {
        Document xml = CpixXml.empty();
        Element root = append(xml, CPIX, "cpix:CPIX");
        root.setAttributeNS("http://www.w3.org/2000/xmlns/", "xmlns:pskc", PSKC);
        attribute(root, "contentId", document.contentId());
        root.setAttribute("version", document.version().text());
        if (secret != null) {
            secret.writeTo(root);
        }
        list(root, "ContentKeyList", document.keys().isEmpty())
                .ifPresent(list -> document.keys().forEach(key -> key(list, key)));
        list(root, "DRMSystemList", document.systems().isEmpty())
                .ifPresent(list -> document.systems().forEach(system -> system(list, system)));
        list(root, "ContentKeyPeriodList", document.periods().isEmpty())
                .ifPresent(list -> document.periods().forEach(period -> period(list, period)));
        list(root, "ContentKeyUsageRuleList", document.rules().isEmpty())
                .ifPresent(list -> document.rules().forEach(rule -> rule(list, rule)));
        return xml;
    }

    private static Optional<Element> list(Element root, String name, boolean empty) {
        return empty ? Optional.empty() : Optional.of(append(root, CPIX, "cpix:" + name));
    }

    private void key(Element list, CpixKey entry) {
        Element element = append(list, CPIX, "cpix:ContentKey");
        element.setAttribute("kid", entry.id().toString());
        attribute(element, "commonEncryptionScheme", entry.scheme());
        if (entry.key().isEmpty()) {
            return;
        }
        ContentKey key = entry.key().get();
        ByteBuffer vector = key.iv();
        if (vector.hasRemaining()) {
            element.setAttribute("explicitIV", base64(vector));
        }
        Element data = append(element, CPIX, "cpix:Data");
        Element value = append(data, PSKC, "pskc:Secret");
        byte[] bytes = key.secret().getEncoded();
        if (secret == null) {
            append(value, PSKC, "pskc:PlainValue")
                    .setTextContent(Base64.getEncoder().encodeToString(bytes));
        } else {
            secret.encrypt(value, bytes);
        }
        Arrays.fill(bytes, (byte) 0);
    }

    private void system(Element list, CpixSystem system) {
        Element element = append(list, CPIX, "cpix:DRMSystem");
        element.setAttribute("kid", system.keyId().toString());
        element.setAttribute("systemId", system.systemId().toString());
        signal(element, system, Signal.PSSH, "PSSH");
        signal(element, system, Signal.CONTENT_PROTECTION_DATA, "ContentProtectionData");
        signal(element, system, Signal.HLS_MEDIA, "HLSSignalingData")
                .ifPresent(hls -> hls.setAttribute("playlist", "media"));
        signal(element, system, Signal.HLS_MULTIVARIANT, "HLSSignalingData")
                .ifPresent(
                        hls -> hls.setAttribute("playlist", document.version().multivariant()));
        signal(element, system, Signal.SMOOTH_STREAMING, "SmoothStreamingProtectionHeaderData");
    }

    private static Optional<Element> signal(Element parent, CpixSystem system, Signal kind, String name) {
        String text = system.signals().get(kind);
        if (text == null) {
            return Optional.empty();
        }
        Element element = append(parent, CPIX, "cpix:" + name);
        element.setTextContent(text);
        return Optional.of(element);
    }

    private static void period(Element list, CpixPeriod period) {
        Element element = append(list, CPIX, "cpix:ContentKeyPeriod");
        attribute(element, "id", period.id());
        period.index().ifPresent(index -> element.setAttribute("index", Long.toString(index)));
        period.start().ifPresent(start -> element.setAttribute("start", start.toString()));
        period.end().ifPresent(end -> element.setAttribute("end", end.toString()));
    }

    private static void rule(Element list, CpixUsageRule rule) {
        Element element = append(list, CPIX, "cpix:ContentKeyUsageRule");
        element.setAttribute("kid", rule.keyId().toString());
        attribute(element, "intendedTrackType", rule.intendedTrackType());
        rule.periodIds()
                .forEach(id -> append(element, CPIX, "cpix:KeyPeriodFilter").setAttribute("periodId", id));
        // The schemas want labels before pictures, sound and rates.
        for (Class<?> kind : new Class<?>[] {
            CpixUsageRule.Label.class, CpixUsageRule.Video.class, CpixUsageRule.Audio.class, CpixUsageRule.Bitrate.class
        }) {
            rule.filters().stream().filter(kind::isInstance).forEach(filter -> filter(element, filter));
        }
    }

    private static void filter(Element rule, CpixUsageRule.Filter filter) {
        if (filter instanceof CpixUsageRule.Label label) {
            append(rule, CPIX, "cpix:LabelFilter").setAttribute("label", label.label());
        } else if (filter instanceof CpixUsageRule.Video video) {
            range(append(rule, CPIX, "cpix:VideoFilter"), "Pixels", video.minPixels(), video.maxPixels());
        } else if (filter instanceof CpixUsageRule.Audio audio) {
            range(append(rule, CPIX, "cpix:AudioFilter"), "Channels", audio.minChannels(), audio.maxChannels());
        } else if (filter instanceof CpixUsageRule.Bitrate rate) {
            range(append(rule, CPIX, "cpix:BitrateFilter"), "Bitrate", rate.minBitrate(), rate.maxBitrate());
        }
    }

    private static void range(Element filter, String what, long min, long max) {
        if (min > 0) {
            filter.setAttribute("min" + what, Long.toString(min));
        }
        if (max != CpixUsageRule.UNBOUNDED) {
            filter.setAttribute("max" + what, Long.toString(max));
        }
    }

    private static void attribute(Element element, String name, String value) {
        if (!value.isEmpty()) {
            element.setAttribute(name, value);
        }
    }

    private static String base64(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return Base64.getEncoder().encodeToString(copy);
    }
}

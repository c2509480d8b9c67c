package io.headend.formats.dash;

import io.headend.core.Rational;
import io.headend.formats.dash.Descriptor.Element;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Base64;
import java.util.UUID;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.jspecify.annotations.Nullable;

/** Writes an MPD by StAX. One use. */
final class MpdWriter {

    private static final String MPD = "urn:mpeg:dash:schema:mpd:2011";
    private static final String CENC = "urn:mpeg:cenc:2013";
    private static final String DASH_IF = "https://dashif.org/CPS";

    private final StringWriter text = new StringWriter(4096);
    private int depth;

    String write(Mpd mpd) {
        try {
            // the JDK's own factory: a host's other implementation must not change the bytes
            XMLStreamWriter out = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
            out.writeStartDocument("UTF-8", "1.0");
            mpd(out, mpd);
            out.writeEndDocument();
            out.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("an MPD could not be written to memory", e);
        }
        return text.append('\n').toString();
    }

    private void mpd(XMLStreamWriter out, Mpd mpd) throws XMLStreamException {
        start(out, "MPD");
        out.writeDefaultNamespace(MPD);
        if (mpd.periods().stream().anyMatch(MpdWriter::isProtected)) {
            out.writeNamespace("cenc", CENC);
            out.writeNamespace("dashif", DASH_IF);
        }
        out.writeAttribute("profiles", String.join(",", mpd.profiles()));
        if (mpd.type() instanceof Mpd.Dynamic dynamic) {
            out.writeAttribute("type", "dynamic");
            out.writeAttribute(
                    "availabilityStartTime", dynamic.availabilityStartTime().toString());
            out.writeAttribute("publishTime", dynamic.publishTime().toString());
            out.writeAttribute("minimumUpdatePeriod", duration(dynamic.minimumUpdatePeriod()));
            out.writeAttribute("timeShiftBufferDepth", duration(dynamic.timeShiftBufferDepth()));
            out.writeAttribute("suggestedPresentationDelay", duration(dynamic.suggestedPresentationDelay()));
        } else if (mpd.type() instanceof Mpd.Static whole) {
            out.writeAttribute("type", "static");
            out.writeAttribute("mediaPresentationDuration", duration(whole.mediaPresentationDuration()));
        }
        out.writeAttribute("minBufferTime", duration(mpd.minBufferTime()));
        for (Period period : mpd.periods()) {
            period(out, period);
        }
        for (Descriptor timing : mpd.utcTiming()) {
            descriptor(out, timing);
        }
        end(out);
    }

    private static boolean isProtected(Period period) {
        return period.adaptationSets().stream()
                .anyMatch(set -> !set.descriptors().protection().isEmpty());
    }

    private void period(XMLStreamWriter out, Period period) throws XMLStreamException {
        start(out, "Period");
        out.writeAttribute("id", period.id());
        out.writeAttribute("start", duration(period.start()));
        Duration length = period.duration();
        if (length != null) {
            out.writeAttribute("duration", duration(length));
        }
        for (AdaptationSet set : period.adaptationSets()) {
            adaptationSet(out, set);
        }
        end(out);
    }

    private void adaptationSet(XMLStreamWriter out, AdaptationSet set) throws XMLStreamException {
        start(out, "AdaptationSet");
        out.writeAttribute("id", Integer.toString(set.id()));
        out.writeAttribute("contentType", set.contentType());
        String language = set.language();
        if (language != null) {
            out.writeAttribute("lang", language);
        }
        out.writeAttribute("segmentAlignment", "true");
        out.writeAttribute("startWithSAP", "1");
        for (Protection protection : set.descriptors().protection()) {
            protection(out, protection);
        }
        for (Element element : Element.values()) {
            for (Descriptor descriptor : set.descriptors().others()) {
                if (descriptor.element() == element) {
                    descriptor(out, descriptor);
                }
            }
        }
        template(out, set.template());
        for (Representation representation : set.representations()) {
            representation(out, representation);
        }
        end(out);
    }

    private void representation(XMLStreamWriter out, Representation representation) throws XMLStreamException {
        start(out, "Representation");
        out.writeAttribute("id", representation.id());
        out.writeAttribute("bandwidth", Long.toString(Math.max(1, representation.bandwidth())));
        out.writeAttribute("codecs", representation.codec().value());
        out.writeAttribute("mimeType", representation.mimeType());
        if (representation.attributes() instanceof Representation.Video video) {
            out.writeAttribute("width", Integer.toString(video.width()));
            out.writeAttribute("height", Integer.toString(video.height()));
            out.writeAttribute("sar", video.sar().num() + ":" + video.sar().den());
            Rational rate = video.frameRate();
            if (rate != null) {
                out.writeAttribute("frameRate", rate.toString());
            }
        } else if (representation.attributes() instanceof Representation.Audio audio) {
            out.writeAttribute("audioSamplingRate", Integer.toString(audio.samplingRate()));
            descriptor(
                    out,
                    new Descriptor(
                            Element.AUDIO_CHANNEL_CONFIGURATION,
                            "urn:mpeg:dash:23003:3:audio_channel_configuration:2011",
                            Integer.toString(audio.channels())));
        }
        template(out, representation.template());
        end(out);
    }

    private void template(XMLStreamWriter out, @Nullable SegmentTemplate template) throws XMLStreamException {
        if (template == null) {
            return;
        }
        start(out, "SegmentTemplate");
        out.writeAttribute("timescale", Integer.toString(template.timescale()));
        if (template.presentationTimeOffset() != 0) {
            out.writeAttribute("presentationTimeOffset", Long.toString(template.presentationTimeOffset()));
        }
        out.writeAttribute("initialization", template.initialization());
        out.writeAttribute("media", template.media());
        out.writeAttribute("startNumber", Long.toString(template.startNumber()));
        start(out, "SegmentTimeline");
        long expected = -1;
        for (SegmentTimeline.S s : template.timeline().entries()) {
            indent(out, depth);
            out.writeEmptyElement("S");
            if (s.t() != expected) {
                out.writeAttribute("t", Long.toString(s.t()));
            }
            out.writeAttribute("d", Long.toString(s.d()));
            if (s.r() > 0) {
                out.writeAttribute("r", Integer.toString(s.r()));
            }
            expected = s.t() + s.d() * (s.r() + 1L);
        }
        end(out);
        end(out);
    }

    private void protection(XMLStreamWriter out, Protection protection) throws XMLStreamException {
        start(out, "ContentProtection");
        out.writeAttribute("schemeIdUri", protection.schemeIdUri());
        String value = protection.value();
        if (value != null) {
            out.writeAttribute("value", value);
        }
        UUID key = protection.defaultKeyId();
        if (key != null) {
            out.writeAttribute("cenc", CENC, "default_KID", key.toString());
        }
        if (protection.pssh().hasRemaining()) {
            byte[] box = new byte[protection.pssh().remaining()];
            protection.pssh().get(box);
            leaf(out, "cenc", "pssh", CENC, Base64.getEncoder().encodeToString(box));
        }
        if (!protection.licenseUrl().isEmpty()) {
            leaf(out, "dashif", "Laurl", DASH_IF, protection.licenseUrl());
        }
        end(out);
    }

    private void leaf(XMLStreamWriter out, String prefix, String name, String namespace, String content)
            throws XMLStreamException {
        indent(out, depth);
        out.writeStartElement(prefix, name, namespace);
        out.writeCharacters(content);
        out.writeEndElement();
    }

    private void descriptor(XMLStreamWriter out, Descriptor descriptor) throws XMLStreamException {
        indent(out, depth);
        out.writeEmptyElement(descriptor.element().tag());
        out.writeAttribute("schemeIdUri", descriptor.schemeIdUri());
        String value = descriptor.value();
        if (value != null) {
            out.writeAttribute("value", value);
        }
    }

    private void start(XMLStreamWriter out, String name) throws XMLStreamException {
        indent(out, depth++);
        out.writeStartElement(name);
    }

    private void end(XMLStreamWriter out) throws XMLStreamException {
        indent(out, --depth);
        out.writeEndElement();
    }

    private static void indent(XMLStreamWriter out, int levels) throws XMLStreamException {
        out.writeCharacters("\n" + "  ".repeat(levels));
    }

    /** Seconds as {@code xs:duration}, to the nanosecond. */
    static String duration(Duration duration) {
        return "PT"
                + BigDecimal.valueOf(duration.toNanos(), 9).stripTrailingZeros().toPlainString() + "S";
    }
}

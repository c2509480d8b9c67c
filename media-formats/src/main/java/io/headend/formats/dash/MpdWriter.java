package io.headend.formats.dash;

import io.headend.core.Rational;
import io.headend.formats.dash.Descriptor.Element;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.jspecify.annotations.Nullable;

/** Writes an MPD, or a patch of one, by StAX. One use. */
final class MpdWriter {

    private static final String MPD = "urn:mpeg:dash:schema:mpd:2011";
    private static final String PATCH = "urn:mpeg:dash:schema:mpd-patch:2020";
    private static final String CENC = "urn:mpeg:cenc:2013";
    private static final String SCTE35 = "http://www.scte.org/schemas/35/2016";
    private static final String MSPR = "urn:microsoft:playready";
    private static final String PLAYREADY = "urn:uuid:9a04f079-9840-4286-ab92-e65be0885f95";
    private static final int PSSH_V0_HEADER = 32;
    private static final String DASH_IF = "https://dashif.org/CPS";

    private final StringWriter text = new StringWriter(4096);
    private int depth;

    private interface Document {
        void write(XMLStreamWriter out) throws XMLStreamException;
    }

    String write(Mpd mpd) {
        return write(out -> mpd(out, mpd));
    }

    String write(MpdPatch patch, List<MpdPatch.Operation> operations) {
        return write(out -> patch(out, patch, operations));
    }

    private String write(Document document) {
        try {
            // the JDK's own factory: a host's other implementation must not change the bytes
            XMLStreamWriter out = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
            out.writeStartDocument("UTF-8", "1.0");
            document.write(out);
            out.writeEndDocument();
            out.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("an MPD could not be written to memory", e);
        }
        return text.append('\n').toString();
    }

    String patchOfNothing(String mpdId) {
        String never = Instant.EPOCH.toString();
        return write(out -> {
            patch(out, mpdId, never, never);
            end(out);
        });
    }

    private void patch(XMLStreamWriter out, MpdPatch patch, List<MpdPatch.Operation> operations)
            throws XMLStreamException {
        patch(out, patch.next().service().id(), publishTime(patch.base()), publishTime(patch.next()));
        operation(out, "replace", "/MPD/PatchLocation[1]");
        patchLocation(out, patch.next().service());
        end(out);
        for (MpdPatch.Operation operation : operations) {
            operation(out, operation);
        }
        end(out);
    }

    private void patch(XMLStreamWriter out, String mpdId, String original, String next) throws XMLStreamException {
        start(out, "Patch");
        out.writeDefaultNamespace(PATCH);
        out.writeNamespace("cenc", CENC);
        out.writeNamespace("dashif", DASH_IF);
        out.writeAttribute("mpdId", mpdId);
        out.writeAttribute("originalPublishTime", original);
        out.writeAttribute("publishTime", next);
        operation(out, new MpdPatch.ReplaceAttribute("/MPD/@publishTime", next));
    }

    private static String publishTime(Mpd mpd) {
        return mpd.type() instanceof Mpd.Dynamic dynamic ? dynamic.publishTime().toString() : "";
    }

    private void operation(XMLStreamWriter out, MpdPatch.Operation operation) throws XMLStreamException {
        if (operation instanceof MpdPatch.Remove remove) {
            indent(out, depth);
            out.writeEmptyElement("remove");
            out.writeAttribute("sel", remove.sel());
        } else if (operation instanceof MpdPatch.ReplaceAttribute replace) {
            indent(out, depth);
            out.writeStartElement("replace");
            out.writeAttribute("sel", replace.sel());
            out.writeCharacters(replace.value());
            out.writeEndElement();
        } else if (operation instanceof MpdPatch.ReplaceRun replace) {
            operation(out, "replace", replace.sel());
            run(out, replace.with(), true);
            end(out);
        } else if (operation instanceof MpdPatch.AddRuns add) {
            operation(out, "add", add.sel());
            for (SegmentTimeline.S run : add.runs()) {
                run(out, run, true);
            }
            end(out);
        } else if (operation instanceof MpdPatch.AddPeriod add) {
            operation(out, "add", add.sel());
            out.writeAttribute("pos", "after");
            period(out, add.period());
            end(out);
        }
    }

    private void operation(XMLStreamWriter out, String name, String selector) throws XMLStreamException {
        start(out, name);
        out.writeAttribute("sel", selector);
    }

    private void mpd(XMLStreamWriter out, Mpd mpd) throws XMLStreamException {
        start(out, "MPD");
        out.writeDefaultNamespace(MPD);
        if (mpd.periods().stream().anyMatch(MpdWriter::isProtected)) {
            out.writeNamespace("cenc", CENC);
            out.writeNamespace("dashif", DASH_IF);
        }
        if (!mpd.service().id().isEmpty()) {
            out.writeAttribute("id", mpd.service().id());
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
        service(out, mpd.service());
        for (Period period : mpd.periods()) {
            period(out, period);
        }
        for (Descriptor timing : mpd.service().utcTiming()) {
            descriptor(out, timing);
        }
        end(out);
    }

    private void service(XMLStreamWriter out, Mpd.Service service) throws XMLStreamException {
        patchLocation(out, service);
        Mpd.Latency latency = service.latency();
        if (latency != null) {
            start(out, "ServiceDescription");
            out.writeAttribute("id", "0");
            indent(out, depth);
            out.writeEmptyElement("Latency");
            out.writeAttribute("referenceId", "0");
            out.writeAttribute("target", Long.toString(latency.target().toMillis()));
            out.writeAttribute("max", Long.toString(latency.max().toMillis()));
            out.writeAttribute("min", Long.toString(latency.min().toMillis()));
            indent(out, depth);
            out.writeEmptyElement("PlaybackRate");
            out.writeAttribute("max", thousandths(latency.fastest()));
            out.writeAttribute("min", thousandths(latency.slowest()));
            end(out);
        }
    }

    private void patchLocation(XMLStreamWriter out, Mpd.Service service) throws XMLStreamException {
        Mpd.PatchLocation patch = service.patch();
        if (patch != null) {
            indent(out, depth);
            out.writeStartElement("PatchLocation");
            out.writeAttribute("ttl", Long.toString(patch.ttl().toSeconds()));
            out.writeCharacters(patch.uri());
            out.writeEndElement();
        }
    }

    private static String thousandths(int value) {
        return BigDecimal.valueOf(value, 3).stripTrailingZeros().toPlainString();
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
        for (EventStream stream : period.events()) {
            eventStream(out, stream);
        }
        for (AdaptationSet set : period.adaptationSets()) {
            adaptationSet(out, set);
        }
        end(out);
    }

    private void eventStream(XMLStreamWriter out, EventStream stream) throws XMLStreamException {
        start(out, "EventStream");
        out.writeAttribute("schemeIdUri", stream.schemeIdUri());
        if (!stream.value().isEmpty()) {
            out.writeAttribute("value", stream.value());
        }
        out.writeAttribute("timescale", Integer.toString(stream.timescale()));
        if (stream.presentationTimeOffset() != 0) {
            out.writeAttribute("presentationTimeOffset", Long.toString(stream.presentationTimeOffset()));
        }
        for (EventStream.Event event : stream.events()) {
            indent(out, depth);
            out.writeStartElement("Event");
            out.writeAttribute("presentationTime", Long.toString(event.presentationTime()));
            if (event.duration() >= 0) {
                out.writeAttribute("duration", Long.toString(event.duration()));
            }
            out.writeAttribute("id", Long.toString(event.id()));
            String message = base64(event.message());
            if (stream.schemeIdUri().equals(EventStream.SCTE35_XML)) {
                out.writeStartElement("scte35", "Signal", SCTE35);
                out.writeNamespace("scte35", SCTE35);
                out.writeStartElement("scte35", "Binary", SCTE35);
                out.writeCharacters(message);
                out.writeEndElement();
                out.writeEndElement();
            } else {
                out.writeAttribute("contentEncoding", "base64");
                out.writeCharacters(message);
            }
            out.writeEndElement();
        }
        end(out);
    }

    private static String base64(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return Base64.getEncoder().encodeToString(copy);
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
        descriptors(out, set.descriptors());
        template(out, set.template());
        for (Representation representation : set.representations()) {
            representation(out, representation);
        }
        end(out);
    }

    /** In the order of the schema: some before the protection, some after it, those of the set itself last. */
    private void descriptors(XMLStreamWriter out, AdaptationSet.Descriptors said) throws XMLStreamException {
        for (Element element : Element.values()) {
            if (element == Element.ESSENTIAL_PROPERTY) {
                for (Protection protection : said.protection()) {
                    protection(out, protection);
                }
            }
            if (element == Element.ACCESSIBILITY) {
                common(out, said);
            }
            for (Descriptor descriptor : said.others()) {
                if (descriptor.element() == element) {
                    descriptor(out, descriptor);
                }
            }
        }
    }

    private void common(XMLStreamWriter out, AdaptationSet.Descriptors said) throws XMLStreamException {
        for (Descriptor scheme : said.inbandEvents()) {
            indent(out, depth);
            out.writeEmptyElement("InbandEventStream");
            out.writeAttribute("schemeIdUri", scheme.schemeIdUri());
            String value = scheme.value();
            if (value != null) {
                out.writeAttribute("value", value);
            }
        }
        for (String label : said.labels()) {
            indent(out, depth);
            out.writeStartElement("Label");
            out.writeCharacters(label);
            out.writeEndElement();
        }
        AdaptationSet.Timing timing = said.timing();
        if (timing != null) {
            start(out, "ProducerReferenceTime");
            out.writeAttribute("id", "0");
            out.writeAttribute("type", "encoder");
            out.writeAttribute("inband", Boolean.toString(timing.inband()));
            out.writeAttribute("wallClockTime", timing.wallClock());
            out.writeAttribute("presentationTime", Long.toString(timing.presentationTime()));
            descriptor(out, timing.utc());
            end(out);
            indent(out, depth);
            out.writeEmptyElement("Resync");
            out.writeAttribute("type", "0");
            out.writeAttribute("dT", Long.toString(timing.chunkTicks()));
            out.writeAttribute("marker", "true");
        }
    }

    static String bandwidth(Representation representation) {
        return Long.toString(Math.max(1, representation.bandwidth()));
    }

    private void representation(XMLStreamWriter out, Representation representation) throws XMLStreamException {
        start(out, "Representation");
        out.writeAttribute("id", representation.id());
        out.writeAttribute("bandwidth", bandwidth(representation));
        if (!(representation.attributes() instanceof Representation.Tiles)) {
            out.writeAttribute("codecs", representation.codec().value());
        }
        out.writeAttribute("mimeType", representation.mimeType());
        if (representation.attributes() instanceof Representation.Video video) {
            video(out, video);
        } else if (representation.attributes() instanceof Representation.Trick trick) {
            video(out, trick.pictures());
            out.writeAttribute("maxPlayoutRate", Integer.toString(trick.fastest()));
            out.writeAttribute("codingDependency", "false");
        } else if (representation.attributes() instanceof Representation.Tiles tiles) {
            out.writeAttribute("width", Integer.toString(tiles.width()));
            out.writeAttribute("height", Integer.toString(tiles.height()));
            descriptor(
                    out,
                    new Descriptor(
                            Element.ESSENTIAL_PROPERTY,
                            "http://dashif.org/guidelines/thumbnail_tile",
                            tiles.columns() + "x" + tiles.rows()));
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

    private static void video(XMLStreamWriter out, Representation.Video video) throws XMLStreamException {
        out.writeAttribute("width", Integer.toString(video.width()));
        out.writeAttribute("height", Integer.toString(video.height()));
        out.writeAttribute("sar", video.sar().num() + ":" + video.sar().den());
        Rational rate = video.frameRate();
        if (rate != null) {
            out.writeAttribute("frameRate", rate.toString());
        }
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
        if (!template.urls().initialization().isEmpty()) {
            out.writeAttribute("initialization", template.urls().initialization());
        }
        out.writeAttribute("media", template.urls().media());
        out.writeAttribute("startNumber", Long.toString(template.startNumber()));
        Duration early = template.early();
        if (early != null) {
            out.writeAttribute(
                    "availabilityTimeOffset",
                    BigDecimal.valueOf(early.toNanos(), 9).stripTrailingZeros().toPlainString());
            out.writeAttribute("availabilityTimeComplete", "false");
        }
        if (template.division() instanceof Division.Even even) {
            out.writeAttribute("duration", Long.toString(even.ticks()));
        } else if (template.division() instanceof SegmentTimeline timeline) {
            timeline(out, timeline);
        }
        end(out);
    }

    private void timeline(XMLStreamWriter out, SegmentTimeline timeline) throws XMLStreamException {
        start(out, "SegmentTimeline");
        long expected = -1;
        for (SegmentTimeline.S s : timeline.entries()) {
            run(out, s, s.t() != expected);
            expected = s.end();
        }
        end(out);
    }

    private void run(XMLStreamWriter out, SegmentTimeline.S s, boolean timed) throws XMLStreamException {
        indent(out, depth);
        out.writeEmptyElement("S");
        if (timed) {
            out.writeAttribute("t", Long.toString(s.t()));
        }
        out.writeAttribute("d", Long.toString(s.d()));
        if (s.r() > 0) {
            out.writeAttribute("r", Integer.toString(s.r()));
        }
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
            leaf(out, "cenc", "pssh", CENC, base64(protection.pssh()));
            if (protection.schemeIdUri().equals(PLAYREADY)) {
                indent(out, depth);
                out.writeStartElement("mspr", "pro", MSPR);
                out.writeNamespace("mspr", MSPR);
                out.writeCharacters(base64(playReadyObject(protection.pssh())));
                out.writeEndElement();
            }
        }
        if (!protection.licenseUrl().isEmpty()) {
            leaf(out, "dashif", "Laurl", DASH_IF, protection.licenseUrl());
        }
        end(out);
    }

    private static ByteBuffer playReadyObject(ByteBuffer pssh) {
        return pssh.position(Math.min(PSSH_V0_HEADER, pssh.limit())).slice();
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

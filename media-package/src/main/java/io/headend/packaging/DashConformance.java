package io.headend.packaging;

import io.headend.core.MediaException;
import io.headend.core.Timebase;
import io.headend.formats.isobmff.BoxReader;
import io.headend.packaging.Conformance.Violation;
import io.headend.packaging.ProtectionConformance.Header;
import io.headend.packaging.SegmentFacts.Finding;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** Checks an MPD with SegmentTemplate against its segments. */
final class DashConformance {

    private static final int MOST_SEGMENTS = 100_000;

    private final Conformance.Source source;
    private final String path;
    private final List<Violation> found = new ArrayList<>();
    private Protection protection = new Protection(null, Header.CLEAR);

    DashConformance(Conformance.Source source, String path) {
        this.source = source;
        this.path = path;
    }

    List<Violation> found() {
        return found;
    }

    void run() {
        Optional<ByteBuffer> bytes = source.find(path);
        if (bytes.isEmpty()) {
            violation("dash.files", path, "there is no such MPD");
            return;
        }
        Element mpd = parse(bytes.get()).getDocumentElement();
        double buffer = duration(mpd.getAttribute("minBufferTime"));
        for (Element period : children(mpd, "Period")) {
            for (Element set : children(period, "AdaptationSet")) {
                for (Element representation : children(set, "Representation")) {
                    representation(set, representation, buffer);
                }
            }
        }
    }

    private static Document parse(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setNamespaceAware(true);
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            factory.setXIncludeAware(false);
            factory.setExpandEntityReferences(false);
            DocumentBuilder builder = factory.newDocumentBuilder();
            builder.setErrorHandler(null);
            return builder.parse(new ByteArrayInputStream(copy));
        } catch (ParserConfigurationException | SAXException | IOException e) {
            throw MediaException.malformed("the MPD cannot be read: " + e.getMessage());
        }
    }

    private void representation(Element set, Element representation, double buffer) {
        String id = representation.getAttribute("id");
        String codecs = either(representation, set, "codecs");
        String bandwidth = representation.getAttribute("bandwidth");
        if (bandwidth.isEmpty()
                || (codecs.isEmpty() && !either(representation, set, "mimeType").startsWith("image/"))) {
            violation("dash.codecs", path, "representation " + id + " has no codecs or no bandwidth");
        }
        Element template = first(representation, set, "SegmentTemplate");
        if (template == null) {
            return;
        }
        InitFacts init = init(template, id, bandwidth, descriptor(representation, set));
        Element timeline =
                children(template, "SegmentTimeline").stream().findFirst().orElse(null);
        if (timeline == null || init == null) {
            return;
        }
        segments(new Template(template, id, bandwidth, number(template, "timescale", 1)), timeline, init, buffer);
    }

    /** What the MPD and the initialisation segment say of encryption. */
    private record Protection(@Nullable Element descriptor, Header header) {

        List<Finding> check(ByteBuffer segment) {
            Element said = descriptor;
            String scheme = said == null ? null : said.getAttribute("value");
            String key = said == null ? "" : said.getAttributeNS("urn:mpeg:cenc:2013", "default_KID");
            return ProtectionConformance.described(scheme, key.toLowerCase(Locale.ROOT), segment, header);
        }
    }

    private static @Nullable Element descriptor(Element representation, Element set) {
        for (Element outer : List.of(representation, set)) {
            for (Element protection : children(outer, "ContentProtection")) {
                if (protection.getAttribute("schemeIdUri").equals("urn:mpeg:dash:mp4protection:2011")) {
                    return protection;
                }
            }
        }
        return null;
    }

    /** The addressing of one representation. */
    private record Template(Element element, String id, String bandwidth, long timescale) {

        String media(long number, long time) {
            return expand(element.getAttribute("media"), id, bandwidth, number, time);
        }
    }

    private @Nullable InitFacts init(Element template, String id, String bandwidth, @Nullable Element descriptor) {
        String name = template.getAttribute("initialization");
        if (name.isEmpty()) {
            return null;
        }
        String file = HlsConformance.resolve(path, expand(name, id, bandwidth, 0, 0));
        Optional<ByteBuffer> bytes = source.find(file);
        if (bytes.isEmpty()) {
            violation("dash.files", file, "there is no such initialisation segment");
            return null;
        }
        try {
            if (BoxReader.read(bytes.get()).isEmpty()) {
                return null;
            }
            protection = new Protection(descriptor, Header.of(bytes.get()));
            return InitFacts.of(bytes.get());
        } catch (MediaException e) {
            violation("iso.boxes", file, Conformance.sentence(e));
            return null;
        }
    }

    private void segments(Template template, Element timeline, InitFacts init, double buffer) {
        long number = number(template.element(), "startNumber", 1);
        long time = 0;
        long shift = Long.MIN_VALUE;
        double excess = 0;
        int count = 0;
        for (Element s : children(timeline, "S")) {
            time = s.hasAttribute("t") ? number(s, "t", 0) : time;
            long length = number(s, "d", 0);
            long repeat = Math.max(0, number(s, "r", 0));
            for (long i = 0; i <= repeat && count < MOST_SEGMENTS; i++, count++) {
                String file = HlsConformance.resolve(path, template.media(number, time));
                Optional<ByteBuffer> bytes = source.find(file);
                if (bytes.isEmpty()) {
                    violation("dash.files", file, "listed, but there is no such segment");
                } else {
                    SegmentFacts facts = facts(file, bytes.get(), init);
                    shift = facts == null
                            ? shift
                            : place(file, facts, nanos(time, template), nanos(length, template), shift);
                    double seconds = length / (double) template.timescale();
                    double allowed = parse(template.bandwidth()) * seconds;
                    excess = Math.max(0, excess + bytes.get().remaining() * 8.0 - allowed);
                    if (excess > parse(template.bandwidth()) * Math.max(buffer, seconds) * 1.1) {
                        violation("dash.bandwidth", file, "more bits than bandwidth and minBufferTime allow");
                        excess = 0;
                    }
                }
                time += length;
                number++;
            }
        }
    }

    /** What a segment says, with what is wrong about it; {@code null} where it cannot be read. */
    private @Nullable SegmentFacts facts(String file, ByteBuffer bytes, InitFacts init) {
        try {
            SegmentFacts facts = IsoSegment.of(bytes, init);
            List<Finding> findings = new ArrayList<>(facts.findings());
            findings.addAll(protection.check(bytes));
            findings.forEach(finding -> violation(finding.rule(), file, finding.what()));
            return facts;
        } catch (MediaException e) {
            violation("iso.boxes", file, Conformance.sentence(e));
            return null;
        }
    }

    /** Compares times with the timeline; media and MPD may differ by a constant. */
    private long place(String file, SegmentFacts facts, long time, long length, long shift) {
        long frame = Math.max(facts.frame() > 0 ? facts.frame() : 50_000_000L, 100_000L) + 100_000L;
        long here = facts.start() - time;
        if (shift != Long.MIN_VALUE && Math.abs(here - shift) > frame) {
            violation(
                    "dash.timeline",
                    file,
                    "it begins " + MediaConformance.seconds(Math.abs(here - shift)) + " s off the timeline");
        }
        if (Math.abs(facts.duration() - length) > frame) {
            violation(
                    "dash.timeline",
                    file,
                    "it lasts " + MediaConformance.seconds(facts.duration()) + " s, the timeline says "
                            + MediaConformance.seconds(length) + " s");
        }
        return shift == Long.MIN_VALUE ? here : shift;
    }

    private static long nanos(long ticks, Template template) {
        return Timebase.hz((int) Math.max(1, template.timescale())).convert(ticks, Timebase.NANOS);
    }

    /** Fills in a template (ISO/IEC 23009-1, 5.3.9.4.4). */
    static String expand(String template, String id, String bandwidth, long number, long time) {
        StringBuilder out = new StringBuilder();
        int at = 0;
        while (at < template.length()) {
            int open = template.indexOf('$', at);
            int close = open < 0 ? -1 : template.indexOf('$', open + 1);
            if (close < 0) {
                return out.append(template, at, template.length()).toString();
            }
            out.append(template, at, open);
            String name = template.substring(open + 1, close);
            int percent = name.indexOf('%');
            String format = percent < 0 ? "%d" : name.substring(percent);
            String field = percent < 0 ? name : name.substring(0, percent);
            boolean plain = format.matches("%0?\\d{0,2}d");
            switch (field) {
                case "" -> out.append('$');
                case "RepresentationID" -> out.append(id);
                case "Bandwidth" -> out.append(bandwidth);
                case "Number" -> out.append(plain ? String.format(Locale.ROOT, format, number) : number);
                case "Time" -> out.append(plain ? String.format(Locale.ROOT, format, time) : time);
                default -> out.append(name);
            }
            at = close + 1;
        }
        return out.toString();
    }

    private static List<Element> children(Element parent, String name) {
        List<Element> found = new ArrayList<>();
        NodeList nodes = parent.getChildNodes();
        for (int i = 0; i < nodes.getLength(); i++) {
            Node node = nodes.item(i);
            if (node instanceof Element element && name.equals(element.getLocalName())) {
                found.add(element);
            }
        }
        return found;
    }

    private static @Nullable Element first(Element inner, Element outer, String name) {
        List<Element> own = children(inner, name);
        List<Element> common = children(outer, name);
        return !own.isEmpty() ? own.get(0) : common.isEmpty() ? null : common.get(0);
    }

    private static String either(Element inner, Element outer, String attribute) {
        return inner.hasAttribute(attribute) ? inner.getAttribute(attribute) : outer.getAttribute(attribute);
    }

    private long number(Element element, String attribute, long otherwise) {
        String value = element.getAttribute(attribute);
        if (value.isEmpty()) {
            return otherwise;
        }
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw MediaException.malformed("attribute " + attribute + " of the MPD is no number: " + value);
        }
    }

    private static double parse(String bandwidth) {
        return bandwidth.matches("\\d{1,15}") ? Double.parseDouble(bandwidth) : 0;
    }

    private static double duration(String text) {
        try {
            return text.isEmpty() ? 0 : Duration.parse(text).toNanos() / 1e9;
        } catch (DateTimeParseException e) {
            return 0;
        }
    }

    private void violation(String rule, String where, String what) {
        if (found.size() < 1_000) {
            found.add(new Violation(rule, where, what));
        }
    }
}

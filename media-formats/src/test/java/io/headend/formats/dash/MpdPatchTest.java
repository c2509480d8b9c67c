package io.headend.formats.dash;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.CodecString;
import io.headend.core.Rational;
import java.io.StringReader;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Attr;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;

/** Patches are applied by XPath as RFC 5261 says, without the classes that made them. */
class MpdPatchTest {

    /** Segments {@code first} to before {@code last} of those whose lengths are given. */
    private record Window(int first, int last, List<Integer> lengths) {
        SegmentTimeline timeline() {
            SegmentTimeline.Builder timeline = SegmentTimeline.builder();
            long t = 1_000;
            for (int k = 0; k < last; k++) {
                int length = Math.abs(lengths.get(k));
                if (k >= first) {
                    timeline.add(t, length);
                }
                // a negative length leaves a gap behind it
                t += lengths.get(k) < 0 ? length + 7 : length;
            }
            return timeline.build();
        }
    }

    private static Period period(String id, Window window, long bandwidth, boolean apart) {
        SegmentTemplate template = new SegmentTemplate(
                90_000,
                new SegmentTemplate.Urls("i.mp4", "$Number$.m4s"),
                window.first(),
                1_000,
                window.timeline(),
                null);
        Representation.Video video = new Representation.Video(1280, 720, Rational.ONE, Rational.of(25, 1));
        CodecString codec = new CodecString("avc1.64001F");
        AdaptationSet set = new AdaptationSet(
                1,
                "video",
                null,
                new AdaptationSet.Descriptors(List.of(), List.of()),
                apart ? null : template,
                List.of(
                        new Representation("a", bandwidth, codec, "video/mp4", video, apart ? template : null),
                        new Representation("b", 500, codec, "video/mp4", video, apart ? template : null)));
        return new Period(id, Duration.ofSeconds(Long.parseLong(id)), null, List.of(set));
    }

    private static Mpd mpd(int published, Period... periods) {
        Mpd.PatchLocation location =
                new Mpd.PatchLocation("manifest.mpp?publishTime=" + published, Duration.ofSeconds(60));
        return new Mpd(
                new Mpd.Dynamic(
                        Instant.EPOCH,
                        Instant.ofEpochSecond(published),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(6)),
                Duration.ofSeconds(2),
                List.of("p"),
                List.of(periods),
                new Mpd.Service("live", location, null, List.of()));
    }

    private static Document parse(String xml) throws Exception {
        // no namespaces: selectors of a patch name elements of the MPD without a prefix
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(xml)));
    }

    private static void apply(Document mpd, Document patch) throws Exception {
        List<Element> operations = elements(patch.getDocumentElement());
        for (Element operation : operations) {
            Node node = (Node) XPathFactory.newInstance()
                    .newXPath()
                    .evaluate(operation.getAttribute("sel"), mpd, XPathConstants.NODE);
            assertThat(node)
                    .as("%s in %s", operation.getAttribute("sel"), meaning(mpd.getDocumentElement()))
                    .isNotNull();
            List<Element> content = elements(operation);
            switch (operation.getTagName()) {
                case "remove" -> node.getParentNode().removeChild(node);
                case "replace" -> {
                    if (node instanceof Attr attribute) {
                        attribute.setValue(operation.getTextContent());
                    } else {
                        assertThat(content).hasSize(1);
                        node.getParentNode().replaceChild(mpd.importNode(content.get(0), true), node);
                    }
                }
                case "add" -> {
                    boolean after = operation.getAttribute("pos").equals("after");
                    Node parent = after ? node.getParentNode() : node;
                    Node before = after ? node.getNextSibling() : null;
                    content.forEach(added -> parent.insertBefore(mpd.importNode(added, true), before));
                }
                default -> throw new AssertionError(operation.getTagName());
            }
        }
    }

    private static List<Element> elements(Node parent) {
        List<Element> all = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element) {
                all.add(element);
            }
        }
        return all;
    }

    /** What a player understands: every element with its attributes, every segment with its time. */
    private static String meaning(Node node) {
        StringBuilder text = new StringBuilder(node.getNodeName());
        for (int i = 0; i < node.getAttributes().getLength(); i++) {
            text.append(' ').append(node.getAttributes().item(i));
        }
        long t = 0;
        for (Element child : elements(node)) {
            if (child.getTagName().equals("S")) {
                t = child.hasAttribute("t") ? Long.parseLong(child.getAttribute("t")) : t;
                long d = Long.parseLong(child.getAttribute("d"));
                int runs = child.hasAttribute("r") ? Integer.parseInt(child.getAttribute("r")) : 0;
                for (int i = 0; i <= runs; i++, t += d) {
                    text.append("\n").append(t).append('+').append(d);
                }
            } else {
                text.append("\n").append(meaning(child));
            }
        }
        return text.toString();
    }

    private static String after(Mpd base, Mpd... next) throws Exception {
        Document document = parse(base.toXml());
        Mpd had = base;
        for (Mpd mpd : next) {
            apply(document, parse(new MpdPatch(had, mpd).toXml().orElseThrow()));
            had = mpd;
        }
        return meaning(document.getDocumentElement());
    }

    private static String meaning(Mpd mpd) throws Exception {
        return meaning(parse(mpd.toXml()).getDocumentElement());
    }

    @Property(tries = 100)
    void aPatchOfAPatchGivesTheLastMpd(
            @ForAll @Size(40) List<@IntRange(min = 1, max = 3) Integer> lengths,
            @ForAll @Size(40) List<Boolean> gaps,
            @ForAll @Size(3) List<@IntRange(min = 0, max = 12) Integer> steps,
            @ForAll @IntRange(min = 1, max = 12) int size,
            @ForAll boolean apart)
            throws Exception {
        List<Integer> media = new ArrayList<>();
        for (int k = 0; k < lengths.size(); k++) {
            media.add(gaps.get(k) && k % 5 == 0 ? -lengths.get(k) : lengths.get(k));
        }
        List<Mpd> versions = new ArrayList<>();
        int last = 2;
        versions.add(mpd(0, period("0", new Window(0, last, media), 1_000, apart)));
        for (int step : steps) {
            last += step;
            Window window = new Window(Math.max(0, last - size), last, media);
            versions.add(mpd(last, period("0", window, 1_000 + step, apart)));
        }
        assertThat(after(versions.get(0), versions.get(1), versions.get(2), versions.get(3)))
                .isEqualTo(meaning(versions.get(3)));
    }

    @Test
    void periodsComeAndGo() throws Exception {
        List<Integer> media = List.of(2, 2, 2, 2, 2, 2);
        Period first = period("0", new Window(0, 3, media), 9, false);
        Period second = period("7", new Window(0, 2, media), 9, false);
        Period third = period("9", new Window(0, 1, media), 9, false);
        assertThat(after(mpd(1, first), mpd(2, first, second), mpd(3, second, third)))
                .isEqualTo(meaning(mpd(3, second, third)));
    }

    @Test
    void aRunThatLeavesAsAnotherGrowsIsAFewLines() throws Exception {
        List<Integer> media = new ArrayList<>(Collections.nCopies(400, 2));
        Mpd base = mpd(1, period("0", new Window(0, 300, media), 9, false));
        Mpd next = mpd(2, period("0", new Window(1, 301, media), 9, false));
        String patch = new MpdPatch(base, next).toXml().orElseThrow();
        assertThat(patch.length()).isLessThan(1_000);
        assertThat(patch)
                .contains(
                        "<replace sel=\"/MPD/Period[@id='0']/AdaptationSet[@id='1']/SegmentTemplate/@startNumber\">1<")
                .contains("/SegmentTemplate/SegmentTimeline/S[1]\">");
    }

    @Test
    void whatPlayersDoNotFollowIsNotPatched() {
        List<Integer> media = List.of(2, 2, 2);
        Period period = period("0", new Window(0, 2, media), 9, false);
        Period apart = period("0", new Window(0, 2, media), 9, true);
        Period events = new Period(
                "0",
                Duration.ZERO,
                null,
                List.of(new EventStream(EventStream.SCTE35_BINARY, "", 1, 0, List.of())),
                period.adaptationSets());
        assertThat(new MpdPatch(mpd(1, period), mpd(2, apart)).toXml()).isEmpty();
        assertThat(new MpdPatch(mpd(1, period), mpd(2, events)).toXml()).isEmpty();
        assertThat(new MpdPatch(mpd(1, period), mpd(2, period("7", new Window(0, 1, media), 9, false))).toXml())
                .isEmpty();
    }
}

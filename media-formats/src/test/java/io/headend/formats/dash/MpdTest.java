package io.headend.formats.dash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.CodecString;
import io.headend.core.Rational;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.xml.parsers.DocumentBuilderFactory;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

class MpdTest {

    private static Document parse(String xml) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        return factory.newDocumentBuilder().parse(new InputSource(new StringReader(xml)));
    }

    private static Mpd mpd(SegmentTimeline timeline, List<Protection> protection, String id) {
        Representation representation = new Representation(
                id,
                1_000_000,
                new CodecString("avc1.64001F"),
                "video/mp4",
                new Representation.Video(1280, 720, Rational.ONE, Rational.of(25, 1)),
                null);
        SegmentTemplate template =
                new SegmentTemplate(90_000, new SegmentTemplate.Urls("i.mp4", "$Number$.m4s"), 3, 0, timeline, null);
        AdaptationSet set = new AdaptationSet(
                1,
                "video",
                "en",
                new AdaptationSet.Descriptors(protection, List.of()),
                template,
                List.of(representation));
        Period period = new Period("0", Duration.ZERO, Duration.ofSeconds(4), List.of(set));
        return new Mpd(
                new Mpd.Static(Duration.ofMillis(4_040)),
                Duration.ofSeconds(2),
                List.of("p"),
                List.of(period),
                Mpd.Service.NONE);
    }

    @Property(tries = 200)
    void aTimelineIsReadBackAsWritten(
            @ForAll @Size(min = 1, max = 50) List<@IntRange(min = 1, max = 4) Integer> durations) throws Exception {
        SegmentTimeline.Builder builder = SegmentTimeline.builder();
        List<Long> starts = new ArrayList<>();
        long at = 1_000_000_000_000L;
        for (int duration : durations) {
            if (duration == 4) {
                at += 77;
            }
            builder.add(at, duration);
            starts.add(at);
            at += duration;
        }
        SegmentTimeline timeline = builder.build();
        assertThat(timeline.segments()).isEqualTo(durations.size());
        List<Long> read = new ArrayList<>();
        var runs = parse(mpd(timeline, List.of(), "v").toXml()).getElementsByTagNameNS("*", "S");
        long next = 0;
        for (int i = 0; i < runs.getLength(); i++) {
            Element s = (Element) runs.item(i);
            next = s.hasAttribute("t") ? Long.parseLong(s.getAttribute("t")) : next;
            int repeats = s.hasAttribute("r") ? Integer.parseInt(s.getAttribute("r")) : 0;
            for (int r = 0; r <= repeats; r++) {
                read.add(next);
                next += Long.parseLong(s.getAttribute("d"));
            }
        }
        assertThat(read).isEqualTo(starts);
    }

    @Test
    void protectionHasItsNamespaces() throws Exception {
        UUID key = UUID.fromString("01234567-89ab-cdef-0123-456789abcdef");
        String xml = mpd(
                        SegmentTimeline.builder().add(0, 180_000).build(),
                        List.of(
                                new Protection(
                                        "urn:mpeg:dash:mp4protection:2011", "cbcs", key, ByteBuffer.allocate(0), ""),
                                new Protection(
                                        "urn:uuid:x",
                                        null,
                                        null,
                                        ByteBuffer.wrap(new byte[] {1, 2, 3}),
                                        "https://l/?a=1&b=2")),
                        "v")
                .toXml();
        Document document = parse(xml);
        Element first = (Element)
                document.getElementsByTagNameNS("*", "ContentProtection").item(0);
        assertThat(first.getAttributeNS("urn:mpeg:cenc:2013", "default_KID")).isEqualTo(key.toString());
        assertThat(document.getElementsByTagNameNS("urn:mpeg:cenc:2013", "pssh")
                        .item(0)
                        .getTextContent())
                .isEqualTo("AQID");
        assertThat(document.getElementsByTagNameNS("https://dashif.org/CPS", "Laurl")
                        .item(0)
                        .getTextContent())
                .isEqualTo("https://l/?a=1&b=2");
    }

    @Test
    void namesAreEscaped() throws Exception {
        String xml = mpd(SegmentTimeline.builder().add(0, 1).build(), List.of(), "a\"<&>b")
                .toXml();
        Element representation = (Element)
                parse(xml).getElementsByTagNameNS("*", "Representation").item(0);
        assertThat(representation.getAttribute("id")).isEqualTo("a\"<&>b");
        assertThat(xml).contains("mediaPresentationDuration=\"PT4.04S\"").endsWith("</MPD>\n");
    }

    @Test
    void impossibleRunsAreRefused() {
        assertThatThrownBy(() -> new SegmentTimeline.S(0, 0, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SegmentTimeline.S(-1, 1, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}

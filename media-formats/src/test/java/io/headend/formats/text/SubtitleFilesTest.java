package io.headend.formats.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SubtitleFilesTest {

    private static final String VTT = """
            WEBVTT - a film

            STYLE
            ::cue { color: yellow }

            NOTE nobody sees this

            first
            00:01.000 --> 00:03.500 line:80%
            Hello <i>you</i>
            below

            00:00:03.000 --> 00:00:02.000
            goes back

            00:00:03.000 --> 00:00:05.000
            Second
            """;

    @Test
    void webVttIsReadWithItsStylesAndWhatContradictsItselfIsLeftOut() {
        WebVtt file = WebVtt.parse("\uFEFF" + VTT.replace("\n", "\r\n"));
        assertThat(file.header()).isEqualTo("WEBVTT\n\nSTYLE\n::cue { color: yellow }");
        assertThat(file.cues())
                .containsExactly(
                        new TextCue(1000, 3500, "first", "line:80%", "Hello <i>you</i>\nbelow"),
                        new TextCue(3000, 5000, "Second"));
        assertThat(WebVtt.parse(file.toText())).isEqualTo(file);
    }

    @Test
    void aSegmentOfWebVttMapsItsTimesAndKeepsWholeCues() {
        String segment = WebVtt.parse(VTT).segment(2000, 3000, 900_000);
        assertThat(segment)
                .startsWith("WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000\n\nSTYLE\n")
                .contains("first\n00:00:01.000 --> 00:00:03.500 line:80%\nHello")
                .doesNotContain("Second");
        assertThat(WebVtt.parse(segment).cues()).hasSize(1);
    }

    @Test
    void subRipBecomesWebVttWithoutColoursAndPlaces() {
        WebVtt file = SubRip.parse("""
                1
                00:00:01,000 --> 00:00:02,5
                <i>Un</i> {\\an8}<font color="red">rouge</font> 1 < 2 & 3

                2
                00:00:02,500 --> 00:00:04,000
                Deux --> trois
                """);
        assertThat(file.cues())
                .containsExactly(
                        new TextCue(1000, 2500, "<i>Un</i> rouge 1 &lt; 2 &amp; 3"),
                        new TextCue(2500, 4000, "Deux --&gt; trois"));
        assertThat(WebVtt.parse(file.toText())).isEqualTo(file);
    }

    @Test
    void ttmlIsCutByParagraphsInEveryWayToTellTimes() {
        TtmlDocument document = TtmlDocument.parse("""
                <tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttp="http://www.w3.org/ns/ttml#parameter" xml:lang="de"
                 ttp:frameRate="25" ttp:tickRate="1000">
                <body begin="1s"><div><p begin="0s" end="1s">one</p><p begin="00:00:01:05" dur="20f">two</p>
                <p begin="3000t" end="00:00:04.500">three</p><p>always</p></div></body></tt>""");
        assertThat(document.language()).isEqualTo("de");
        assertThat(document.size()).isEqualTo(4);
        assertThat(document.end()).isEqualTo(5500);
        assertThat(text(document, 0, 1000)).doesNotContain(">one<", "two", "three", "always");
        assertThat(text(document, 1500, 2200)).contains(">one<", "always").doesNotContain("two", "three");
        assertThat(text(document, 2200, 2201)).contains("two").doesNotContain(">one<", "three");
        assertThat(text(document, 3000, 3001)).doesNotContain(">one<", "two", "three");
        assertThat(text(document, 4000, 9000)).contains("three", "begin=\"3000t\"");
        assertThat(text(document, 0, 9000)).contains(">one<", "two", "three");
    }

    private static String text(TtmlDocument document, long from, long to) {
        return StandardCharsets.UTF_8.decode(document.between(from, to)).toString();
    }

    @Test
    void whatIsNoSubtitlesIsRefused() {
        for (String wrong : List.of("", "WEBVTTX\n", "webvtt\n")) {
            malformed(() -> WebVtt.parse(wrong));
        }
        malformed(() -> SubRip.parse("1\n00:00 -> 00:01\nno\n"));
        malformed(() -> TtmlDocument.parse("<tt/>"));
        malformed(() -> TtmlDocument.parse("<tt xmlns='http://www.w3.org/ns/ttml'><body begin='soon'/></tt>"));
        malformed(
                () -> TtmlDocument.parse(
                        "<!DOCTYPE tt [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><tt xmlns='http://www.w3.org/ns/ttml'>&a;</tt>"));
        malformed(() -> TtmlDocument.parse("<tt xmlns='http://www.w3.org/ns/ttml'>" + "<div>".repeat(100) + "</tt>"));
    }

    private static void malformed(Runnable reading) {
        assertThatExceptionOfType(MediaException.class)
                .isThrownBy(reading::run)
                .satisfies(e -> assertThat(e.code()).isEqualTo(MediaErrorCode.MALFORMED));
    }

    @Test
    void samplesFillTheirTimeAndSplitCuesWhereOthersBegin() {
        List<TextCue> cues = WebVtt.parse(VTT).cues();
        List<TextSample> samples = CueSamples.of(cues, 2000, 6000);
        assertThat(samples).extracting(TextSample::start).containsExactly(2000L, 3000L, 3500L, 5000L);
        assertThat(samples).extracting(TextSample::end).containsExactly(3000L, 3500L, 5000L, 6000L);
        assertThat(samples.stream().map(s -> CueSamples.parse(s).size())).containsExactly(1, 2, 1, 0);
        assertThat(samples.get(3).data().remaining()).isEqualTo(8); // vtte
    }

    @Property(tries = 300)
    void cutAnywhereTheCuesComeBackWhole(
            @ForAll @Size(max = 12) List<@LongRange(min = 0, max = 9_000) Long> starts,
            @ForAll @LongRange(min = 1, max = 9_999) long cut) {
        List<TextCue> cues = new ArrayList<>();
        for (int i = 0; i < starts.size(); i++) {
            long start = starts.get(i);
            cues.add(new TextCue(start, Math.min(10_000, start + 100 + 37L * i), "c" + i, "", "cue " + i));
        }
        List<TextCue> sorted = WebVtt.of(cues).cues();
        List<TextCue> pieces = new ArrayList<>();
        for (long[] stretch : new long[][] {{0, cut}, {cut, 10_000}}) {
            long at = stretch[0];
            for (TextSample sample : CueSamples.of(sorted, stretch[0], stretch[1])) {
                assertThat(sample.start()).isEqualTo(at);
                at = sample.end();
                pieces.addAll(CueSamples.parse(sample));
            }
            assertThat(at).isEqualTo(stretch[1]);
        }
        assertThat(CueSamples.joined(pieces)).containsExactlyInAnyOrderElementsOf(sorted);
    }

    @Property(tries = 500)
    void anyTextIsReadOrRefused(@ForAll String text) {
        List<Runnable> readers = List.of(
                () -> WebVtt.parse("WEBVTT\n\n" + text),
                () -> SubRip.parse(text),
                () -> TtmlDocument.parse("<tt xmlns='http://www.w3.org/ns/ttml'><body end='" + text + "'/></tt>"));
        for (Runnable reader : readers) {
            try {
                reader.run();
            } catch (MediaException e) {
                assertThat(e.code()).isEqualTo(MediaErrorCode.MALFORMED);
            }
        }
    }
}

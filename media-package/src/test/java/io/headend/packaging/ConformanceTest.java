package io.headend.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.EpochGrid;
import io.headend.core.Rational;
import io.headend.packaging.Conformance.Rule;
import io.headend.packaging.Conformance.Violation;
import io.headend.testkit.SharedMedia;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Our output violates nothing, others' does, and every rule notices what it is there for. */
class ConformanceTest {

    @TempDir
    static Path temporary;

    private static Path clean;

    @BeforeAll
    static void packaged() throws IOException {
        Path video = SharedMedia.require("packaging/src-clips/s8_v360.mp4");
        Path audio = SharedMedia.require("packaging/src-clips/s8_a.mp4");
        clean = temporary.resolve("clean");
        try (Mezzanine film = Mezzanine.builder()
                .input(video)
                .input(audio)
                .segment(Duration.ofSeconds(2))
                .open()) {
            film.write(clean, EnumSet.allOf(Mezzanine.Output.class), done -> {});
        }
        // A ladder has two rungs: the same one again, as a smaller variant that says less.
        for (String master : List.of("master.m3u8", "master-ts.m3u8")) {
            Path file = clean.resolve(master);
            String text = Files.readString(file);
            String suffix = master.equals("master.m3u8") ? "" : "-ts";
            int at = text.indexOf("#EXT-X-STREAM-INF");
            int end = text.indexOf(".m3u8\n", at) + 6;
            String second =
                    text.substring(at, end).replaceFirst("[^-]BANDWIDTH=(\\d+)", ":BANDWIDTH=" + (bandwidth(text) + 1));
            Files.writeString(file, text.substring(0, end) + second + text.substring(end));
            assertThat(clean.resolve("v360/media" + suffix + ".m3u8")).exists();
        }
    }

    private static long bandwidth(String text) {
        return Long.parseLong(text.replaceFirst("(?s).*?[:,]BANDWIDTH=(\\d+).*", "$1"));
    }

    private static Set<String> rules(List<Violation> violations) {
        return violations.stream().map(Violation::rule).collect(Collectors.toSet());
    }

    @Test
    void whatIsPackagedHereViolatesNothing() {
        Conformance.Source source = Conformance.folder(clean);
        assertThat(Conformance.checkHls(source, "master-ts.m3u8")).isEmpty();
        assertThat(Conformance.checkHls(source, "master.m3u8")).isEmpty();
        assertThat(Conformance.checkDash(source, "manifest.mpd")).isEmpty();
    }

    @Test
    void aPresentationIsJudgedByWhatItsStoreServes() {
        Clips.Clip video = Clips.read(SharedMedia.require("packaging/src-clips/s8_v360.mp4"), 0);
        try (HeapSegmentStore store = HeapSegmentStore.builder().build();
                Packager packager = Packager.builder(store)
                        .policy(SegmentationPolicy.vod(new EpochGrid(Rational.of(25, 1), 50, 1)))
                        .rendition("v360")
                        .build()) {
            Feed.all(packager.sink("v360"), video);
            packager.finish();
            List<Violation> found = Conformance.check(packager.presentation().orElseThrow(), store.reader());
            // one rung is no ladder
            assertThat(rules(found)).isSubsetOf("9.9");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"clear", "cenc", "cbcs", "sampleaes_ts"})
    void peersOutputViolatesARule(String folder) {
        Path peer = SharedMedia.require("packaging/golden/" + folder);
        List<Violation> found = Conformance.checkHls(Conformance.folder(peer), "master.m3u8");
        assertThat(rules(found)).contains("8.10");
        if (!folder.equals("sampleaes_ts")) {
            assertThat(rules(Conformance.checkDash(Conformance.folder(peer), "manifest.mpd")))
                    .contains("cmaf.brands");
        }
    }

    @Test
    void everyMustRuleOfTheListIsKnown() throws IOException {
        Path list = SharedMedia.require("packaging/rules/apple_hls_must_rules.csv");
        Set<String> known = Conformance.rules().stream().map(Rule::id).collect(Collectors.toSet());
        for (String line : Files.readAllLines(list).stream().skip(1).toList()) {
            for (String id : line.substring(0, line.indexOf(',')).split("-", -1)) {
                assertThat(known).contains(id);
            }
        }
        assertThat(Conformance.rules())
                .allSatisfy(rule -> assertThat(rule.how()).isNotEmpty());
        assertThat(Conformance.rules().stream().filter(r -> !r.visible()).map(Rule::id))
                .containsExactly("8.18", "10.1");
    }

    /** The output with one text changed. */
    private static Conformance.Source changed(String path, UnaryOperator<String> change) {
        Conformance.Source source = Conformance.folder(clean);
        return asked -> {
            Optional<ByteBuffer> bytes = source.find(asked);
            if (!asked.equals(path) || bytes.isEmpty()) {
                return bytes;
            }
            String text = StandardCharsets.UTF_8.decode(bytes.get()).toString();
            String other = change.apply(text);
            assertThat(other).as("the change finds its place").isNotEqualTo(text);
            return Optional.of(ByteBuffer.wrap(other.getBytes(StandardCharsets.UTF_8)));
        };
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1.24 | FRAME-RATE=25.000 | FRAME-RATE=25.000,VIDEO-RANGE=PQ",
                "1.26 | AVERAGE-BANDWIDTH=\\d+ | AVERAGE-BANDWIDTH=100000",
                "1.27 | :BANDWIDTH=\\d+ | :BANDWIDTH=9000000",
                "2.3 | CHANNELS=\"2\" | CHANNELS=\"6\"",
                "2.13 | AUTOSELECT=YES | AUTOSELECT=NO,CHARACTERISTICS=\"public.accessibility.describes-video\"",
                "4.4 | (?m)^#EXT-X-MEDIA | #EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID=\"c\",NAME=\"c\",INSTREAM-ID=\"CC1\"\\n#EXT-X-MEDIA",
                "6.1 | (?m)^#EXT-X-I-FRAME-STREAM-INF.*$ | #",
                "6.16 | (?m)^(#EXT-X-I-FRAME-STREAM-INF:) | $1VIDEO-RANGE=PQ,",
                "8.9 | ,AUDIO=\"[^\"]*\" | ''",
                "8.10 | LANGUAGE=\"[^\"]*\", | ''",
                "9.1 | CODECS=\"[^\"]*\", | ''",
                "9.2 | RESOLUTION=[^,]*, | ''",
                "9.3 | (?m)^(#EXT-X-I-FRAME-STREAM-INF.*)CODECS=\"[^\"]*\", | $1",
                "9.4 | (?m)^(#EXT-X-I-FRAME-STREAM-INF.*)RESOLUTION=[^,]*, | $1",
                "9.9 | :BANDWIDTH=\\d+ | :BANDWIDTH=1400000",
                "9.13 | :BANDWIDTH=\\d+ | :BANDWIDTH=200000",
                "9.14 | AVERAGE-BANDWIDTH=\\d+, | ''",
                "9.15 | ,FRAME-RATE=25.000 | ''",
                "hls.files | v360/media.m3u8 | v361/media.m3u8"
            })
    void rulesOfTheMultivariantPlaylist(String rule, String pattern, String replacement) {
        Conformance.Source source =
                changed("master.m3u8", text -> text.replaceAll(pattern, replacement.replace("\\n", "\n")));
        assertThat(rules(Conformance.checkHls(source, "master.m3u8"))).contains(rule);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "6.8 | v360/iframes.m3u8 | #EXT-X-I-FRAMES-ONLY | #",
                "6.10 | v360/iframes.m3u8 | BYTERANGE:\\d+@0 | BYTERANGE:100@4000",
                "6.11 | v360/iframes.m3u8 | (?s)TARGETDURATION:2(.*)#EXT-X-ENDLIST | TARGETDURATION:9$1",
                "7.7 | v360/media.m3u8 | TARGETDURATION:2 | TARGETDURATION:1",
                "8.1 | v360/media.m3u8 | EXTINF:2.000000 | EXTINF:1.900000",
                "8.2 | audio/media.m3u8 | TARGETDURATION:2 | TARGETDURATION:3",
                "8.3 | audio/media.m3u8 | (?s)#EXTINF.*#EXTINF | #EXTINF",
                "8.4 | v360/media.m3u8 | (?s)#EXT-X-PLAYLIST-TYPE:VOD(.*)#EXT-X-ENDLIST | $1",
                "8.6 | v360/media.m3u8 | #EXT-X-PLAYLIST-TYPE:VOD | #",
                "8.8 | v360/media.m3u8 | (?s)TYPE:VOD(.*)SEQUENCE:0 | TYPE:EVENT$1SEQUENCE:4",
                "8.11 | v360/media.m3u8 | (?s)#EXT-X-PLAYLIST-TYPE:VOD(.*)#EXT-X-ENDLIST | $1",
                "8.15 | v360/media.m3u8 | #EXTINF:2.000000,\\n2.m4s | #EXT-X-DISCONTINUITY\\n#EXTINF:2.000000,\\n2.m4s",
                "8.17 | v360/media.m3u8 | (?s)#EXT-X-PLAYLIST-TYPE:VOD(.*)(#EXTINF:2.000000,\\n2)(.*)#EXT-X-ENDLIST | $1#EXT-X-DISCONTINUITY\\n$2$3",
                "8.20 | v360/media.m3u8 | #EXT-X-MAP.* | #",
                "8.13 | v360/media.m3u8 | (#EXTINF:2.000000,\\n2.m4s) | #EXT-X-MAP:URI=\"../audio/init.mp4\"\\n$1",
                "2.11 | v360/media.m3u8 | (#EXTINF:2.000000,\\n2.m4s) | #EXT-X-MAP:URI=\"../audio/init.mp4\"\\n$1",
                "7.1 | v360/media.m3u8 | 1.m4s | 3.m4s",
                "7.3 | v360/media.m3u8 | 1.m4s | 3.m4s",
                "13.2 | v360/media.m3u8 | (#EXTINF:2.000000,\\n0) | #EXT-X-KEY:METHOD=AES-128,URI=\"skd://k\",KEYFORMAT=\"com.apple.streamingkeydelivery\"\\n$1",
                "13.3 | v360/media.m3u8 | (#EXTINF:2.000000,\\n0) | #EXT-X-KEY:METHOD=SAMPLE-AES,URI=\"skd://k\"\\n$1",
                "13.11 | v360/media.m3u8 | (#EXTINF:2.000000,\\n0) | #EXT-X-KEY:METHOD=SAMPLE-AES-CTR,URI=\"data:,\"\\n$1",
                "14.1 | v360/media.m3u8 | (?s)#EXT-X-PLAYLIST-TYPE:VOD(.*)#EXT-X-ENDLIST | #EXT-X-SERVER-CONTROL:PART-HOLD-BACK=1\\n#EXT-X-PART-INF:PART-TARGET=0.5\\n$1",
                "14.3 | v360/media.m3u8 | (?s)#EXT-X-PLAYLIST-TYPE:VOD(.*)#EXT-X-ENDLIST | #EXT-X-SERVER-CONTROL:PART-HOLD-BACK=1\\n#EXT-X-PART-INF:PART-TARGET=0.5\\n$1",
                "hls.files | v360/media.m3u8 | 3.m4s | 4.m4s",
                "hls.syntax | v360/media.m3u8 | #EXT-X-TARGETDURATION:2 | #"
            })
    void rulesOfMediaPlaylists(String rule, String path, String pattern, String replacement) {
        Conformance.Source source =
                changed(path, text -> text.replaceAll(pattern.replace("\\n", "\n"), replacement.replace("\\n", "\n")));
        assertThat(rules(Conformance.checkHls(source, "master.m3u8"))).contains(rule);
    }

    /** A window that slides may have shown less than is said, never so much more. */
    @ParameterizedTest
    @CsvSource({"1.28, AVERAGE-BANDWIDTH=\\d+, AVERAGE-BANDWIDTH=100000", "1.29, :BANDWIDTH=\\d+, :BANDWIDTH=100000"})
    void ratesOfLivePlaylists(String rule, String pattern, String replacement) {
        Conformance.Source rates = changed("master.m3u8", text -> text.replaceAll(pattern, replacement));
        Conformance.Source live = asked -> asked.endsWith("/media.m3u8")
                ? changed(asked, t -> t.replace("#EXT-X-PLAYLIST-TYPE:VOD", "#").replace("#EXT-X-ENDLIST", ""))
                        .find(asked)
                : rates.find(asked);
        assertThat(rules(Conformance.checkHls(live, "master.m3u8"))).contains(rule);
    }

    @Test
    void independentSegmentsAreSaidSomewhere() {
        Conformance.Source multivariant = changed("master.m3u8", t -> t.replace("#EXT-X-INDEPENDENT-SEGMENTS", "#"));
        Conformance.Source neither = asked -> asked.equals("v360/media.m3u8")
                ? changed(asked, t -> t.replace("#EXT-X-INDEPENDENT-SEGMENTS", "#"))
                        .find(asked)
                : multivariant.find(asked);
        assertThat(Conformance.checkHls(multivariant, "master.m3u8")).isEmpty();
        assertThat(rules(Conformance.checkHls(neither, "master.m3u8"))).contains("9.12");
    }

    /** The output with one byte string changed. */
    private static Conformance.Source patched(String path, Consumer<ByteBuffer> change) {
        Conformance.Source source = Conformance.folder(clean);
        return asked -> {
            Optional<ByteBuffer> bytes = source.find(asked);
            if (asked.equals(path)) {
                bytes.ifPresent(change);
            }
            return bytes;
        };
    }

    private static int find(ByteBuffer in, String fourcc) {
        for (int at = 0; at + 4 <= in.limit(); at++) {
            if (in.get(at) == fourcc.charAt(0)
                    && in.get(at + 1) == fourcc.charAt(1)
                    && in.get(at + 2) == fourcc.charAt(2)
                    && in.get(at + 3) == fourcc.charAt(3)) {
                return at;
            }
        }
        throw new AssertionError("no " + fourcc);
    }

    private static Set<String> patchedRules(String path, Consumer<ByteBuffer> change) {
        return rules(Conformance.checkHls(patched(path, change), "master.m3u8"));
    }

    @Test
    void rulesOfSegments() {
        assertThat(patchedRules("v360/1.m4s", b -> b.putLong(find(b, "tfdt") + 8, 7)))
                .contains("7.1", "7.3");
        assertThat(patchedRules("v360/1.m4s", b -> b.put(find(b, "mdat") + 8, (byte) 1)))
                .contains("7.4");
        assertThat(patchedRules("v360/1.m4s", b -> b.putInt(find(b, "moof") - 4, 12)))
                .contains("iso.boxes");
        assertThat(patchedRules("v360/1.m4s", b -> b.putInt(find(b, "trun") + 20, 12)))
                .contains("iso.trun");
        assertThat(patchedRules("v360/1.m4s", b -> b.putInt(find(b, "msdh"), 0).putInt(find(b, "msdh"), 0)))
                .contains("cmaf.brands");
        assertThat(patchedRules("v360/1.m4s", b -> b.putInt(find(b, "trun") + 16, 0x0101_0000)))
                .contains("cmaf.sync");
        assertThat(patchedRules(
                        "v360/init.mp4", b -> b.putInt(find(b, "cmfc"), 0).putInt(find(b, "cmf2"), 0)))
                .contains("cmaf.brands");
        assertThat(patchedRules("v360/0.m4s", b -> {
                    int at = find(b, "mdat") + 40;
                    b.putInt(at, 0x4741_3934).put(at + 4, (byte) 3);
                }))
                .contains("4.4");
    }

    @Test
    void rulesOfTransportStreams() {
        assertThat(tsRules("v360/1.ts", b -> b.put(188 * 3 + 3, (byte) (b.get(188 * 3 + 3) ^ 8))))
                .contains("7.2");
        assertThat(tsRules("v360/1.ts", b -> {
                    // stream type of the pictures in the program map table
                    for (int at = 188; at < 376; at++) {
                        if (b.get(at) == 0x1B && (b.getShort(at + 1) & 0x1FFF) == 0x100) {
                            b.put(at, (byte) 0x24);
                        }
                    }
                }))
                .isNotEmpty();
        Conformance.Source source = changed("v360/media-ts.m3u8", t -> t.replace("1.ts", "3.ts"));
        assertThat(rules(Conformance.checkHls(source, "master-ts.m3u8"))).contains("7.1");
    }

    private static Set<String> tsRules(String path, Consumer<ByteBuffer> change) {
        return rules(Conformance.checkHls(patched(path, change), "master-ts.m3u8"));
    }

    @Test
    void textSegments() {
        String playlist =
                "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXTINF:2,\n0.vtt\n#EXT-X-ENDLIST\n";
        Conformance.Source vtt =
                path -> text(path.equals("s.m3u8") ? playlist : "WEBVTT\n\n00:00.000 --> 00:01.000\nHi\n");
        assertThat(rules(Conformance.checkHls(vtt, "s.m3u8"))).containsExactly("5.3");
        Conformance.Source ttml =
                path -> text(path.equals("s.m3u8") ? playlist : "<tt xmlns=\"http://www.w3.org/ns/ttml\"/>");
        assertThat(rules(Conformance.checkHls(ttml, "s.m3u8"))).containsExactly("5.4");
    }

    private static Optional<ByteBuffer> text(String text) {
        return Optional.of(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dash.syntax | <Period | <Perio",
                "dash.files | \\$Number\\$.m4s | \\$Number\\$.mp4",
                "dash.codecs | codecs=\"[^\"]*\" | ''",
                "dash.timeline | d=\"25600\" | d=\"20000\"",
                "dash.bandwidth | bandwidth=\"\\d+\" | bandwidth=\"9000\""
            })
    void rulesOfAnMpd(String rule, String pattern, String replacement) {
        Conformance.Source source = changed("manifest.mpd", text -> text.replaceAll(pattern, replacement));
        assertThat(rules(Conformance.checkDash(source, "manifest.mpd"))).contains(rule);
    }

    @Test
    void aSegmentThatCannotBeReadIsNamedAndTheRestIsStillChecked() {
        Conformance.Source whole = Conformance.folder(clean);
        Conformance.Source source = path -> whole.find(path)
                .map(bytes -> path.equals("v360/1.m4s") ? bytes.slice(0, bytes.remaining() - 100) : bytes)
                .filter(bytes -> !path.equals("v360/2.m4s"));
        assertThat(Conformance.checkDash(source, "manifest.mpd"))
                .extracting(v -> v.rule() + " " + v.where())
                .contains("iso.boxes v360/1.m4s", "dash.files v360/2.m4s");
    }
}

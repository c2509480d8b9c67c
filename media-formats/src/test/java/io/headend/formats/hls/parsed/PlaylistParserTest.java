package io.headend.formats.hls.parsed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.PictureSize;
import io.headend.formats.hls.parsed.ParsedMedia.ByteRange;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlaylistParserTest {

    private static final String LIVE = """
            #EXTM3U
            #EXT-X-VERSION:9
            #EXT-X-DEFINE:NAME="host",VALUE="http://h"
            #EXT-X-TARGETDURATION:4
            #EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=1.0
            #EXT-X-PART-INF:PART-TARGET=0.33
            #EXT-X-MEDIA-SEQUENCE:266
            #EXT-X-DISCONTINUITY-SEQUENCE:3
            #EXT-X-PROGRAM-DATE-TIME:2019-02-14T02:13:36.106+0100
            #EXT-X-MAP:URI="init.mp4",BYTERANGE="720@0"
            #EXTINF:4.00008,title, with a comma
            {$host}/a.mp4
            #EXT-X-DISCONTINUITY
            #EXT-X-KEY:METHOD=AES-128,URI="k?a=1,2",IV=0x0123
            #EXT-X-BYTERANGE:1000@500
            #EXTINF:4
            b.mp4
            #EXT-X-BYTERANGE:200
            #EXT-X-GAP
            #EXTINF:3.5,
            b.mp4
            #EXT-X-KEY:METHOD=NONE
            #EXT-X-DATERANGE:ID="x",START-DATE="2019-02-14T02:13:36Z",SCTE35-OUT=0xFC30
            #EXT-X-PART:DURATION=0.33,URI="p0.mp4",INDEPENDENT=YES
            #EXT-X-PART:DURATION=0.33,URI="p1.mp4"
            #EXT-X-PRELOAD-HINT:TYPE=PART,URI="p2.mp4"
            #EXT-X-RENDITION-REPORT:URI="../1.m3u8",LAST-MSN=268
            """;

    private static ParsedMedia media(String text) {
        return (ParsedMedia) PlaylistParser.parse(text);
    }

    @Test
    void aLivePlaylistWithEverything() {
        ParsedMedia playlist = media(LIVE);
        assertThat(playlist.header()).isEqualTo(new ParsedMedia.Header(4, 266, 3, "", 0, false));
        assertThat(playlist.ended()).isFalse();
        List<ParsedSegment> segments = playlist.segments();
        assertThat(segments)
                .extracting(s -> s.place().mediaSequence(), s -> s.place().discontinuitySequence(), s -> s.uri())
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(266L, 3L, "http://h/a.mp4"),
                        org.assertj.core.groups.Tuple.tuple(267L, 4L, "b.mp4"),
                        org.assertj.core.groups.Tuple.tuple(268L, 4L, "b.mp4"));
        assertThat(segments.get(0).duration()).isEqualTo(Duration.ofNanos(4_000_080_000L));
        assertThat(segments.get(0).programDateTime()).isEqualTo(Instant.parse("2019-02-14T01:13:36.106Z"));
        assertThat(segments.get(0).form().map())
                .isEqualTo(new ParsedSegment.InitializationSection("init.mp4", new ByteRange(0, 720), List.of()));
        assertThat(segments.get(0).form().keys()).isEmpty();
        assertThat(segments.get(1).form().keys())
                .containsExactly(Map.of("METHOD", "AES-128", "URI", "k?a=1,2", "IV", "0x0123"));
        assertThat(segments.get(1).form().range()).isEqualTo(new ByteRange(500, 1000));
        assertThat(segments.get(2).form().range()).isEqualTo(new ByteRange(1500, 200));
        assertThat(segments.get(2).gap()).isTrue();
        assertThat(playlist.parts()).hasSize(2);
        assertThat(playlist.parts().get(0).independent()).isTrue();
        assertThat(playlist.dateRanges().get(0)).containsEntry("SCTE35-OUT", "0xFC30");
        assertThat(playlist.lowLatency()).isNotNull();
        assertThat(playlist.lowLatency().partTarget()).isEqualTo(Duration.ofMillis(330));
        assertThat(playlist.lowLatency().preloadHints().get(0)).containsEntry("URI", "p2.mp4");
    }

    @Test
    void aMultivariantPlaylist() {
        ParsedMultivariant playlist = (ParsedMultivariant) PlaylistParser.parse("""
                        \uFEFF#EXTM3U
                        #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="Deutsch",LANGUAGE="de",DEFAULT=YES,URI="de.m3u8"
                        #EXT-X-STREAM-INF:BANDWIDTH=1280000,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=1280x720,FRAME-RATE=29.97,AUDIO="a"
                        low.m3u8
                        #EXT-X-STREAM-INF:BANDWIDTH=65000

                        # a comment in between
                        audio.m3u8
                        #EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=86000,URI="i.m3u8"
                        """);
        assertThat(playlist.variants()).hasSize(2);
        ParsedMultivariant.Variant low = playlist.variants().get(0);
        assertThat(low.resolution()).isEqualTo(new PictureSize(1280, 720));
        assertThat(low.bandwidth()).isEqualTo(1_280_000);
        assertThat(low.frameRate()).isEqualByComparingTo("29.97");
        assertThat(low.group("AUDIO")).isEqualTo("a");
        assertThat(playlist.variants().get(1).uri()).isEqualTo("audio.m3u8");
        assertThat(playlist.renditions().get(0).language()).isEqualTo("de");
        assertThat(playlist.renditions().get(0).isDefault()).isTrue();
        assertThat(playlist.iframes()).hasSize(1);
    }

    @Test
    void variablesAreImported() {
        String text = """
                #EXTM3U
                #EXT-X-DEFINE:IMPORT="cdn"
                #EXT-X-DEFINE:QUERYPARAM="token"
                #EXT-X-TARGETDURATION:2
                #EXTINF:2,
                {$cdn}/1.ts?t={$token}
                #EXT-X-ENDLIST
                """;
        ParsedMedia playlist =
                (ParsedMedia) PlaylistParser.parse(text, Map.of("cdn", "http://c"), Map.of("token", "7"));
        assertThat(playlist.segments().get(0).uri()).isEqualTo("http://c/1.ts?t=7");
        assertThat(playlist.ended()).isTrue();
        assertThatThrownBy(() -> PlaylistParser.parse(text))
                .hasMessageContaining("line 2")
                .hasMessageContaining("cdn");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|empty",
                "hello|begins with #EXTM3U",
                "#EXTM3U|TARGETDURATION",
                "#EXTM3U~#EXT-X-TARGETDURATION:x|line 2",
                "#EXTM3U~#EXT-X-TARGETDURATION:1e9|not a number",
                "#EXTM3U~#EXT-X-TARGETDURATION:2~#EXTINF:-1,~a|out of range",
                "#EXTM3U~#EXT-X-TARGETDURATION:2~#EXTINF:99999999999999,~a|out of range",
                "#EXTM3U~#EXT-X-TARGETDURATION:2~a.ts|no EXTINF",
                "#EXTM3U~#EXT-X-TARGETDURATION:2~#EXT-X-BYTERANGE:0~#EXTINF:1,~a|no bytes",
                "#EXTM3U~#EXT-X-TARGETDURATION:2~#EXT-X-MEDIA-SEQUENCE:-7|out of range",
                "#EXTM3U~#EXT-X-TARGETDURATION:2~#EXT-X-MAP:BYTERANGE=\"1@1\"|no URI",
                "#EXTM3U~#EXT-X-KEY:METHOD=AES-128,URI=\"x|not closed",
                "#EXTM3U~#EXT-X-STREAM-INF:BANDWIDTH=1~a~#EXTINF:1,~b|both",
                "#EXTM3U~#EXT-X-MEDIA:TYPE=AUDIO|GROUP-ID",
                "#EXTM3U~#EXTINF:{$x},|not defined",
            })
    void whatCannotBeUnderstoodIsRefused(String text, String says) {
        assertThatThrownBy(() -> PlaylistParser.parse(text.replace('~', '\n')))
                .isInstanceOfSatisfying(
                        MediaException.class, e -> assertThat(e.code()).isEqualTo(MediaErrorCode.MALFORMED))
                .hasMessageContaining(says);
    }

    @Test
    void sizesAreBounded() {
        String line = "#EXTINF:1,\na\n";
        assertThatThrownBy(() -> PlaylistParser.parse("#EXTM3U\n#EXT-X-TARGETDURATION:1\n" + line.repeat(100_001)))
                .hasMessageContaining("segments");
        assertThatThrownBy(() -> PlaylistParser.parse("#EXTM3U\n" + "a".repeat(20_000)))
                .hasMessageContaining("characters");
        StringBuilder bomb =
                new StringBuilder("#EXTM3U\n#EXT-X-DEFINE:NAME=\"v\",VALUE=\"" + "a".repeat(8_000) + "\"\n");
        bomb.append("#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n").append("{$v}".repeat(3_000));
        assertThatThrownBy(() -> PlaylistParser.parse(bomb.toString())).hasMessageContaining("variables");
    }

    @Property(tries = 2_000)
    void damagedPlaylistsAreReadOrRefused(@ForAll long seed, @ForAll @IntRange(min = 1, max = 20) int edits) {
        Random random = new Random(seed);
        List<String> lines = new ArrayList<>(LIVE.lines().toList());
        for (int i = 0; i < edits; i++) {
            int at = random.nextInt(lines.size());
            switch (random.nextInt(4)) {
                case 0 -> Collections.swap(lines, at, random.nextInt(lines.size()));
                case 1 -> lines.add(lines.get(at));
                case 2 -> {
                    StringBuilder damaged = new StringBuilder(lines.get(at));
                    if (!damaged.isEmpty()) {
                        damaged.setCharAt(random.nextInt(damaged.length()), (char) random.nextInt(0x180));
                    }
                    lines.set(at, damaged.toString());
                }
                default ->
                    lines.set(
                            at,
                            lines.get(at)
                                    .substring(0, random.nextInt(lines.get(at).length() + 1)));
            }
        }
        try {
            ParsedPlaylist playlist = PlaylistParser.parse(String.join("\n", lines));
            assertThat(playlist).isNotNull();
        } catch (MediaException e) {
            assertThat(e.code()).isEqualTo(MediaErrorCode.MALFORMED);
        }
    }

    @Property(tries = 1_000)
    void anyTextIsReadOrRefused(@ForAll String text) {
        for (String start : List.of("", "#EXTM3U\n", "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:")) {
            try {
                PlaylistParser.parse(start + text);
            } catch (MediaException e) {
                assertThat(e.code()).isEqualTo(MediaErrorCode.MALFORMED);
            }
        }
    }
}

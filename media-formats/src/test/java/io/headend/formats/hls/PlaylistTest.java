package io.headend.formats.hls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.CodecString;
import io.headend.core.PictureSize;
import io.headend.core.Rational;
import io.headend.formats.hls.MediaSegment.Flag;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlaylistTest {

    private static MediaSegment segment(String uri, String map, Flag... flags) {
        MediaSegment.Builder segment = MediaSegment.builder(uri, Duration.ofMillis(2002));
        for (Flag flag : flags) {
            segment.flag(flag);
        }
        return (map == null ? segment : segment.map(map)).build();
    }

    @Test
    void aLivePlaylistWithEverything() {
        Key key = new Key("SAMPLE-AES", "skd://x", "com.apple.streamingkeydelivery", "1", "", "");
        MediaPlaylist playlist = MediaPlaylist.builder(2)
                .sequence(7, 1)
                .serverControl(
                        new ServerControl(true, Duration.ofSeconds(6), Duration.ofMillis(600), Duration.ofSeconds(12)))
                .segment(MediaSegment.builder("7.m4s", Duration.ofNanos(2_002_000_400))
                        .programDateTime(Instant.parse("2026-11-22T12:00:00.0005Z"))
                        .map("init.mp4")
                        .build())
                .segment(MediaSegment.builder("8.m4s", Duration.ofSeconds(2))
                        .map("init.mp4")
                        .keys(List.of(key))
                        .build())
                .segment(segment("9.m4s", "init.mp4", Flag.GAP))
                .segment(segment("10.m4s", "init-10.mp4", Flag.DISCONTINUITY))
                .build();
        assertThat(playlist.toText()).isEqualTo("""
                        #EXTM3U
                        #EXT-X-VERSION:8
                        #EXT-X-TARGETDURATION:2
                        #EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=12,HOLD-BACK=6,PART-HOLD-BACK=0.6
                        #EXT-X-INDEPENDENT-SEGMENTS
                        #EXT-X-MEDIA-SEQUENCE:7
                        #EXT-X-DISCONTINUITY-SEQUENCE:1
                        #EXT-X-MAP:URI="init.mp4"
                        #EXT-X-PROGRAM-DATE-TIME:2026-11-22T12:00:00.001Z
                        #EXTINF:2.002000,
                        7.m4s
                        #EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://x",KEYFORMAT="com.apple.streamingkeydelivery",KEYFORMATVERSIONS="1"
                        #EXTINF:2.000000,
                        8.m4s
                        #EXT-X-KEY:METHOD=NONE
                        #EXT-X-GAP
                        #EXTINF:2.002000,
                        9.m4s
                        #EXT-X-DISCONTINUITY
                        #EXT-X-MAP:URI="init-10.mp4"
                        #EXTINF:2.002000,
                        10.m4s
                        """);
    }

    private static String ending(MediaPlaylist.Type type, long first) {
        return MediaPlaylist.builder(2)
                .sequence(first, 0)
                .type(type)
                .segment(segment("0.ts", null))
                .build()
                .toText();
    }

    @Test
    void playlistsThatEnd() {
        assertThat(ending(MediaPlaylist.Type.VOD, 0))
                .contains("#EXT-X-VERSION:3\n", "#EXT-X-PLAYLIST-TYPE:VOD\n")
                .endsWith("#EXT-X-ENDLIST\n");
        assertThat(ending(MediaPlaylist.Type.ENDED, 5))
                .doesNotContain("PLAYLIST-TYPE")
                .endsWith("#EXT-X-ENDLIST\n");
        assertThat(ending(MediaPlaylist.Type.EVENT, 5))
                .contains("#EXT-X-PLAYLIST-TYPE:EVENT\n")
                .doesNotContain("ENDLIST");
    }

    @Test
    void aLowLatencyPlaylist() {
        MediaPlaylist playlist = MediaPlaylist.builder(2)
                .sequence(7, 3)
                .serverControl(
                        new ServerControl(true, Duration.ofSeconds(6), Duration.ofMillis(600), Duration.ofSeconds(12)))
                .partTarget(Duration.ofMillis(200))
                .skipped(4)
                .dateRange(new DateRange(
                        "9",
                        null,
                        Instant.parse("2026-11-22T12:00:00Z"),
                        null,
                        Duration.ofSeconds(30),
                        Map.of("SCTE35-OUT", "0xFC")))
                .segment(MediaSegment.builder("11.m4s", Duration.ofMillis(400))
                        .map("init.mp4")
                        .part(new PartialSegment("11.0.m4s", Duration.ofMillis(200), true, false))
                        .part(new PartialSegment("11.1.m4s", Duration.ofMillis(200), false, false))
                        .build())
                .segment(MediaSegment.growing()
                        .map("init.mp4")
                        .cueOut(Duration.ofSeconds(30))
                        .part(new PartialSegment("12.0.m4s", Duration.ofMillis(200), true, true))
                        .build())
                .hint(new PreloadHint("PART", "12.1.m4s"))
                .report(new RenditionReport("../a/media.m3u8", 12, 0))
                .report(new RenditionReport("../b/media.m3u8", 11, -1))
                .build();
        assertThat(playlist.toText()).isEqualTo("""
                        #EXTM3U
                        #EXT-X-VERSION:9
                        #EXT-X-TARGETDURATION:2
                        #EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=12,HOLD-BACK=6,PART-HOLD-BACK=0.6
                        #EXT-X-PART-INF:PART-TARGET=0.2
                        #EXT-X-INDEPENDENT-SEGMENTS
                        #EXT-X-MEDIA-SEQUENCE:7
                        #EXT-X-DISCONTINUITY-SEQUENCE:3
                        #EXT-X-SKIP:SKIPPED-SEGMENTS=4
                        #EXT-X-DATERANGE:ID="9",START-DATE="2026-11-22T12:00:00.000Z",PLANNED-DURATION=30,SCTE35-OUT=0xFC
                        #EXT-X-MAP:URI="init.mp4"
                        #EXT-X-PART:DURATION=0.2,URI="11.0.m4s",INDEPENDENT=YES
                        #EXT-X-PART:DURATION=0.2,URI="11.1.m4s"
                        #EXTINF:0.400000,
                        11.m4s
                        #EXT-X-CUE-OUT:DURATION=30
                        #EXT-X-PART:DURATION=0.2,URI="12.0.m4s",INDEPENDENT=YES,GAP=YES
                        #EXT-X-PRELOAD-HINT:TYPE=PART,URI="12.1.m4s"
                        #EXT-X-RENDITION-REPORT:URI="../a/media.m3u8",LAST-MSN=12,LAST-PART=0
                        #EXT-X-RENDITION-REPORT:URI="../b/media.m3u8",LAST-MSN=11
                        """);
        assertThatThrownBy(() -> MediaPlaylist.builder(2)
                        .partTarget(Duration.ofMillis(100))
                        .segment(playlist.segments().get(0))
                        .build())
                .hasMessageContaining("11.0.m4s");
    }

    @Test
    void anIFramePlaylistSaysWhereThePicturesAre() {
        String text = MediaPlaylist.builder(2)
                .type(MediaPlaylist.Type.VOD)
                .iframesOnly()
                .segment(MediaSegment.builder("0.m4s", Duration.ofSeconds(2))
                        .map("init.mp4")
                        .byteRange(new ByteRange(812, 24))
                        .build())
                .build()
                .toText();
        assertThat(text).contains("#EXT-X-I-FRAMES-ONLY\n", "#EXT-X-BYTERANGE:812@24\n0.m4s\n");
        assertThatThrownBy(() -> new ByteRange(0, 3)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theTargetDurationIsKept() {
        assertThat(MediaPlaylist.round(Duration.ofMillis(2499))).isEqualTo(2);
        assertThat(MediaPlaylist.round(Duration.ofMillis(2500))).isEqualTo(3);
        assertThatThrownBy(() ->
                        MediaPlaylist.builder(1).segment(segment("0.m4s", null)).build())
                .hasMessageContaining("0.m4s");
        assertThatThrownBy(() -> MediaPlaylist.builder(0).build()).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void nothingBreaksOutOfALine() {
        assertThatThrownBy(() -> segment("a\n#EXT-X-ENDLIST", null)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> segment("#x", null)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Attributes().quoted("NAME", "a\"b")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aMultivariantPlaylist() {
        List<CodecString> codecs =
                List.of(new CodecString("avc1.64001F"), new CodecString("mp4a.40.2"), new CodecString("mp4a.40.2"));
        VariantStream.Bandwidth bandwidth = new VariantStream.Bandwidth(3_000_000, 2_500_000);
        VariantStream.Picture picture =
                new VariantStream.Picture(new PictureSize(1280, 720), Rational.of(30_000, 1001), "");
        MediaRendition english = MediaRendition.builder("AUDIO", "a", "English")
                .language("en")
                .channels("2")
                .choice(true, true)
                .uri("a/media.m3u8")
                .build();
        MediaRendition captions = MediaRendition.builder("CLOSED-CAPTIONS", "cc", "CC")
                .instreamId("CC1")
                .build();
        MultivariantPlaylist everything = new MultivariantPlaylist(
                List.of(Define.queryParameter("token")),
                List.of(captions),
                List.of(new VariantStream(
                        "v/media.m3u8?token={$token}",
                        bandwidth,
                        codecs,
                        new VariantStream.Picture(picture.resolution(), null, "PQ"),
                        new VariantStream.Groups(null, "s", "cc"))),
                List.of(new VariantStream("v/iframes.m3u8", bandwidth, codecs, picture, VariantStream.Groups.NONE)));
        assertThat(everything.toText()).isEqualTo("""
                        #EXTM3U
                        #EXT-X-VERSION:11
                        #EXT-X-INDEPENDENT-SEGMENTS
                        #EXT-X-DEFINE:QUERYPARAM="token"
                        #EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="cc",NAME="CC",DEFAULT=NO,AUTOSELECT=NO,INSTREAM-ID="CC1"
                        #EXT-X-STREAM-INF:BANDWIDTH=3000000,AVERAGE-BANDWIDTH=2500000,CODECS="avc1.64001F,mp4a.40.2",RESOLUTION=1280x720,VIDEO-RANGE=PQ,SUBTITLES="s",CLOSED-CAPTIONS="cc"
                        v/media.m3u8?token={$token}
                        #EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=3000000,AVERAGE-BANDWIDTH=2500000,CODECS="avc1.64001F,mp4a.40.2",RESOLUTION=1280x720,URI="v/iframes.m3u8"
                        """);
        MultivariantPlaylist playlist = new MultivariantPlaylist(
                List.of(english),
                List.of(new VariantStream(
                        "v/media.m3u8", bandwidth, codecs, picture, new VariantStream.Groups("a", null, null))));
        assertThat(playlist.toText()).isEqualTo("""
                        #EXTM3U
                        #EXT-X-VERSION:6
                        #EXT-X-INDEPENDENT-SEGMENTS
                        #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="English",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",URI="a/media.m3u8"
                        #EXT-X-STREAM-INF:BANDWIDTH=3000000,AVERAGE-BANDWIDTH=2500000,CODECS="avc1.64001F,mp4a.40.2",RESOLUTION=1280x720,FRAME-RATE=29.970,AUDIO="a",CLOSED-CAPTIONS=NONE
                        v/media.m3u8
                        """);
    }
}

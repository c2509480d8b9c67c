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
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlaylistTest {

    private static MediaSegment segment(String uri, String map, Flag... flags) {
        return new MediaSegment(uri, Duration.ofMillis(2002), Set.of(flags), null, map, List.of());
    }

    @Test
    void aLivePlaylistWithEverything() {
        Key key = new Key("SAMPLE-AES", "skd://x", "com.apple.streamingkeydelivery", "1", "", "");
        MediaPlaylist playlist = new MediaPlaylist(
                2,
                7,
                1,
                MediaPlaylist.Type.LIVE,
                new ServerControl(true, Duration.ofSeconds(6), Duration.ofMillis(600), Duration.ofSeconds(12)),
                List.of(
                        new MediaSegment(
                                "7.m4s",
                                Duration.ofNanos(2_002_000_400),
                                Set.of(),
                                Instant.parse("2026-11-22T12:00:00.0005Z"),
                                "init.mp4",
                                List.of()),
                        new MediaSegment("8.m4s", Duration.ofSeconds(2), Set.of(), null, "init.mp4", List.of(key)),
                        segment("9.m4s", "init.mp4", Flag.GAP),
                        segment("10.m4s", "init-10.mp4", Flag.DISCONTINUITY)));
        assertThat(playlist.toText()).isEqualTo("""
                        #EXTM3U
                        #EXT-X-VERSION:6
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

    @Test
    void playlistsThatEnd() {
        List<MediaSegment> segments = List.of(segment("0.ts", null));
        String whole = new MediaPlaylist(2, 0, 0, MediaPlaylist.Type.VOD, null, segments).toText();
        assertThat(whole)
                .contains("#EXT-X-VERSION:3\n", "#EXT-X-PLAYLIST-TYPE:VOD\n")
                .endsWith("#EXT-X-ENDLIST\n");
        String ended = new MediaPlaylist(2, 5, 0, MediaPlaylist.Type.ENDED, null, segments).toText();
        assertThat(ended).doesNotContain("PLAYLIST-TYPE").endsWith("#EXT-X-ENDLIST\n");
        String event = new MediaPlaylist(2, 5, 0, MediaPlaylist.Type.EVENT, null, segments).toText();
        assertThat(event).contains("#EXT-X-PLAYLIST-TYPE:EVENT\n").doesNotContain("ENDLIST");
    }

    @Test
    void theTargetDurationIsKept() {
        assertThat(MediaPlaylist.round(Duration.ofMillis(2499))).isEqualTo(2);
        assertThat(MediaPlaylist.round(Duration.ofMillis(2500))).isEqualTo(3);
        assertThatThrownBy(() ->
                        new MediaPlaylist(1, 0, 0, MediaPlaylist.Type.LIVE, null, List.of(segment("0.m4s", null))))
                .hasMessageContaining("0.m4s");
        assertThatThrownBy(() -> new MediaPlaylist(0, 0, 0, MediaPlaylist.Type.LIVE, null, List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void nothingBreaksOutOfALine() {
        assertThatThrownBy(() -> segment("a\n#EXT-X-ENDLIST", null)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> segment("#x", null)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Attributes().quoted("NAME", "a\"b")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aMultivariantPlaylist() {
        MultivariantPlaylist playlist = new MultivariantPlaylist(
                List.of(new MediaRendition(
                        "AUDIO", "a", "English", "en", "2", new MediaRendition.Choice("a/media.m3u8", true, true))),
                List.of(new VariantStream(
                        "v/media.m3u8",
                        new VariantStream.Bandwidth(3_000_000, 2_500_000),
                        List.of(
                                new CodecString("avc1.64001F"),
                                new CodecString("mp4a.40.2"),
                                new CodecString("mp4a.40.2")),
                        new PictureSize(1280, 720),
                        Rational.of(30_000, 1001),
                        "a")));
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

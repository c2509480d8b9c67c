package io.headend.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InputSpecTest {

    @ParameterizedTest
    @CsvSource({
        "clip.mp4, clip.mp4",
        "/srv/a b.mp4, /srv/a b.mp4",
        "file:clip.mp4, clip.mp4",
        "file:///srv/a%20b.mp4, /srv/a b.mp4",
        "C:clip.mp4, C:clip.mp4",
        "take:2.mp4, take:2.mp4",
    })
    void pathsAreFiles(String text, String path) {
        assertThat(InputSpec.parse(text)).isEqualTo(new FileInput(Path.of(path), Playback.ONCE));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tcp://127.0.0.1:9000?listen",
            })
    void addressesOfStreamsAreLive(String text) {
        assertThat(InputSpec.parse(text)).isEqualTo(new LiveInput(text, Map.of()));
    }

    @Test
    void srtAddresses() {
        assertThat(InputSpec.parse("srt://h:9000?latency=200&passphrase=abcdefghij&streamid=live%2Fa&pbkeylen=32"))
                .isEqualTo(new Srt(
                        "h",
                        9000,
                        Srt.Mode.CALLER,
                        Duration.ofMillis(200),
                        new Srt.Access("live/a", "abcdefghij", 32)));
        assertThat(InputSpec.parse("srt://:9000"))
                .isEqualTo(new Srt("0.0.0.0", 9000, Srt.Mode.LISTENER, Duration.ofMillis(120), Srt.Access.OPEN));
        assertThat(InputSpec.parse("srt://[::1]:9000?mode=listener").url()).isEqualTo("srt://[::1]:9000?mode=listener");
        assertThat(InputSpec.parse("srt://h:9000?passphrase=abcdefghij").toString())
                .doesNotContain("abcdefghij");
    }

    @Test
    void rtspAddresses() {
        assertThat(InputSpec.parse("rtsp://u:p@h/s")).isEqualTo(new Rtsp("rtsp://u:p@h/s", Rtsp.Transport.TCP));
        assertThat(InputSpec.parse("rtsp://u:p@h/s").toString()).doesNotContain("u:p");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://h/live/a.m3u8", "https://h/a.M3U8?token=1", "file:///srv/a.m3u8"})
    void playlistsAreHls(String text) {
        assertThat(InputSpec.parse(text)).isEqualTo(Hls.of(URI.create(text)));
        assertThat(InputSpec.parse(text).toString()).doesNotContain("token=1");
    }

    @Test
    void rtmpIsPulledOrAwaited() {
        assertThat(InputSpec.parse("RTMP://h/app/stream?token=1"))
                .isEqualTo(new RtmpPull("RTMP://h/app/stream?token=1"));
        assertThat(InputSpec.parse("rtmp-listen://[::1]:1935/live/room/a?txKey=k"))
                .isInstanceOfSatisfying(RtmpPush.class, push -> {
                    assertThat(push.host()).isEqualTo("::1");
                    assertThat(push.port()).isEqualTo(1935);
                    assertThat(push.stream().app()).isEqualTo("live/room");
                    assertThat(push.signingKey()).isEqualTo("k");
                });
    }

    @Test
    void httpFilesAreRecordings() {
        assertThat(InputSpec.parse("http://h:8080/a.mp4"))
                .isEqualTo(new HttpInput(URI.create("http://h:8080/a.mp4"), Playback.ONCE));
        HttpInput looped = new HttpInput(
                URI.create("http://h/a.mp4"), Playback.ONCE.withLoop(true).withRealTime(true));
        assertThat(looped.playback()).isEqualTo(new Playback(true, true));
    }

    @ParameterizedTest
    @CsvSource({
        "'', INVALID_ARGUMENT, empty",
        "'  ', INVALID_ARGUMENT, empty",
        "gopher://h/x, INVALID_ARGUMENT, unknown scheme 'gopher'",
        "http:///a.mp4, INVALID_ARGUMENT, host",
        "http://a b/x, INVALID_ARGUMENT, not a URL",
        "udp://239.1.1.1, INVALID_ARGUMENT, port",
        "udp://239.1.1.1:0, INVALID_ARGUMENT, port",
        "udp://239.1.1.1:70000, INVALID_ARGUMENT, port",
        "srt://, INVALID_ARGUMENT, port",
        "srt://h:9000?mode=rendezvous, INVALID_ARGUMENT, 'caller, listener'",
        "srt://h:9000?colour=red, INVALID_ARGUMENT, no parameter 'colour'",
        "srt://h:9000?latency=1&latency=2, INVALID_ARGUMENT, twice",
        "srt://h:9000?latency=soon, INVALID_ARGUMENT, whole number",
        "srt://h:9000?passphrase=short, INVALID_ARGUMENT, 10 to 79",
        "rtsp:/stream, INVALID_ARGUMENT, host",
        "file://server/x.mp4, INVALID_ARGUMENT, local file",
        "rtmp-listen://0.0.0.0:1935/app, INVALID_ARGUMENT, app/name",
        "rtmp-listen://0.0.0.0/app/name, INVALID_ARGUMENT, port",
        "rtmp://h/app, INVALID_ARGUMENT, app/stream",
        "test:, UNSUPPORTED, media-testkit",
    })
    void wrongInputsSayWhatToDo(String text, MediaErrorCode code, String says) {
        assertThatThrownBy(() -> InputSpec.parse(text))
                .isInstanceOfSatisfying(
                        MediaException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(says);
    }

    @Property(tries = 500)
    void anyTextIsASpecOrOneClearError(@ForAll String text) {
        try {
            assertThat(InputSpec.parse(text)).isNotNull();
        } catch (MediaException e) {
            assertThat(e).hasMessageMatching("(?s).{10,}");
        }
    }
}

package io.headend.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.EpochGrid;
import io.headend.core.MediaException;
import io.headend.core.Rational;
import io.headend.core.TrackInfo;
import io.headend.core.http.Headers;
import io.headend.core.http.MediaBody;
import io.headend.core.http.MediaRequest;
import io.headend.core.http.MediaResponse;
import io.headend.testkit.FakeClock;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.zip.GZIPInputStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** How manifests travel: compressed or not, for how long, and what strangers may ask. */
class ManifestDeliveryTest {

    private static final EpochGrid GRID = new EpochGrid(Rational.of(25, 1), 50, 1);
    private static final int MAX = 1 << 20;
    private static final String[] MANIFESTS = {"master.m3u8", "manifest.mpd", "v/media.m3u8", "v/iframes.m3u8"};

    private static final HeapSegmentStore store = HeapSegmentStore.builder().build();
    private static final Packager packager = fill();
    private static final Origin origin = origin(Origin.builder());

    private static Packager fill() {
        Packager packager = Packager.builder(store)
                .policy(SegmentationPolicy.live(GRID))
                .rendition("v")
                .rendition("a")
                .window(Duration.ofSeconds(60))
                .timeShift(Duration.ofMinutes(2))
                .build();
        Synthetic video = Synthetic.video(GRID);
        packager.sink("v").accept(new TrackInfo(video.track()));
        packager.sink("a").accept(new TrackInfo(Synthetic.audio().track()));
        video.samples(packager.sink("v"), 1000, 2001);
        Synthetic.audio().samples(packager.sink("a"), 1875, 3760);
        return packager;
    }

    private static Origin origin(Origin.Builder builder) {
        Origin origin = builder.clock(FakeClock.at("1970-01-01T00:02:01Z"))
                .patience(Duration.ofMillis(50))
                .build();
        origin.add("c", store.reader());
        return origin;
    }

    @AfterAll
    @AfterContainer
    static void close() {
        packager.close();
    }

    private static MediaResponse get(Origin from, String path, String... fields) {
        int mark = path.indexOf('?');
        String bare = mark < 0 ? path : path.substring(0, mark);
        String query = mark < 0 ? "" : path.substring(mark + 1);
        return from.handle(new MediaRequest("GET", "/c/" + bare, query, Headers.of(fields), MediaBody.empty()))
                .toCompletableFuture()
                .join();
    }

    private static byte[] bytes(MediaResponse response) {
        return response.body().collect(MAX).toCompletableFuture().join();
    }

    @Test
    void manifestsAreCompressedOncePerVersionForWhoTakesThat() throws Exception {
        for (String path : MANIFESTS) {
            MediaResponse plain = get(origin, path);
            MediaResponse small = get(origin, path, "Accept-Encoding", "br, gzip;q=0.8");
            assertThat(plain.headers().first("Vary")).hasValue("Accept-Encoding");
            assertThat(small.headers().first("Vary")).hasValue("Accept-Encoding");
            assertThat(plain.headers().first("Content-Encoding")).isEmpty();
            assertThat(small.headers().first("Content-Encoding")).hasValue("gzip");
            assertThat(small.headers().first("ETag"))
                    .isNotEqualTo(plain.headers().first("ETag"));
            assertThat(new GZIPInputStream(new ByteArrayInputStream(bytes(small))).readAllBytes())
                    .isEqualTo(bytes(plain));
            assertThat(get(origin, path, "Accept-Encoding", "gzip").body())
                    .as("made once")
                    .isSameAs(small.body());
            assertThat(get(
                                    origin,
                                    path,
                                    "Accept-Encoding",
                                    "gzip",
                                    "If-None-Match",
                                    small.headers().first("ETag").orElseThrow())
                            .status())
                    .isEqualTo(304);
        }
        assertThat(bytes(get(origin, "v/media.m3u8", "Accept-Encoding", "gzip")).length)
                .as("a minute of two-second segments")
                .isLessThan(bytes(get(origin, "v/media.m3u8")).length / 3);
        assertThat(get(origin, "v/50.m4s", "Accept-Encoding", "gzip").headers().first("Content-Encoding"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "gzip, true",
        "GZIP, true",
        "'deflate, gzip', true",
        "*, true",
        "x-gzip, true",
        "gzip;q=0.001, true",
        "gzip;q=0, false",
        "gzip ; q=0.000, false",
        "'*, gzip;q=0', false",
        "'gzip;q=0, *', false",
        "*;q=0, false",
        "identity, false",
        "br, false",
        "'', false",
        "',,;;', false"
    })
    void acceptEncodingIsReadAsItIsMeant(String field, boolean takes) {
        assertThat(Headers.of("Accept-Encoding", field).takesGzip()).isEqualTo(takes);
    }

    @Test
    void cachesAreToldWhatTheHostWants() {
        Origin told = origin(Origin.builder()
                .cacheControl("m3u8", "public, max-age=3, s-maxage=1")
                .cacheControl("mpd", "no-cache")
                .cacheControl("m4s", "public, max-age=1800")
                .cacheControl("mp4", "max-age=60"));
        assertThat(get(told, "v/media.m3u8").headers().first("Cache-Control"))
                .hasValue("public, max-age=3, s-maxage=1");
        assertThat(get(told, "master.m3u8?begin=60").headers().first("Cache-Control"))
                .hasValue("public, max-age=3, s-maxage=1");
        assertThat(get(told, "manifest.mpd").headers().first("Cache-Control")).hasValue("no-cache");
        assertThat(get(told, "v/50.m4s").headers().first("Cache-Control")).hasValue("public, max-age=1800");
        assertThat(get(told, "v/init.mp4").headers().first("Cache-Control")).hasValue("max-age=60");
        assertThat(get(told, "v/9.m4s").headers().first("Cache-Control")).hasValue("no-store");
        assertThat(get(told, "master.m3u8?begin=x").headers().first("Cache-Control"))
                .hasValue("no-store");
        assertThat(get(origin, "v/50.m4s").headers().first("Cache-Control"))
                .hasValueSatisfying(v -> assertThat(v).contains("immutable"));
        Origin.Builder builder = Origin.builder();
        assertThatThrownBy(() -> builder.cacheControl("html", "no-store")).isInstanceOf(MediaException.class);
        assertThatThrownBy(() -> builder.cacheControl("m3u8", "a\r\nb")).isInstanceOf(MediaException.class);
        assertThatThrownBy(() -> builder.cacheControl("m3u8", "")).isInstanceOf(MediaException.class);
    }

    @ParameterizedTest
    @EnumSource(ChannelFault.class)
    void everyFaultCanBeAnswered(ChannelFault fault) {
        for (int status : new int[] {404, 503}) {
            Origin failing = origin(Origin.builder().answer(fault, status));
            failing.fault("c", fault, true);
            for (String path : MANIFESTS) {
                MediaResponse answer = get(failing, path);
                assertThat(answer.status()).as(path).isEqualTo(status);
                assertThat(answer.headers().first("Cache-Control")).hasValue("public, max-age=1");
                assertThat(new String(bytes(answer), StandardCharsets.UTF_8)).contains(fault.name());
            }
            assertThat(get(failing, "v/50.m4s").status()).isEqualTo(200);
            failing.fault("c", fault, false);
            // the channel of this test stands still since 120 s, one second ago: it is not stale yet
            assertThat(get(failing, "master.m3u8").status()).isEqualTo(200);
        }
        Origin.Builder builder = Origin.builder();
        assertThatThrownBy(() -> builder.answer(fault, 500)).isInstanceOf(MediaException.class);
    }

    @Provide
    Arbitrary<String> queries() {
        Arbitrary<String> names = Arbitraries.of(
                "begin",
                "end",
                "delay",
                "filter",
                "_HLS_msn",
                "_HLS_part",
                "_HLS_skip",
                "x",
                "",
                "%",
                "%00",
                "beg%69n");
        Arbitrary<String> values = Arbitraries.oneOf(
                Arbitraries.of(
                        "",
                        "0",
                        "-1",
                        "60",
                        "61.5",
                        "119",
                        "1970-01-01T00:01:00Z",
                        "1970-01-01T00:01:00",
                        "-1000000000-01-01T00:00:00Z",
                        "%2B1000000000-12-31T23:59:59Z",
                        "99999999999",
                        "YES",
                        "v2",
                        "1e3",
                        "999999999999999999999",
                        "2199-12-31T23:59:59.999999999Z"),
                Arbitraries.of(
                        "video_height:1-720",
                        "video_height:720;audio_language:en",
                        "video_codec:avc1,hvc1;audio_channels:2",
                        "video_bitrate:0-9999999999;video_framerate:25",
                        "audio_language:",
                        "video_height:720-1",
                        ";;",
                        "video_height:%31"),
                Arbitraries.strings().ascii().ofMaxLength(12).map(v -> v.replaceAll("[&#?]", "")));
        Arbitrary<String> pairs =
                net.jqwik.api.Combinators.combine(names, values).as((name, value) -> name + "=" + value);
        return pairs.list().ofMaxSize(4).map(all -> String.join("&", all));
    }

    /** Whatever is asked: an answer at once, and where it is an error, one sentence that says why. */
    @Property(tries = 1000)
    void everyQueryHasAnAnswer(@ForAll("queries") String query) {
        for (String path : MANIFESTS) {
            MediaResponse answer = get(origin, path + "?" + query);
            assertThat(answer.status()).as(path + "?" + query).isIn(200, 400, 404, 503);
            if (answer.status() != 200) {
                String text = new String(bytes(answer), StandardCharsets.UTF_8);
                assertThat(text.lines()).as(text).hasSize(1);
                assertThat(text).endsWith(".\n");
                assertThat(text.length()).isLessThan(300);
            } else {
                assertThat(bytes(answer)).isNotEmpty();
            }
        }
    }

    /** What is asked for is what is given: no segment before the one of begin, none behind the one of end, in order. */
    @Property(tries = 500)
    void timeShiftGivesWhatItSays(@ForAll int from, @ForAll int length) {
        long begin = 30 + Math.floorMod(from, 100);
        long end = begin + 1 + Math.floorMod(length, 60);
        MediaResponse answer = get(origin, "v/media.m3u8?begin=" + begin + "&end=" + end);
        if (answer.status() == 404) {
            assertThat(end <= 40 || begin >= 120).isTrue();
            return;
        }
        assertThat(answer.status()).isEqualTo(200);
        String playlist = new String(bytes(answer), StandardCharsets.UTF_8);
        long[] numbers = playlist.lines()
                .filter(line -> line.endsWith(".m4s"))
                .mapToLong(line -> Long.parseLong(line.substring(0, line.length() - 4)))
                .toArray();
        assertThat(numbers[0]).isEqualTo(Math.max(20, begin / 2));
        assertThat(numbers[numbers.length - 1]).isEqualTo(Math.min(59, (end - 1) / 2));
        assertThat(numbers).hasSize((int) (numbers[numbers.length - 1] - numbers[0] + 1));
        assertThat(playlist.contains("#EXT-X-ENDLIST")).isEqualTo((end - 1) / 2 <= 59);
    }
}

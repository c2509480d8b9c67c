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
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OriginTest {

    private static final EpochGrid GRID = new EpochGrid(Rational.of(25, 1), 50, 1);

    private final HeapSegmentStore store = HeapSegmentStore.builder().build();
    private final Packager packager = Packager.builder(store)
            .policy(SegmentationPolicy.live(GRID))
            .rendition("v")
            .rendition("a")
            .build();
    private final Origin origin = Origin.builder()
            .patience(Duration.ofSeconds(20))
            .clock(FakeClock.at("2026-11-22T12:00:00Z"))
            .build();

    OriginTest() {
        origin.add("one", store.reader());
    }

    @AfterEach
    void close() {
        packager.close();
        store.close();
    }

    /** Segments 20 to 24. */
    private void feed() {
        Synthetic video = Synthetic.video(GRID);
        packager.sink("v").accept(new TrackInfo(video.track()));
        packager.sink("a").accept(new TrackInfo(Synthetic.audio().track()));
        video.samples(packager.sink("v"), 1000, 251);
        Synthetic.audio().samples(packager.sink("a"), 1875, 471);
    }

    private CompletableFuture<MediaResponse> ask(MediaRequest request) {
        return origin.handle(request).toCompletableFuture();
    }

    private MediaResponse get(String path) {
        return ask(MediaRequest.get(path)).orTimeout(5, TimeUnit.SECONDS).join();
    }

    private static String text(MediaResponse response) {
        return StandardCharsets.UTF_8
                .decode(Feed.bytes(new StoredObject(response.body(), "")))
                .toString();
    }

    @Test
    void servesManifestsInitialisationAndSegments() {
        feed();
        assertThat(text(get("/one/master.m3u8"))).contains("v/media.m3u8").contains("URI=\"a/media.m3u8\"");
        assertThat(text(get("/one/v/media.m3u8")))
                .contains("20.m4s")
                .contains("24.m4s")
                .doesNotContain("25.m4s");
        assertThat(text(get("/one/manifest.mpd"))).contains("type=\"dynamic\"");
        assertThat(text(get("/one/time"))).isEqualTo("2026-11-22T12:00:00Z");
        MediaResponse init = get("/one/v/init.mp4");
        assertThat(init.headers().first("Content-Type")).hasValue("video/mp4");
        assertThat(get("/one/a/init.mp4").headers().first("Content-Type")).hasValue("audio/mp4");
        for (int k = 20; k < 25; k++) {
            MediaResponse segment = get("/one/v/" + k + ".m4s");
            assertThat(segment.status()).isEqualTo(200);
            assertThat(segment.headers().first("Cache-Control")).hasValue("public, max-age=86400, immutable");
            assertThat(segment.body().length()).isGreaterThan(50 * 16);
        }
    }

    @Test
    void everyAnswerMayBeReadByAnyPage() {
        feed();
        for (String path : new String[] {"/one/master.m3u8", "/one/v/20.m4s", "/one/v/1.m4s", "/two/x"}) {
            assertThat(get(path).headers().first("Access-Control-Allow-Origin")).hasValue("*");
        }
        MediaResponse preflight = ask(new MediaRequest(
                        "OPTIONS", "/one/v/20.m4s", "", Headers.EMPTY, MediaBody.empty()))
                .join();
        assertThat(preflight.status()).isEqualTo(204);
        assertThat(preflight.headers().first("Access-Control-Allow-Headers"))
                .hasValueSatisfying(h -> assertThat(h).contains("Range"));
    }

    @Test
    void tellsWrongRequestsApart() {
        feed();
        assertThat(get("/two/master.m3u8").status()).isEqualTo(404);
        assertThat(get("/one").status()).isEqualTo(404);
        assertThat(get("/one/v/19.m4s").status()).isEqualTo(404);
        assertThat(get("/one/v/999999999999999999.m4s").status()).isEqualTo(404);
        assertThat(get("/one/v/9999999999999999999.m4s").status()).isEqualTo(404);
        assertThat(get("/one/none/media.m3u8").status()).isEqualTo(404);
        assertThat(get("/one/v/").status()).isEqualTo(404);
        assertThat(get("/one/v/media.m3u8?_HLS_part=1").status()).isEqualTo(400);
        assertThat(get("/one/v/media.m3u8?_HLS_msn=x").status()).isEqualTo(400);
        assertThat(get("/one/v/media.m3u8?_HLS_msn=27").status()).isEqualTo(400);
        assertThat(get("/one/v/media.m3u8?a=%zz").status()).isEqualTo(400);
        MediaResponse put = ask(new MediaRequest("PUT", "/one/v/20.m4s", "", Headers.EMPTY, MediaBody.empty()))
                .join();
        assertThat(put.status()).isEqualTo(405);
        assertThat(put.headers().first("Allow")).hasValue("GET, HEAD, OPTIONS");
    }

    @Test
    void unchangedObjectsAreNotSentAgain() {
        feed();
        for (String path : new String[] {"/one/master.m3u8", "/one/v/20.m4s", "/one/v/init.mp4"}) {
            String tag = get(path).headers().first("ETag").orElseThrow();
            MediaResponse again = ask(MediaRequest.get(path).withHeaders(Headers.of("If-None-Match", "\"x\", " + tag)))
                    .join();
            assertThat(again.status()).isEqualTo(304);
            assertThat(again.body().length()).isZero();
            MediaResponse other = ask(MediaRequest.get(path).withHeaders(Headers.of("If-None-Match", "\"x\"")))
                    .join();
            assertThat(other.status()).isEqualTo(200);
        }
    }

    @Test
    void aStartingChannelIsWaitedFor() {
        CompletableFuture<MediaResponse> master = ask(MediaRequest.get("/one/master.m3u8"));
        CompletableFuture<MediaResponse> init = ask(MediaRequest.get("/one/v/init.mp4"));
        CompletableFuture<MediaResponse> segment = ask(MediaRequest.get("/one/v/20.m4s"));
        assertThat(master).isNotDone();
        assertThat(init).isNotDone();
        assertThat(segment).isNotDone();
        feed();
        assertThat(master.join().status()).isEqualTo(200);
        assertThat(init.join().status()).isEqualTo(200);
        assertThat(segment.join().status()).isEqualTo(200);
    }

    @Test
    void theNextSegmentAndItsPlaylistAreWaitedFor() {
        feed();
        CompletableFuture<MediaResponse> next = ask(MediaRequest.get("/one/v/25.m4s"));
        CompletableFuture<MediaResponse> playlist = ask(MediaRequest.get("/one/v/media.m3u8?_HLS_msn=25"));
        assertThat(next).isNotDone();
        assertThat(playlist).isNotDone();
        Synthetic.video(GRID).samples(packager.sink("v"), 1251, 50);
        assertThat(next.join().status()).isEqualTo(200);
        assertThat(playlist).isNotDone();
        Synthetic.audio().samples(packager.sink("a"), 2346, 94);
        assertThat(text(playlist.join())).contains("25.m4s");
    }

    @Test
    void patienceEnds() {
        Origin hasty = Origin.builder().patience(Duration.ofMillis(20)).build();
        hasty.add("one", store.reader());
        MediaResponse answer = hasty.handle(MediaRequest.get("/one/master.m3u8"))
                .toCompletableFuture()
                .join();
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.headers().first("Retry-After")).hasValue("1");
    }

    @Test
    void aClosedStoreAnswersWhoWaits() {
        CompletableFuture<MediaResponse> master = ask(MediaRequest.get("/one/master.m3u8"));
        store.close();
        assertThat(master.join().status()).isEqualTo(503);
    }

    @Test
    void channelsComeAndGo() {
        feed();
        assertThatThrownBy(() -> origin.add("one", store.reader())).isInstanceOf(MediaException.class);
        assertThatThrownBy(() -> origin.add("../x", store.reader())).isInstanceOf(MediaException.class);
        origin.remove("one");
        assertThat(get("/one/master.m3u8").status()).isEqualTo(404);
        assertThat(Origin.of("two", store.reader())
                        .handle(MediaRequest.get("/two/master.m3u8"))
                        .toCompletableFuture()
                        .join()
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aSegmentHasOneAddress() {
        feed();
        assertThat(get("/one/v/21.m4s").status()).isEqualTo(200);
        assertThat(get("/one/v/021.m4s").status()).isEqualTo(404);
    }

    @Test
    void theTimeIsReadByEveryPlayer() {
        Clock nanos = Clock.fixed(Instant.parse("2026-11-22T12:00:00.123456789Z"), ZoneOffset.UTC);
        Origin precise = Origin.builder().clock(nanos).build();
        precise.add("one", store.reader());
        MediaResponse answer = precise.handle(MediaRequest.get("/one/time"))
                .toCompletableFuture()
                .join();
        assertThat(text(answer)).isEqualTo("2026-11-22T12:00:00.123Z");
        assertThat(answer.headers().first("Cache-Control")).contains("no-store");
    }
}

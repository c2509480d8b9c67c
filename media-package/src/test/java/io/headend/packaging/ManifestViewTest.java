package io.headend.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.EpochGrid;
import io.headend.core.Rational;
import io.headend.core.TrackInfo;
import io.headend.core.http.MediaRequest;
import io.headend.core.http.MediaResponse;
import io.headend.testkit.FakeClock;
import io.lindstrom.m3u8.model.MediaPlaylist;
import io.lindstrom.m3u8.model.MediaSegment;
import io.lindstrom.m3u8.parser.MediaPlaylistParser;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Segments 20 to 39 of two seconds: 40 s to 80 s after the epoch; the window lists ten seconds, a minute is kept. */
class ManifestViewTest {

    private static final EpochGrid GRID = new EpochGrid(Rational.of(25, 1), 50, 1);

    private final HeapSegmentStore store = HeapSegmentStore.builder().build();
    private final Packager packager = Packager.builder(store)
            .policy(SegmentationPolicy.live(GRID))
            .rendition("v")
            .rendition("a")
            .window(Duration.ofSeconds(10))
            .timeShift(Duration.ofMinutes(1))
            .build();
    private final FakeClock clock = FakeClock.at("1970-01-01T00:01:21Z");
    private final Origin origin = Origin.builder()
            .clock(clock)
            .answer(ChannelFault.STALE, 503)
            .answer(ChannelFault.SLATE, 404)
            .build();

    ManifestViewTest() {
        origin.add("c", store.reader());
        Synthetic video = Synthetic.video(GRID);
        packager.sink("v").accept(new TrackInfo(video.track()));
        packager.sink("a").accept(new TrackInfo(Synthetic.audio().track()));
        video.samples(packager.sink("v"), 1000, 1001);
        Synthetic.audio().samples(packager.sink("a"), 1875, 1876);
    }

    @AfterEach
    void close() {
        packager.close();
        store.close();
    }

    private MediaResponse get(String path) {
        return origin.handle(MediaRequest.get("/c/" + path))
                .toCompletableFuture()
                .join();
    }

    private String text(String path) {
        MediaResponse response = get(path);
        assertThat(response.status()).as(path).isEqualTo(200);
        return StandardCharsets.UTF_8
                .decode(Feed.bytes(new StoredObject(response.body(), "")))
                .toString();
    }

    private MediaPlaylist media(String query) throws Exception {
        return new MediaPlaylistParser().readPlaylist(text("v/media.m3u8" + query));
    }

    @Test
    void theWindowIsListedAndMoreIsKept() throws Exception {
        assertThat(media("").mediaSequence()).isEqualTo(35);
        assertThat(media("").mediaSegments()).hasSize(5);
        assertThat(get("v/20.m4s").status()).isEqualTo(200);
        assertThat(text("manifest.mpd")).contains("startNumber=\"35\"").contains("PatchLocation");
    }

    @Test
    void onlyATimeIsAskedForAPatch() {
        assertThat(get("manifest.mpp?publishTime=x").status()).isEqualTo(400);
        assertThat(get("manifest.mpp").status()).isEqualTo(400);
        assertThat(text("manifest.mpp?publishTime=1999-01-01T00:00:00Z")).contains("originalPublishTime=\"1970-");
    }

    @Test
    void aProgramIsStartedOver() throws Exception {
        MediaPlaylist over = media("?begin=1970-01-01T00:00:51Z");
        assertThat(over.mediaSequence()).isEqualTo(25);
        assertThat(over.mediaSegments()).hasSize(15);
        assertThat(over.ongoing()).isTrue();
        assertThat(text("master.m3u8?begin=51")).contains("v/media.m3u8?begin=1970-01-01T00:00:51Z\n");
    }

    @Test
    void aPastProgramIsARecording() throws Exception {
        MediaPlaylist past = media("?begin=50&end=60");
        assertThat(past.mediaSegments())
                .extracting(MediaSegment::uri)
                .containsExactly("25.m4s", "26.m4s", "27.m4s", "28.m4s", "29.m4s");
        assertThat(past.ongoing()).isFalse();
        assertThat(text("manifest.mpd?begin=50&end=60"))
                .contains("type=\"static\"")
                .contains("mediaPresentationDuration=\"PT10.")
                .doesNotContain("PatchLocation");
        assertThat(media("?begin=70&end=100").ongoing()).isTrue();
        assertThat(get("v/media.m3u8?begin=90&end=100").status()).isEqualTo(404);
    }

    @Test
    void aChannelIsShownLater() throws Exception {
        MediaPlaylist later = media("?delay=20");
        // now is 81 s; 61 s lies in segment 30, which is not whole yet for that viewer
        assertThat(later.mediaSegments())
                .extracting(MediaSegment::uri)
                .endsWith("29.m4s")
                .hasSize(5);
        assertThat(later.ongoing()).isTrue();
        assertThat(get("manifest.mpd?delay=20").status()).isEqualTo(400);
    }

    @Test
    void renditionsAreFiltered() {
        assertThat(text("master.m3u8?filter=video_height:720;audio_language:de,EN"))
                .contains("v/media", "a/media");
        assertThat(text("master.m3u8?filter=video_height:1-719"))
                .contains("a/media")
                .doesNotContain("v/media");
        assertThat(text("manifest.mpd?filter=audio_sample_rate:1-44100"))
                .contains("id=\"v\"")
                .doesNotContain("id=\"a\"");
        assertThat(text("master.m3u8?filter=video_codec:AVC;audio_codec:mp4a")).contains("v/media", "a/media");
        assertThat(get("master.m3u8?filter=video_height:1-2;audio_channels:6").status())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "filter=",
                "filter=video_height",
                "filter=video_height:",
                "filter=video_height:a",
                "filter=video_height:9-1",
                "filter=video_height:1-",
                "filter=video_height:-1",
                "filter=video_height:1,",
                "filter=height:1",
                "filter=video_height:1;video_height:2",
                "filter=video_height:1;",
                "filter=audio_language:e*",
                "filter=:",
                "filter=audio_language:en%00",
                "begin=x",
                "begin=2026-13-01T00:00:00Z",
                "end=60",
                "begin=60&end=60",
                "begin=60&end=50",
                "delay=-1",
                "delay=1.5",
                "delay=99999999",
                "delay=5&begin=50",
                "begin=99999999999999"
            })
    void malformedQueriesAreRefused(String query) {
        for (String path : new String[] {"master.m3u8", "manifest.mpd", "v/media.m3u8"}) {
            assertThat(get(path + "?" + query).status()).as(path).isEqualTo(400);
        }
    }

    @Test
    void faultsAreAnsweredAsAskedFor() {
        assertThat(get("master.m3u8").status()).isEqualTo(200);
        origin.fault("c", ChannelFault.SLATE, true);
        for (String path : new String[] {"master.m3u8", "manifest.mpd", "v/media.m3u8"}) {
            MediaResponse response = get(path);
            assertThat(response.status()).isEqualTo(404);
            assertThat(response.headers().first("Cache-Control")).hasValue("public, max-age=1");
        }
        assertThat(get("v/39.m4s").status()).isEqualTo(200);
        origin.fault("c", ChannelFault.SLATE, false);
        origin.fault("c", ChannelFault.KEY_MISSING, true);
        assertThat(get("master.m3u8").status()).isEqualTo(200);
        // segment 40 was due at 82 s; three seconds later the channel is stale
        clock.advance(Duration.ofMillis(4001));
        assertThat(get("master.m3u8").status()).isEqualTo(503);
        Synthetic.video(GRID).samples(packager.sink("v"), 2001, 50);
        Synthetic.audio().samples(packager.sink("a"), 3751, 94);
        assertThat(get("master.m3u8").status()).isEqualTo(200);
    }
}

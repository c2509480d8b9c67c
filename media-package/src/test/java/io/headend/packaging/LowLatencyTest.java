package io.headend.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.Discontinuity;
import io.headend.core.EpochGrid;
import io.headend.core.Rational;
import io.headend.core.StreamSink;
import io.headend.core.Timestamp;
import io.headend.core.TrackInfo;
import io.headend.core.http.MediaBody;
import io.headend.core.http.MediaRequest;
import io.headend.core.http.MediaResponse;
import io.lindstrom.m3u8.model.MediaPlaylist;
import io.lindstrom.m3u8.model.MediaSegment;
import io.lindstrom.m3u8.model.PartialSegment;
import io.lindstrom.m3u8.parser.MediaPlaylistParser;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LowLatencyTest {

    private static final EpochGrid GRID = new EpochGrid(Rational.of(25, 1), 50, 1);
    private static final long K = 20;

    private final HeapSegmentStore store = HeapSegmentStore.builder().build();
    private final Packager packager = Packager.builder(store)
            .policy(SegmentationPolicy.live(GRID))
            .rendition("v")
            .rendition("a")
            .window(Duration.ofSeconds(30))
            .lowLatency(Duration.ofMillis(200))
            .build();
    private final Origin origin = Origin.of("c", store.reader());
    private final Synthetic video = Synthetic.video(GRID);
    private final Synthetic audio = Synthetic.audio();
    private long nextFrame = K * 50;
    private long nextSound = GRID.firstAudioFrame(K, 48_000, 1024);

    LowLatencyTest() {
        packager.sink("v").accept(new TrackInfo(video.track()));
        packager.sink("a").accept(new TrackInfo(audio.track()));
    }

    @AfterEach
    void close() {
        packager.close();
        store.close();
    }

    /** Both renditions up to so many frames of video. */
    private void feed(int frames) {
        for (int i = 0; i < frames; i++) {
            video.samples(packager.sink("v"), nextFrame++, 1);
            while (audio.start(nextSound) * 25 < nextFrame * 48_000) {
                audio.samples(packager.sink("a"), nextSound++, 1);
            }
        }
    }

    private CompletableFuture<MediaResponse> ask(String path) {
        return origin.handle(MediaRequest.get("/c/" + path)).toCompletableFuture();
    }

    private String text(String path) {
        return text(ask(path));
    }

    private static String text(CompletableFuture<MediaResponse> answer) {
        MediaResponse response = answer.orTimeout(5, TimeUnit.SECONDS).join();
        assertThat(response.status()).isEqualTo(200);
        return StandardCharsets.UTF_8
                .decode(Feed.bytes(new StoredObject(response.body(), "")))
                .toString();
    }

    private static MediaPlaylist parsed(String text) throws Exception {
        return new MediaPlaylistParser().readPlaylist(text);
    }

    @Test
    void partsAreListedWhenTheyAreThere() throws Exception {
        feed(2 * 50 + 12);
        String text = text("v/media.m3u8");
        assertThat(text)
                .contains("#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=12,HOLD-BACK=6,PART-HOLD-BACK=1\n")
                .contains("#EXT-X-PART-INF:PART-TARGET=0.2\n")
                .contains("#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"22.2.m4s\"\n")
                .contains("#EXT-X-RENDITION-REPORT:URI=\"../a/media.m3u8\",LAST-MSN=22,LAST-PART=1\n")
                .contains(
                        "#EXT-X-PART:DURATION=0.2,URI=\"22.0.m4s\",INDEPENDENT=YES\n#EXT-X-PART:DURATION=0.2,URI=\"22.1.m4s\"\n");
        MediaPlaylist playlist = parsed(text);
        assertThat(playlist.mediaSequence()).isEqualTo(K);
        assertThat(playlist.mediaSegments()).hasSize(2).allSatisfy(s -> {
            assertThat(s.partialSegments()).hasSize(10);
            assertThat(s.programDateTime()).isPresent();
        });
        MediaPlaylist sound = parsed(text("a/media.m3u8"));
        for (MediaSegment segment : sound.mediaSegments()) {
            double sum = segment.partialSegments().stream()
                    .mapToDouble(PartialSegment::duration)
                    .sum();
            assertThat(sum).isCloseTo(segment.duration(), org.assertj.core.data.Offset.offset(1e-4));
            assertThat(segment.partialSegments()
                            .subList(0, segment.partialSegments().size() - 1))
                    .allSatisfy(p -> assertThat(p.duration()).isBetween(0.85 * 0.2, 0.2));
        }
    }

    @Test
    void everyListedPartIsTheSameBytesAsInItsSegment() throws Exception {
        feed(2 * 50 + 12);
        for (String rendition : new String[] {"v", "a"}) {
            MediaPlaylist playlist = parsed(text(rendition + "/media.m3u8"));
            for (MediaSegment segment : playlist.mediaSegments()) {
                ByteArrayOutputStream parts = new ByteArrayOutputStream();
                for (PartialSegment part : segment.partialSegments()) {
                    parts.writeBytes(bytes(rendition + "/" + part.uri()));
                }
                assertThat(parts.toByteArray()).isEqualTo(bytes(rendition + "/" + segment.uri()));
            }
        }
    }

    private byte[] bytes(String path) {
        MediaResponse response = ask(path).join();
        assertThat(response.status()).as(path).isEqualTo(200);
        ByteBuffer all = Feed.bytes(new StoredObject(response.body(), ""));
        byte[] copy = new byte[all.remaining()];
        all.get(copy);
        return copy;
    }

    @Test
    void aReloadWaitsForThePartItAsksFor() {
        feed(2 * 50 + 12);
        CompletableFuture<MediaResponse> part = ask("v/media.m3u8?_HLS_msn=22&_HLS_part=2");
        CompletableFuture<MediaResponse> whole = ask("v/media.m3u8?_HLS_msn=22");
        CompletableFuture<MediaResponse> beyond = ask("v/media.m3u8?_HLS_msn=22&_HLS_part=10");
        CompletableFuture<MediaResponse> hint = ask("v/22.2.m4s");
        assertThat(ask("v/media.m3u8?_HLS_msn=22&_HLS_part=1")).isDone();
        assertThat(part).isNotDone();
        feed(2);
        assertThat(part).isNotDone();
        assertThat(hint).isNotDone();
        feed(1);
        assertThat(text(part)).contains("22.2.m4s\"\n#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"22.3.m4s\"");
        assertThat(hint.join().status()).isEqualTo(200);
        assertThat(part.join().headers().first("Cache-Control")).hasValue("public, max-age=12");
        feed(35);
        // part 9 ends the segment: what comes next is known before it has begun
        assertThat(text("v/media.m3u8")).contains("URI=\"22.9.m4s\"\n#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"23.0.m4s\"");
        assertThat(whole).isNotDone();
        feed(1);
        assertThat(text(whole)).contains("\n22.m4s\n");
        assertThat(beyond).isNotDone();
        feed(4);
        assertThat(text(beyond)).contains("23.0.m4s");
    }

    @Test
    void wrongReloadsAreRefused() {
        feed(2 * 50 + 12);
        for (String query : new String[] {
            "_HLS_part=1",
            "_HLS_msn=x",
            "_HLS_msn=-1",
            "_HLS_msn=24",
            "_HLS_msn=999999999999999999",
            "_HLS_msn=99999999999999999999",
            "_HLS_msn=22&_HLS_part=999999999999",
            "_HLS_msn=22&_HLS_part=17",
            "_HLS_msn=22&_HLS_part=-1",
            "_HLS_skip=no"
        }) {
            assertThat(ask("v/media.m3u8?" + query).join().status()).as(query).isEqualTo(400);
        }
        assertThat(ask("v/media.m3u8?_HLS_msn=22&_HLS_part=16")).isNotDone();
        assertThat(ask("none/media.m3u8?_HLS_msn=22").join().status()).isEqualTo(404);
        assertThat(ask("v/20.10.m4s").join().status()).isEqualTo(404);
    }

    @Test
    void anUpdateLeavesOutWhatTheClientHas() throws Exception {
        feed(12 * 50 + 12);
        String whole = text("v/media.m3u8");
        String update = text("v/media.m3u8?_HLS_skip=YES");
        assertThat(parsed(whole).mediaSegments()).hasSize(12);
        // the playlist ends at 24.4 s, so what ends at 12.4 s or before can be left out
        assertThat(update).contains("#EXT-X-SKIP:SKIPPED-SEGMENTS=6\n").contains("#EXT-X-MEDIA-SEQUENCE:20\n");
        int from = update.indexOf("#EXT-X-PROGRAM-DATE-TIME");
        assertThat(whole).endsWith(update.substring(from));
        // parts of the segments that lie within three target durations
        assertThat(whole).contains("30.0.m4s").doesNotContain("29.9.m4s");
    }

    @Test
    void aGrowingSegmentIsSentWhileItGrows() {
        feed(2 * 50 + 12);
        MediaResponse response = ask("v/22.m4s").join();
        assertThat(response.headers().first("ETag")).isEmpty();
        MediaBody.Pulled body = (MediaBody.Pulled) response.body();
        assertThat(body.length()).isEqualTo(-1);
        ByteArrayOutputStream got = new ByteArrayOutputStream();
        CompletableFuture<Optional<ByteBuffer>> next = drain(body, got);
        assertThat(got.size()).isPositive();
        assertThat(next).isNotDone();
        feed(50);
        copy(next.join(), got);
        assertThat(drain(body, got).join()).isEmpty();
        assertThat(got.toByteArray()).isEqualTo(bytes("v/22.m4s"));
    }

    private static CompletableFuture<Optional<ByteBuffer>> drain(MediaBody.Pulled body, ByteArrayOutputStream into) {
        CompletableFuture<Optional<ByteBuffer>> next = body.source().next().toCompletableFuture();
        while (next.isDone() && next.join().isPresent()) {
            copy(next.join(), into);
            next = body.source().next().toCompletableFuture();
        }
        return next;
    }

    private static void copy(Optional<ByteBuffer> chunk, ByteArrayOutputStream into) {
        ByteBuffer bytes = chunk.orElseThrow();
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        into.writeBytes(copy);
    }

    @Test
    void aSegmentThatIsGivenUpBreaksWhoReadsIt() {
        feed(2 * 50 + 12);
        CompletableFuture<Optional<ByteBuffer>> next =
                drain((MediaBody.Pulled) ask("v/22.m4s").join().body(), new ByteArrayOutputStream());
        packager.close();
        assertThat(next).isCompletedExceptionally();
        assertThat(text("v/media.m3u8"))
                .doesNotContain("INDEPENDENT=YES\n#EXT-X-PRELOAD")
                .contains("TYPE=PART,URI=\"22.0.m4s\"");
    }

    @Test
    void dashAsksForChunksBeforeASegmentIsWhole() {
        feed(2 * 50 + 12);
        assertThat(text("manifest.mpd"))
                .contains("availabilityTimeOffset=\"1.8\" availabilityTimeComplete=\"false\" duration=\"180000\"")
                .contains("<Latency referenceId=\"0\" target=\"1200\"")
                .contains("<Resync type=\"0\" dT=\"18000\" marker=\"true\"/>")
                .contains("<ProducerReferenceTime")
                .doesNotContain("SegmentTimeline");
    }

    @Test
    void aDiscontinuityIsAtTheSameNumberInEveryRendition() throws Exception {
        feed(2 * 50 + 12);
        Timestamp at = Timestamp.of(nextFrame, GRID.frameTimebase());
        Discontinuity jump = new Discontinuity(Discontinuity.Cause.CLOCK_JUMP, at, Timestamp.of(0, at.timebase()));
        packager.sink("v").accept(jump);
        packager.sink("a").accept(jump);
        feed(2 * 50);
        for (String rendition : new String[] {"v", "a"}) {
            MediaPlaylist playlist = parsed(text(rendition + "/media.m3u8"));
            assertThat(playlist.mediaSegments())
                    .extracting(MediaSegment::discontinuity)
                    .containsExactly(false, false, false, true);
        }
        assertThat(text("manifest.mpd")).contains("<Period id=\"23\"");
    }

    /** A format that changes in one rendition alone costs it a segment, and all of them break at the next. */
    @Test
    void aNewFormatBreaksAllRenditionsAtTheSameNumber() throws Exception {
        feed(2 * 50);
        StreamSink sound = packager.sink("a");
        feed(5);
        sound.accept(new TrackInfo(Synthetic.otherAudio()));
        feed(4 * 50);
        MediaPlaylist pictures = parsed(text("v/media.m3u8"));
        MediaPlaylist sounds = parsed(text("a/media.m3u8"));
        assertThat(pictures.mediaSegments().get(4).discontinuity()
                        || pictures.mediaSegments().get(3).discontinuity())
                .isTrue();
        for (int i = 0;
                i
                        < Math.min(
                                pictures.mediaSegments().size(),
                                sounds.mediaSegments().size());
                i++) {
            assertThat(sounds.mediaSegments().get(i).discontinuity())
                    .as("segment %d", K + i)
                    .isEqualTo(pictures.mediaSegments().get(i).discontinuity());
        }
        assertThat(text("a/media.m3u8")).contains("#EXT-X-GAP").contains("#EXT-X-MAP:URI=\"init-");
    }
}

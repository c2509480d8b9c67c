package io.headend.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.EpochGrid;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaEvent;
import io.headend.core.MediaException;
import io.headend.core.Rational;
import io.headend.core.TrackInfo;
import io.lindstrom.m3u8.model.MediaPlaylist;
import io.lindstrom.m3u8.model.MediaSegment;
import io.lindstrom.m3u8.parser.MediaPlaylistParser;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class ObjectSegmentStoreTest {

    private static final EpochGrid GRID = new EpochGrid(Rational.of(25, 1), 5, 1);
    private static final int AUDIO_FRAMES = 9375; // of 200 s

    private final List<MediaEvent> events = new CopyOnWriteArrayList<>();

    private static ObjectSegmentStore.Builder store(FakeStorage storage) {
        return ObjectSegmentStore.builder(storage).prefix("c/").maxSegments(10);
    }

    private Packager packager(SegmentStore store, SegmentationPolicy policy) {
        return Packager.builder(store)
                .policy(policy)
                .rendition("v")
                .rendition("a")
                .window(Duration.ofMillis(1200))
                .events(events::add)
                .clock(Clock.systemUTC())
                .build();
    }

    /** Segments {@code first} to {@code first + count} of a live channel, the last not whole. */
    private static void feed(Packager packager, long first, int count) {
        Synthetic video = Synthetic.video(GRID);
        Synthetic audio = Synthetic.audio();
        packager.sink("v").accept(new TrackInfo(video.track()));
        packager.sink("a").accept(new TrackInfo(audio.track()));
        long frame = first * 5;
        long sound = GRID.firstAudioFrame(first, 48_000, 1024);
        while (frame < (first + count) * 5 + 1) {
            video.samples(packager.sink("v"), frame++, 1);
            while (audio.start(sound) * 25 < frame * 48_000) {
                audio.samples(packager.sink("a"), sound++, 1);
            }
        }
    }

    private static MediaPlaylist playlist(FakeStorage storage, String rendition) throws Exception {
        return new MediaPlaylistParser().readPlaylist(storage.text("c/" + rendition + "/media.m3u8"));
    }

    private static void listsWhatIsThere(FakeStorage storage) throws Exception {
        for (String rendition : List.of("v", "a")) {
            if (storage.objects.containsKey("c/" + rendition + "/media.m3u8")) {
                for (MediaSegment segment : playlist(storage, rendition).mediaSegments()) {
                    assertThat(segment.gap() || storage.objects.containsKey("c/" + rendition + "/" + segment.uri()))
                            .as(segment.uri())
                            .isTrue();
                }
            }
        }
    }

    @Test
    void nothingIsListedBeforeItsUploadIsAcknowledged() throws Exception {
        FakeStorage storage = new FakeStorage();
        storage.holds = name -> name.equals("c/v/103.m4s");
        try (ObjectSegmentStore store = store(storage).build();
                Packager packager = packager(store, SegmentationPolicy.live(GRID))) {
            CompletableFuture<Void> feeding = CompletableFuture.runAsync(() -> feed(packager, 100, 6));
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (storage.held.isEmpty() && System.nanoTime() < end) {
                LockSupport.parkNanos(1_000_000);
            }
            assertThat(storage.objects).containsKey("c/v/103.m4s");
            assertThat(packager.presentation().orElseThrow().lastNumber()).isEqualTo(102);
            assertThat(store.reader()
                            .awaitSegment("v", 103, Duration.ZERO)
                            .toCompletableFuture()
                            .join())
                    .isEmpty();
            assertThat(storage.text("c/v/media.m3u8")).doesNotContain("103.m4s");
            storage.held.get(0).complete(null);
            feeding.get(10, TimeUnit.SECONDS);
            assertThat(packager.presentation().orElseThrow().lastNumber()).isEqualTo(105);
            listsWhatIsThere(storage);
        }
    }

    @Test
    void anUploadThatIsNotAcknowledgedInTimeCostsItsSegmentAlone() throws Exception {
        FakeStorage storage = new FakeStorage();
        storage.holds = name -> name.equals("c/a/103.m4s");
        try (ObjectSegmentStore store =
                        store(storage).deadline(Duration.ofMillis(50)).build();
                Packager packager = packager(store, SegmentationPolicy.live(GRID))) {
            feed(packager, 100, 8);
            assertThat(events)
                    .anySatisfy(e -> assertThat(e.message())
                            .isEqualTo("Segment 103 is lost: cannot store segment 103 of a: the storage did not answer"
                                    + " within 50 ms"));
            assertThat(packager.presentation().orElseThrow().lastNumber()).isEqualTo(107);
            assertThat(playlist(storage, "v").mediaSegments())
                    .anySatisfy(s -> assertThat(s.gap()).isTrue());
            // what came too late is removed
            assertThat(storage.objects).doesNotContainKey("c/a/103.m4s");
            listsWhatIsThere(storage);
        }
    }

    @Test
    void whateverTheStorageRefusesNothingIsListedThatIsNotThere() throws Exception {
        for (int seed = 0; seed < 30; seed++) {
            Random random = new Random(seed);
            FakeStorage storage = new FakeStorage();
            try (ObjectSegmentStore store = store(storage).build();
                    Packager packager = packager(store, SegmentationPolicy.live(GRID))) {
                feed(packager, 100, 2);
                storage.refuses = name -> random.nextInt(4) == 0;
                for (int more = 0; more < 8; more++) {
                    feed(packager, 103 + 5L * more, 4);
                    listsWhatIsThere(storage);
                    Presentation present = packager.presentation().orElseThrow();
                    for (PublishedTrack track : present.tracks()) {
                        track.segments()
                                .forEach(s -> assertThat(storage.objects)
                                        .containsKey("c/" + track.name() + "/" + s.number() + ".m4s"));
                    }
                }
                storage.refuses = name -> false;
                feed(packager, 150, 3);
                assertThat(packager.presentation().orElseThrow().lastNumber()).isEqualTo(152);
            }
        }
    }

    /** A process that is killed is one that sends nothing more: here after each number of requests in turn. */
    @Test
    void aChannelGoesOnWhereverItWasCut() throws Exception {
        for (int requests = 1; requests < 160; requests++) {
            ConcurrentSkipListMap<String, byte[]> objects = new ConcurrentSkipListMap<>();
            FakeStorage dying = new FakeStorage(objects, requests);
            try (ObjectSegmentStore store = store(dying).build();
                    Packager packager = packager(store, SegmentationPolicy.live(GRID))) {
                for (long first = 100; !dying.isDead() && first < 400; first++) {
                    feed(packager, first, 1);
                }
            }
            FakeStorage storage = new FakeStorage(objects, Long.MAX_VALUE);
            listsWhatIsThere(storage);
            boolean listed = objects.containsKey("c/v/media.m3u8");
            long sequence = listed ? playlist(storage, "v").mediaSequence() : 0;
            long last =
                    listed ? sequence + playlist(storage, "v").mediaSegments().size() - 1 : 0;
            long breaks = listed ? playlist(storage, "v").discontinuitySequence() : 0;
            try (ObjectSegmentStore store = store(storage).build();
                    Packager packager = packager(store, SegmentationPolicy.live(GRID))) {
                feed(packager, last + 3 + (listed ? 0 : 300), 3);
                MediaPlaylist after = playlist(storage, "v");
                assertThat(after.mediaSequence()).isGreaterThanOrEqualTo(sequence);
                assertThat(after.discontinuitySequence()).isGreaterThanOrEqualTo(breaks);
                assertThat(after.mediaSequence() + after.mediaSegments().size() - 1)
                        .isGreaterThan(last);
                listsWhatIsThere(storage);
                if (last > 102) {
                    assertThat(after.mediaSegments())
                            .as("the window of before, cut after %s requests", requests)
                            .anySatisfy(s -> assertThat(s.uri()).isEqualTo(last + ".m4s"));
                }
                assertThat(objects.keySet().stream().filter(n -> n.matches("c/v/\\d+\\.m4s")))
                        .hasSizeLessThanOrEqualTo(10);
            }
        }
    }

    @Test
    void onDemandAnUploadThatFailsEndsTheStreamAndLeavesNothing() {
        FakeStorage storage = new FakeStorage();
        storage.refuses = name -> name.equals("c/v/2.m4s");
        try (ObjectSegmentStore store = store(storage).maxSegments(1000).build();
                Packager packager = packager(store, SegmentationPolicy.vod(GRID))) {
            assertThatThrownBy(() -> Synthetic.video(GRID).feed(packager.sink("v"), 0, 50))
                    .isInstanceOfSatisfying(
                            MediaException.class, e -> assertThat(e.code()).isEqualTo(MediaErrorCode.IO))
                    .hasMessageContaining("cannot store segment 2 of v: the storage does not take c/v/2.m4s");
        }
        assertThat(storage.objects).isEmpty();
    }

    @Test
    void onDemandContentIsThereWhenItIsFinished() {
        FakeStorage storage = new FakeStorage();
        try (ObjectSegmentStore store = store(storage).maxSegments(1000).build();
                Packager packager = packager(store, SegmentationPolicy.vod(GRID))) {
            Synthetic.video(GRID).feed(packager.sink("v"), 0, 5000);
            Synthetic.audio().feed(packager.sink("a"), 0, AUDIO_FRAMES);
            assertThat(storage.objects).doesNotContainKey("c/master.m3u8");
            packager.finish();
        }
        assertThat(storage.objects)
                .containsKeys("c/master.m3u8", "c/manifest.mpd", "c/v/999.m4s", "c/a/999.m4s")
                .doesNotContainKey("c/.window");
        assertThat(storage.text("c/v/media.m3u8")).endsWith("#EXT-X-ENDLIST\n");
    }

    @Test
    void memoryIsBounded() {
        FakeStorage storage = new FakeStorage();
        try (ObjectSegmentStore store = store(storage).maxBytes(100).build();
                Packager packager = packager(store, SegmentationPolicy.live(GRID))) {
            feed(packager, 100, 3);
            assertThat(packager.presentation()).isEmpty();
            assertThat(events).anySatisfy(e -> assertThat(e.message()).contains("raise maxBytes"));
        }
    }

    @Test
    void prefixesAndBoundsAreChecked() {
        ObjectSegmentStore.Builder builder = ObjectSegmentStore.builder(new FakeStorage());
        for (String prefix : List.of("news", "/", "../", "a//", "a/../")) {
            assertThatThrownBy(() -> builder.prefix(prefix)).isInstanceOf(MediaException.class);
        }
        assertThatThrownBy(() -> builder.maxSegments(1)).isInstanceOf(MediaException.class);
        assertThatThrownBy(() -> builder.maxBytes(0)).isInstanceOf(MediaException.class);
        assertThatThrownBy(() -> builder.deadline(Duration.ZERO)).isInstanceOf(MediaException.class);
    }
}

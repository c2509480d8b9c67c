package io.headend.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.CodecConfig;
import io.headend.core.EndOfStream;
import io.headend.core.EpochGrid;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaEvent;
import io.headend.core.MediaException;
import io.headend.core.Rational;
import io.headend.core.Sample;
import io.headend.core.SampleInfo;
import io.headend.core.StreamSink;
import io.headend.core.Track;
import io.headend.core.TrackInfo;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PackagerLiveTest {

    private static final EpochGrid GRID = new EpochGrid(Rational.of(25, 1), 50, 1);
    private final List<MediaEvent> events = new CopyOnWriteArrayList<>();

    private Packager packager(SegmentStore store, String... renditions) {
        Packager.Builder builder = Packager.builder(store)
                .policy(SegmentationPolicy.live(GRID))
                .name("channel")
                .events(events::add);
        for (String rendition : renditions) {
            builder.rendition(rendition);
        }
        return builder.build();
    }

    private List<PackagingEvent.Kind> kinds() {
        return events.stream().map(e -> ((PackagingEvent) e).kind()).toList();
    }

    /** Counts open handles. */
    private static final class Counted implements Sample {
        private final Sample sample;
        private final AtomicInteger open;
        private boolean closed;

        Counted(Sample sample, AtomicInteger open) {
            this.sample = sample;
            this.open = open;
            open.incrementAndGet();
        }

        @Override
        public SampleInfo info() {
            return sample.info();
        }

        @Override
        public ByteBuffer data() {
            assertThat(closed).isFalse();
            return sample.data();
        }

        @Override
        public int size() {
            return sample.size();
        }

        @Override
        public Sample with(SampleInfo info) {
            return new Counted(sample.with(info), open);
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                open.decrementAndGet();
            }
        }
    }

    @Test
    void aSegmentIsListedWhenEveryRenditionHasIt() {
        try (HeapSegmentStore store = HeapSegmentStore.builder().build();
                Packager packager = packager(store, "v", "a")) {
            Synthetic video = Synthetic.video(GRID);
            packager.sink("v").accept(new TrackInfo(video.track()));
            video.samples(packager.sink("v"), 1020, 181);
            assertThat(packager.presentation()).isEmpty();
            packager.sink("a").accept(new TrackInfo(Synthetic.audio().track()));
            Synthetic.audio().samples(packager.sink("a"), 1969, 95);
            Presentation first = packager.presentation().orElseThrow();
            assertThat(first.firstNumber()).isEqualTo(21);
            assertThat(first.lastNumber()).isEqualTo(21);
            Synthetic.audio().samples(packager.sink("a"), 2064, 200);
            Presentation later = packager.presentation().orElseThrow();
            assertThat(later.version()).isGreaterThan(first.version());
            assertThat(later.lastNumber()).isEqualTo(23);
            assertThat(packager.figures().listed()).isEqualTo(3);
            assertThat(packager.figures().maxDriftTicks()).isZero();
            assertThat(packager.figures().renditions().get("v").droppedSamples())
                    .isEqualTo(30);
        }
    }

    @Test
    void renditionsOfManyThreadsGiveOneConsistentPresentation() throws Exception {
        String[] names = {"v1", "v2", "v3", "a"};
        try (HeapSegmentStore store =
                        HeapSegmentStore.builder().maxSegments(1000).build();
                Packager packager = packager(store, names)) {
            List<CompletableFuture<Void>> feeders = new ArrayList<>();
            List<Presentation> seen = new CopyOnWriteArrayList<>();
            CompletableFuture<?> watch = watch(store, 0, seen);
            for (String name : names) {
                feeders.add(CompletableFuture.runAsync(() -> {
                    if (name.equals("a")) {
                        Synthetic.audio().feed(packager.sink(name), 0, 9_400);
                    } else {
                        Synthetic.video(GRID).feed(packager.sink(name), 0, 5_001);
                    }
                }));
            }
            feeders.forEach(CompletableFuture::join);
            assertThat(packager.figures().listed()).isEqualTo(100);
            assertThat(packager.figures().missing()).isZero();
            packager.finish();
            watch.join();
            assertThat(seen).isNotEmpty().allSatisfy(p -> {
                List<Long> numbers = numbers(p.tracks().get(0));
                assertThat(p.tracks()).allSatisfy(t -> assertThat(numbers(t)).isEqualTo(numbers));
                assertThat(numbers.get(numbers.size() - 1) - numbers.get(0)).isEqualTo(numbers.size() - 1L);
            });
            Presentation last = packager.presentation().orElseThrow();
            assertThat(last.ended()).isTrue();
            assertThat(last.lastNumber()).isEqualTo(99);
            assertThat(HlsWriter.media(last, last.tracks().get(0))).endsWith("#EXT-X-ENDLIST\n");
            assertThat(DashWriter.mpd(last)).contains("type=\"static\"").contains("start=\"PT0S\"");
        }
    }

    private static CompletableFuture<Void> watch(SegmentStore store, long after, List<Presentation> seen) {
        return store.reader()
                .awaitPresentation(p -> p.version() > after, Duration.ofSeconds(30))
                .toCompletableFuture()
                .thenCompose(found -> {
                    Presentation presentation = found.orElseThrow();
                    seen.add(presentation);
                    return presentation.ended()
                            ? CompletableFuture.completedFuture(null)
                            : watch(store, presentation.version(), seen);
                });
    }

    private static List<Long> numbers(PublishedTrack track) {
        return track.segments().stream().map(SegmentEntry::number).toList();
    }

    @Test
    void aStoreThatFailsCostsOneSegment() {
        AtomicInteger open = new AtomicInteger();
        try (FaultyStore store = new FaultyStore(Set.of(22L));
                Packager packager = packager(store, "v")) {
            Synthetic video = Synthetic.video(GRID);
            StreamSink sink = packager.sink("v");
            sink.accept(new TrackInfo(video.track()));
            for (long n = 1050; n < 1251; n++) {
                sink.accept(new Counted(video.sample(n), open));
            }
            assertThat(numbers(packager.presentation().orElseThrow().tracks().get(0)))
                    .containsExactly(21L, 23L, 24L);
            assertThat(kinds()).containsExactly(PackagingEvent.Kind.STORE_FAILED);
            assertThat(events.get(0).message()).contains("No space left on device");
            assertThat(open).hasValue(1);
        }
        assertThat(open).hasValue(0);
    }

    @Test
    void onDemandAStoreThatFailsEndsTheStream() {
        AtomicInteger open = new AtomicInteger();
        Synthetic video = Synthetic.video(GRID);
        try (FaultyStore store = new FaultyStore(Set.of(1L));
                Packager packager = Packager.builder(store)
                        .policy(SegmentationPolicy.vod(GRID))
                        .rendition("v")
                        .build()) {
            StreamSink sink = packager.sink("v");
            sink.accept(new TrackInfo(video.track()));
            for (long n = 0; n < 100; n++) {
                sink.accept(new Counted(video.sample(n), open));
            }
            assertThatThrownBy(() -> sink.accept(new Counted(video.sample(100), open)))
                    .isInstanceOfSatisfying(
                            MediaException.class, e -> assertThat(e.code()).isEqualTo(MediaErrorCode.IO));
            assertThat(open).hasValue(0);
            assertThatThrownBy(() -> sink.accept(new Counted(video.sample(101), open)))
                    .isInstanceOf(MediaException.class);
            assertThatThrownBy(packager::finish).isInstanceOf(MediaException.class);
            assertThat(open).hasValue(0);
        }
    }

    @Test
    void closingReleasesEverySampleHeld() {
        AtomicInteger open = new AtomicInteger();
        HeapSegmentStore store = HeapSegmentStore.builder().build();
        Packager packager = packager(store, "v");
        StreamSink sink = packager.sink("v");
        Synthetic video = Synthetic.video(GRID);
        assertThatThrownBy(() -> sink.accept(new Counted(video.sample(0), open)))
                .isInstanceOfSatisfying(
                        MediaException.class, e -> assertThat(e.code()).isEqualTo(MediaErrorCode.INVALID_STATE));
        assertThat(open).hasValue(0);
        sink.accept(new TrackInfo(video.track()));
        for (long n = 0; n < 70; n++) {
            sink.accept(new Counted(video.sample(n), open));
        }
        assertThat(open).hasValue(20);
        packager.close();
        assertThat(open).hasValue(0);
        assertThatThrownBy(() -> sink.accept(new Counted(video.sample(70), open)))
                .isInstanceOfSatisfying(
                        MediaException.class, e -> assertThat(e.code()).isEqualTo(MediaErrorCode.CLOSED));
        assertThat(open).hasValue(0);
        store.close();
    }

    @Test
    void aChangedFormatBeginsWithItsOwnInitialisation() {
        CodecConfig other = Synthetic.AVC.withRecord(changedLevel());
        try (HeapSegmentStore store = HeapSegmentStore.builder().build();
                Packager packager = packager(store, "v")) {
            Synthetic video = Synthetic.video(GRID);
            StreamSink sink = packager.sink("v");
            sink.accept(new TrackInfo(video.track()));
            video.samples(sink, 1000, 100);
            Track changed = video.track().withFormat(video.track().format().withCodec(other));
            sink.accept(new TrackInfo(changed));
            video.samples(sink, 1100, 101);
            sink.accept(new TrackInfo(changed));
            Presentation live = packager.presentation().orElseThrow();
            assertThat(live.tracks().get(0).segments())
                    .extracting(SegmentEntry::init)
                    .containsExactly("init.mp4", "init.mp4", "init-22.mp4", "init-22.mp4");
            assertThat(live.tracks().get(0).segments())
                    .extracting(SegmentEntry::discontinuity)
                    .containsExactly(false, false, true, false);
            assertThat(store.reader().init("v", "init-22.mp4")).isPresent();
            assertThat(HlsWriter.media(live, live.tracks().get(0)))
                    .contains("#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI=\"init-22.mp4\"");
            assertThat(kinds()).containsExactly(PackagingEvent.Kind.FORMAT_CHANGED);
        }
    }

    private static ByteBuffer changedLevel() {
        ByteBuffer record = ByteBuffer.allocate(Synthetic.AVC.record().remaining());
        record.put(Synthetic.AVC.record()).put(3, (byte) 0x28).flip();
        return record;
    }

    @Test
    void oddSamplesAreReportedOnce() {
        try (HeapSegmentStore store = HeapSegmentStore.builder().build();
                Packager packager = packager(store, "v")) {
            Synthetic video = Synthetic.video(GRID);
            StreamSink sink = packager.sink("v");
            sink.accept(new TrackInfo(video.track()));
            video.samples(sink, 1000, 20);
            video.samples(sink, 1000, 20);
            video.samples(sink, 1020, 30);
            for (long n = 1050; n < 1150; n++) {
                sink.accept(video.sample(n, n == 1100));
            }
            assertThat(kinds()).containsExactly(PackagingEvent.Kind.NOT_MONOTONIC, PackagingEvent.Kind.MISSED_BOUNDARY);
            PackagingFigures.OfRendition figures =
                    packager.figures().renditions().get("v");
            assertThat(figures.missedBoundaries()).isEqualTo(1);
            assertThat(figures.droppedSamples()).isEqualTo(70);
            assertThat(figures.segments()).isEqualTo(1);
        }
    }

    @Test
    void nothingIsListedThatTheStoreHasLetGo() {
        try (HeapSegmentStore store = HeapSegmentStore.builder().maxBytes(4_000).build();
                Packager packager = packager(store, "v")) {
            Synthetic.video(GRID).feed(packager.sink("v"), 0, 1001);
            Presentation live = packager.presentation().orElseThrow();
            assertThat(live.lastNumber()).isEqualTo(19);
            assertThat(store.bytes()).isLessThanOrEqualTo(4_000);
            for (SegmentEntry entry : live.tracks().get(0).segments()) {
                assertThat(Feed.segment(store, "v", entry.number()).remaining()).isEqualTo((int) entry.bytes());
            }
        }
    }

    @Test
    void theBuilderRefusesWhatCannotWork() {
        try (HeapSegmentStore store = HeapSegmentStore.builder().build()) {
            Packager.Builder builder = Packager.builder(store).policy(SegmentationPolicy.live(GRID));
            assertThatThrownBy(builder::build).isInstanceOf(MediaException.class);
            assertThatThrownBy(() -> builder.rendition("../x")).isInstanceOf(MediaException.class);
            builder.rendition("v");
            assertThatThrownBy(() -> builder.rendition("v")).hasMessageContaining("'v'");
            try (Packager packager = builder.build()) {
                assertThatThrownBy(() -> packager.sink("w")).hasMessageContaining("[v]");
                assertThatThrownBy(packager::finish).hasMessageContaining("has not ended");
                packager.sink("v").accept(new EndOfStream());
                assertThatThrownBy(packager::finish).hasMessageContaining("nothing was packaged");
            }
        }
    }

    @Test
    void whatIsListedStaysUntilTheNextSnapshot() {
        try (HeapSegmentStore store = HeapSegmentStore.builder().maxSegments(5).build();
                Packager packager = packager(store, "v", "a")) {
            Synthetic video = Synthetic.video(GRID);
            Synthetic audio = Synthetic.audio();
            packager.sink("v").accept(new TrackInfo(video.track()));
            packager.sink("a").accept(new TrackInfo(audio.track()));
            long sound = 0;
            for (long n = 0; n < 1_000; n++) {
                video.samples(packager.sink("v"), n, 1);
                for (; sound * 1024 * 25 < n * 48_000; sound++) {
                    audio.samples(packager.sink("a"), sound, 1);
                }
                packager.presentation()
                        .ifPresent(p -> p.tracks()
                                .forEach(t -> t.segments().forEach(s -> Feed.segment(store, t.name(), s.number()))));
            }
            assertThat(numbers(packager.presentation().orElseThrow().tracks().get(0)))
                    .containsExactly(16L, 17L, 18L);
        }
    }

    @Test
    void aChannelOutlivesAnyNumberOfFormats() {
        try (HeapSegmentStore store = HeapSegmentStore.builder().maxSegments(8).build();
                Packager packager = packager(store, "v")) {
            Synthetic video = Synthetic.video(GRID);
            CodecConfig other = Synthetic.AVC.withRecord(changedLevel());
            StreamSink sink = packager.sink("v");
            for (long k = 0; k < 150; k++) {
                CodecConfig config = k % 2 == 0 ? Synthetic.AVC : other;
                sink.accept(new TrackInfo(
                        video.track().withFormat(video.track().format().withCodec(config))));
                video.samples(sink, k * 50, 50);
            }
            assertThat(kinds()).doesNotContain(PackagingEvent.Kind.STORE_FAILED);
            SegmentEntry last = packager.presentation()
                    .orElseThrow()
                    .tracks()
                    .get(0)
                    .segments()
                    .get(0);
            assertThat(store.reader().init("v", last.init())).isPresent();
            assertThat(packager.figures().listed()).isEqualTo(149);
        }
    }

    @Test
    void olderPeriodsKeepTheirCoding() {
        CodecConfig other = Synthetic.AVC.withRecord(changedLevel());
        try (HeapSegmentStore store = HeapSegmentStore.builder().build();
                Packager packager = packager(store, "v")) {
            Synthetic video = Synthetic.video(GRID);
            StreamSink sink = packager.sink("v");
            sink.accept(new TrackInfo(video.track()));
            video.samples(sink, 1000, 100);
            sink.accept(new TrackInfo(
                    video.track().withFormat(video.track().format().withCodec(other))));
            video.samples(sink, 1100, 1);
            assertThat(packager.presentation().orElseThrow().tracks().get(0).codec())
                    .as("nothing of the new format is listed yet")
                    .hasToString("avc1.64001F");
            video.samples(sink, 1101, 50);
            Presentation live = packager.presentation().orElseThrow();
            String mpd = DashWriter.mpd(live);
            int second = mpd.indexOf("<Period", mpd.indexOf("<Period") + 1);
            assertThat(mpd.substring(0, second)).contains("avc1.64001F").doesNotContain("avc1.640028");
            assertThat(mpd.substring(second)).contains("avc1.640028").doesNotContain("avc1.64001F");
            assertThat(HlsWriter.multivariant(live)).contains("CODECS=\"avc1.640028,avc1.64001F\"");
            video.samples(sink, 1151, 50 * 40);
            assertThat(HlsWriter.multivariant(packager.presentation().orElseThrow()))
                    .contains("CODECS=\"avc1.640028\"");
        }
    }

    @Test
    void onDemandAFailureAtTheVeryEndLeavesNothing() {
        try (FaultyStore store = new FaultyStore(Set.of(), true)) {
            try (Packager packager = Packager.builder(store)
                    .policy(SegmentationPolicy.vod(GRID))
                    .rendition("v")
                    .build()) {
                Synthetic.video(GRID).feed(packager.sink("v"), 0, 100);
                assertThatThrownBy(packager::finish).hasMessageContaining("No space");
                assertThat(store.bytes()).isPositive();
            }
            assertThat(store.bytes()).isZero();
        }
    }
}

package io.headend.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.EpochGrid;
import io.headend.core.MediaEvent;
import io.headend.core.Rational;
import io.headend.core.TrackInfo;
import io.headend.core.http.MediaResponse;
import io.headend.testkit.FakeClock;
import io.headend.testkit.LoopbackServer;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A packager in one process, its origin in another: here both on the loopback. */
class PushingSegmentStoreTest {

    private static final EpochGrid GRID = new EpochGrid(Rational.of(25, 1), 50, 1);

    private final HeapSegmentStore served = HeapSegmentStore.builder().build();
    private final ChannelIngest ingest = ChannelIngest.builder(Packager.builder(served)
                    .policy(SegmentationPolicy.live(GRID))
                    .rendition("v")
                    .rendition("a")
                    .clock(FakeClock.at("1970-01-01T00:00:00Z")))
            .build();
    private final Origin origin = Origin.builder().build();
    private final AtomicInteger refuse = new AtomicInteger();
    private final ConcurrentLinkedQueue<String> events = new ConcurrentLinkedQueue<>();
    private final LoopbackServer server;

    PushingSegmentStoreTest() throws Exception {
        origin.add("c", ingest);
        server = new LoopbackServer(request -> refuse.getAndDecrement() > 0
                ? CompletableFuture.completedFuture(MediaResponse.error(503, "Not now."))
                : origin.handle(request));
    }

    @AfterEach
    void close() {
        server.close();
        ingest.close();
        served.close();
    }

    private URI slot() {
        return server.uri().resolve("/c/A/");
    }

    private PushingSegmentStore store(URI to, long maxBytes) {
        return PushingSegmentStore.to(to, HeapSegmentStore.builder().build())
                .maxBytes(maxBytes)
                .events((MediaEvent e) -> events.add(e.message()), Clock.systemUTC())
                .build();
    }

    private static void feed(SegmentStore store) {
        try (Packager packager = Packager.builder(store)
                .policy(SegmentationPolicy.live(GRID))
                .rendition("v")
                .rendition("a")
                .build()) {
            Synthetic video = Synthetic.video(GRID);
            packager.sink("v").accept(new TrackInfo(video.track()));
            packager.sink("a").accept(new TrackInfo(Synthetic.audio().track()));
            video.samples(packager.sink("v"), 1000, 251);
            Synthetic.audio().samples(packager.sink("a"), 1875, 471);
        }
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        for (int i = 0; i < 1000 && !condition.getAsBoolean(); i++) {
            assertThat(never.await(10, TimeUnit.MILLISECONDS)).isFalse();
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }

    @Test
    void theOriginServesWhatWasPushed() throws Exception {
        try (PushingSegmentStore store = store(slot(), 1 << 20)) {
            refuse.set(2);
            feed(store);
            await(() -> store.sent() == 12);
            assertThat(store.lost()).isZero();
            Presentation here = store.reader().presentation().orElseThrow();
            Presentation there = served.reader().presentation().orElseThrow();
            assertThat(HlsWriter.multivariant(there)).isEqualTo(HlsWriter.multivariant(here));
            assertThat(HlsWriter.media(there, there.tracks().get(0)))
                    .isEqualTo(HlsWriter.media(here, here.tracks().get(0)));
            assertThat(Feed.bytes(served.reader()
                            .awaitSegment("v", 22, Duration.ZERO)
                            .toCompletableFuture()
                            .join()
                            .orElseThrow()))
                    .isEqualTo(Feed.bytes(store.reader()
                            .awaitSegment("v", 22, Duration.ZERO)
                            .toCompletableFuture()
                            .join()
                            .orElseThrow()));
        }
    }

    @Test
    void anOriginThatIsGoneHoldsNobodyUp() throws Exception {
        server.close();
        try (PushingSegmentStore store = store(slot(), 4000)) {
            feed(store);
            await(() -> store.lost() == 12);
            assertThat(store.sent()).isZero();
            assertThat(events).anyMatch(e -> e.contains("given up")).anyMatch(e -> e.contains("did not take"));
            assertThat(store.reader().presentation().orElseThrow().lastNumber()).isEqualTo(24);
        }
    }

    @Test
    void theAddressIsChecked() {
        HeapSegmentStore kept = HeapSegmentStore.builder().build();
        for (String wrong : List.of("origin/c/A/", "http://origin/c/A")) {
            assertThatThrownBy(() -> PushingSegmentStore.to(URI.create(wrong), kept))
                    .hasMessageContaining(wrong);
        }
        kept.close();
    }
}

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
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChannelIngestTest {

    private static final EpochGrid GRID = new EpochGrid(Rational.of(25, 1), 50, 1);
    private static final long FIRST = 20;

    private final FakeClock clock = FakeClock.at("1970-01-01T00:00:00Z");
    private final HeapSegmentStore made = HeapSegmentStore.builder().build();
    private final HeapSegmentStore store = HeapSegmentStore.builder().build();
    private final ChannelIngest ingest =
            ChannelIngest.builder(channel(store, clock)).build();
    private final Origin origin = Origin.builder().build();

    ChannelIngestTest() {
        origin.add("c", ingest);
        Packager packager = Packager.builder(made)
                .policy(SegmentationPolicy.live(GRID))
                .rendition("v")
                .rendition("a")
                .build();
        Synthetic video = Synthetic.video(GRID);
        packager.sink("v").accept(new TrackInfo(video.track()));
        packager.sink("a").accept(new TrackInfo(Synthetic.audio().track()));
        video.samples(packager.sink("v"), 1000, 401);
        Synthetic.audio().samples(packager.sink("a"), 1875, 800);
        packager.close();
    }

    @AfterEach
    void close() {
        ingest.close();
        store.close();
        made.close();
    }

    private static Packager.Builder channel(HeapSegmentStore store, FakeClock clock) {
        return Packager.builder(store)
                .policy(SegmentationPolicy.live(GRID))
                .rendition("v")
                .rendition("a")
                .clock(clock);
    }

    /** Takes the place of the channel that each test begins with. */
    private ChannelIngest serve(ChannelIngest.Builder builder) {
        ChannelIngest other = builder.build();
        origin.remove("c");
        origin.add("c", other);
        return other;
    }

    private int put(String path, ByteBuffer bytes) {
        return origin.handle(new MediaRequest("PUT", "/c/" + path, "", Headers.EMPTY, new MediaBody.Bytes(bytes)))
                .toCompletableFuture()
                .join()
                .status();
    }

    private ByteBuffer init(String rendition) {
        return Feed.bytes(made.reader().init(rendition, "init.mp4").orElseThrow());
    }

    private void inits(String slot) {
        assertThat(put(slot + "/v/init.mp4", init("v"))).isEqualTo(201);
        assertThat(put(slot + "/a/init.mp4", init("a"))).isEqualTo(201);
    }

    private int segment(String slot, String rendition, long k) {
        return put(slot + "/" + rendition + "/" + k + ".m4s", Feed.segment(made, rendition, k));
    }

    private List<Long> listed() {
        return store.reader().presentation().orElseThrow().track("v").segments().stream()
                .map(SegmentEntry::number)
                .toList();
    }

    @Test
    void aPushedChannelIsServedAsItWasMade() {
        inits("A");
        for (long k = FIRST; k < FIRST + 4; k++) {
            assertThat(segment("A", "v", k)).isEqualTo(201);
            assertThat(segment("A", "a", k)).isEqualTo(201);
        }
        assertThat(listed()).containsExactly(20L, 21L, 22L, 23L);
        for (String rendition : new String[] {"v", "a"}) {
            assertThat(Feed.segment(store, rendition, 21)).isEqualTo(Feed.segment(made, rendition, 21));
        }
        Presentation direct = made.reader().presentation().orElseThrow().through(23);
        Presentation pushed = store.reader().presentation().orElseThrow();
        assertThat(HlsWriter.media(pushed, pushed.tracks().get(0)))
                .isEqualTo(HlsWriter.media(direct, direct.tracks().get(0)));
        MediaResponse playlist = origin.handle(MediaRequest.get("/c/v/media.m3u8"))
                .toCompletableFuture()
                .join();
        assertThat(playlist.status()).isEqualTo(200);
    }

    @Test
    void whatIsListedDoesNotChange() {
        inits("A");
        segment("A", "v", 20);
        segment("A", "a", 20);
        segment("A", "v", 21);
        assertThat(segment("A", "v", 20)).as("the same again").isEqualTo(200);
        ByteBuffer other = ByteBuffer.allocate(Feed.segment(made, "v", 20).remaining());
        other.put(Feed.segment(made, "v", 20)).flip();
        other.put(other.limit() - 1, (byte) 99);
        assertThat(put("A/v/20.m4s", other)).as("other bytes").isEqualTo(409);
        assertThat(segment("A", "a", 22)).isEqualTo(201);
        assertThat(segment("A", "a", 21)).as("an index going back").isEqualTo(409);
        inits("B");
        assertThat(segment("B", "v", 20)).as("late from the other slot").isEqualTo(201);
        assertThat(listed()).containsExactly(20L);
    }

    @Test
    void theOtherSlotStepsInAfterTheDeadline() {
        inits("A");
        inits("B");
        segment("A", "v", 20);
        segment("A", "a", 20);
        // segment 21 ends at 44 s; one second of budget and one of grace
        clock.advance(Duration.ofMillis(45_900));
        segment("B", "v", 21);
        segment("B", "a", 21);
        assertThat(listed()).containsExactly(20L);
        clock.advance(Duration.ofMillis(100));
        segment("B", "v", 22);
        assertThat(listed()).containsExactly(20L, 21L);
        assertThat(ingest.preferred()).isEqualTo(IngestSlot.B);
        Presentation present = store.reader().presentation().orElseThrow();
        assertThat(present.tracks()).allSatisfy(t -> assertThat(t.segments()).noneMatch(SegmentEntry::discontinuity));
    }

    @Test
    void wrongPutsAreTold() {
        assertThat(segment("A", "v", 20)).as("no init yet").isEqualTo(409);
        inits("A");
        assertThat(put("A/v/20.m4s", ByteBuffer.wrap(new byte[] {1, 2, 3}))).isEqualTo(400);
        ByteBuffer whole = Feed.segment(made, "v", 20);
        assertThat(put("A/v/20.m4s", whole.slice(0, whole.remaining() - 1)))
                .as("cut short")
                .isEqualTo(400);
        assertThat(put("A/v/25.m4s", Feed.segment(made, "v", 20)))
                .as("not its place")
                .isEqualTo(400);
        assertThat(put("A/v/init.mp4", ByteBuffer.allocate(0))).isEqualTo(400);
        assertThat(put("C/v/20.m4s", whole)).isEqualTo(404);
        assertThat(put("A/x/20.m4s", whole)).isEqualTo(404);
        assertThat(put("A/v/20.ts", whole)).isEqualTo(404);
    }

    @Test
    void aNumberBeyondAllTimeIsRefused() {
        inits("A");
        assertThat(put("A/v/999999999999999999.m4s", Feed.segment(made, "v", 20)))
                .isEqualTo(400);
        assertThat(put("A/v/9223372036854775807.m4s", Feed.segment(made, "v", 20)))
                .as("more digits than a number has")
                .isEqualTo(404);
    }

    /** Were such a number listed, nothing of either slot would come in until then. */
    @Test
    void aSenderWhoseClockIsWrongDoesNotStopTheChannel() {
        FakeClock before = FakeClock.at("1969-12-31T23:55:00Z");
        HeapSegmentStore kept = HeapSegmentStore.builder().build();
        ChannelIngest early = serve(ChannelIngest.builder(channel(kept, before)));
        inits("A");
        assertThat(segment("A", "v", 20)).isEqualTo(400);
        assertThat(segment("A", "a", 20)).isEqualTo(400);
        before.advance(Duration.ofSeconds(300));
        assertThat(segment("A", "v", 20)).isEqualTo(201);
        assertThat(segment("A", "a", 20)).isEqualTo(201);
        assertThat(kept.reader().presentation().orElseThrow().lastNumber()).isEqualTo(20);
        early.close();
        kept.close();
    }

    /** The other rendition comes when the encoder of this one has begun anew already. */
    @Test
    void aSegmentKeepsTheInitialisationSegmentThatItCameAfter() {
        inits("A");
        segment("A", "v", 20);
        assertThat(put("A/v/init.mp4", otherInit())).isEqualTo(201);
        segment("A", "a", 20);
        segment("A", "v", 21);
        segment("A", "a", 21);
        Presentation present = store.reader().presentation().orElseThrow();
        List<SegmentEntry> video = present.track("v").segments();
        assertThat(Feed.bytes(store.reader().init("v", video.get(0).init()).orElseThrow()))
                .isEqualTo(init("v"));
        assertThat(Feed.bytes(store.reader().init("v", video.get(1).init()).orElseThrow()))
                .isEqualTo(otherInit());
        assertThat(video).extracting(SegmentEntry::discontinuity).containsExactly(false, true);
    }

    /** The same with a box at its end that says nothing. */
    private ByteBuffer otherInit() {
        ByteBuffer init = init("v");
        ByteBuffer other = ByteBuffer.allocate(init.remaining() + 8).put(init);
        return other.putInt(8).putInt(0x66726565).flip();
    }

    @Test
    void whatWasRefusedForWantOfRoomIsTakenWhenItComesAgain() {
        int room = Feed.segment(made, "a", 20).remaining()
                + Feed.segment(made, "a", 21).remaining()
                - 1;
        HeapSegmentStore small = HeapSegmentStore.builder().build();
        ChannelIngest narrow =
                serve(ChannelIngest.builder(channel(small, clock)).limits(room, room));
        inits("A");
        assertThat(segment("A", "a", 20)).isEqualTo(201);
        assertThat(segment("A", "a", 21)).as("no room").isEqualTo(503);
        assertThat(segment("A", "v", 20)).isEqualTo(201);
        assertThat(segment("A", "a", 21)).as("the same once more").isEqualTo(201);
        assertThat(segment("A", "v", 21)).isEqualTo(201);
        assertThat(small.reader().presentation().orElseThrow().lastNumber()).isEqualTo(21);
        narrow.close();
        small.close();
    }

    /** Boxes without end or in single bytes cost no more than they are. */
    @Test
    void aLongRequestOfManyHeadersKeepsOne() {
        ByteArrayOutputStream headers = new ByteArrayOutputStream();
        FragmentStream stream = new FragmentStream(GRID, 1 << 20, new FragmentStream.Output() {
            @Override
            public FragmentStream.Header init(ByteBuffer bytes) {
                headers.reset();
                write(headers, bytes.duplicate());
                return new FragmentStream.Header(
                        Inits.track(bytes).track().timebase(),
                        Inits.track(bytes).defaults());
            }

            @Override
            public void segment(long number, ByteBuffer bytes) {
                throw new AssertionError();
            }
        });
        ByteBuffer init = init("v");
        stream.accept(init.duplicate());
        ByteBuffer movie = init.duplicate().position(init.getInt(0));
        for (int again = 0; again < 3; again++) {
            for (int at = movie.position(); at < movie.limit(); at++) {
                stream.accept(init.slice(at, 1));
            }
        }
        assertThat(headers.toByteArray()).hasSize(init.remaining());
    }

    /** Interface 1: one request that lasts as long as the channel, in pieces of any size. */
    @Test
    void aLongRequestIsCutIntoSegments() {
        Random random = new Random(3);
        for (String rendition : new String[] {"v", "a"}) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            write(all, init(rendition));
            for (long k = FIRST; k < FIRST + 4; k++) {
                write(all, Feed.segment(made, rendition, k));
            }
            Queue<ByteBuffer> pieces = new ArrayDeque<>();
            ByteBuffer bytes = ByteBuffer.wrap(all.toByteArray());
            while (bytes.hasRemaining()) {
                int size = Math.min(bytes.remaining(), 1 + random.nextInt(700));
                pieces.add(bytes.slice(bytes.position(), size));
                bytes.position(bytes.position() + size);
            }
            MediaRequest post = new MediaRequest(
                    "POST", "/c/A/" + rendition, "", Headers.EMPTY, new MediaBody.Pulled(new Pieces(pieces), -1));
            assertThat(origin.handle(post).toCompletableFuture().join().status())
                    .isEqualTo(200);
        }
        // the last one may lack its end: nothing said that it was the last
        assertThat(listed()).containsExactly(20L, 21L, 22L);
        assertThat(Feed.segment(store, "a", 22)).isEqualTo(Feed.segment(made, "a", 22));
    }

    private static void write(ByteArrayOutputStream out, ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        out.writeBytes(copy);
    }

    private record Pieces(Queue<ByteBuffer> left) implements MediaBody.ChunkSource {
        @Override
        public CompletionStage<Optional<ByteBuffer>> next() {
            CompletableFuture<Optional<ByteBuffer>> next = new CompletableFuture<>();
            ByteBuffer piece = left.poll();
            if (left.size() % 2 == 0) {
                next.complete(Optional.ofNullable(piece));
            } else {
                CompletableFuture.runAsync(() -> next.complete(Optional.ofNullable(piece)));
            }
            return next;
        }

        @Override
        public void close() {}
    }

    @Test
    void aStreamOfGarbageIsRefused() {
        FragmentStream stream = new FragmentStream(GRID, 1000, new FragmentStream.Output() {
            @Override
            public FragmentStream.Header init(ByteBuffer bytes) {
                throw new AssertionError();
            }

            @Override
            public void segment(long number, ByteBuffer bytes) {
                throw new AssertionError();
            }
        });
        assertThatThrownBy(() -> stream.accept(ByteBuffer.wrap(new byte[] {0x7f, 0, 0, 0, 0, 0, 0, 0})))
                .isInstanceOf(MediaException.class);
    }
}

package io.headend.cdn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.MediaException;
import io.headend.core.http.Headers;
import io.headend.core.http.MediaBody;
import io.headend.core.http.MediaHandler;
import io.headend.core.http.MediaRequest;
import io.headend.core.http.MediaResponse;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class EdgeCacheTest {

    private final FakeOrigin origin = new FakeOrigin();
    private final AtomicLong now = new AtomicLong();
    private final EdgeCache cache = over(origin);

    private EdgeCache over(MediaHandler behind) {
        return EdgeCache.builder(behind)
                .ticker(now::get)
                .maxBytes(100_000)
                .maxObjectBytes(10_000)
                .maxFetches(3)
                .patience(Duration.ofSeconds(5))
                .build();
    }

    private void pass(double seconds) {
        now.addAndGet((long) (seconds * 1e9));
    }

    private CompletableFuture<MediaResponse> ask(String target) {
        return cache.handle(MediaRequest.get(target)).toCompletableFuture();
    }

    private static MediaResponse text(String text, String cacheControl) {
        return MediaResponse.ok("text/plain", ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)))
                .withHeader("Cache-Control", cacheControl);
    }

    private static String read(MediaResponse response) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (response.body() instanceof MediaBody.Bytes bytes) {
            bytes.parts().forEach(part -> add(out, part));
        } else if (response.body() instanceof MediaBody.Pulled pulled) {
            for (Optional<ByteBuffer> next = next(pulled); next.isPresent(); next = next(pulled)) {
                add(out, next.get());
            }
            pulled.close();
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private static Optional<ByteBuffer> next(MediaBody.Pulled pulled) {
        return pulled.source().next().toCompletableFuture().join();
    }

    private static void add(ByteArrayOutputStream out, ByteBuffer part) {
        byte[] copy = new byte[part.remaining()];
        part.duplicate().get(copy);
        out.writeBytes(copy);
    }

    private static String how(CompletableFuture<MediaResponse> response) {
        return response.join().headers().first("Cache-Status").orElse("");
    }

    private CompletableFuture<MediaResponse> ask(String target, String encodings) {
        MediaRequest plain = MediaRequest.get(target);
        Headers headers = Headers.of("Accept-Encoding", encodings, "Cookie", "a=b");
        return cache.handle(new MediaRequest("GET", plain.path(), plain.rawQuery(), headers, plain.body()))
                .toCompletableFuture();
    }

    @Test
    void manifestsAreKeptOnceForThoseWhoTakeGzipAndOnceForOthers() {
        CompletableFuture<MediaResponse> first = ask("/c/media.m3u8", "gzip, deflate, br");
        origin.answer(text("compressed", "max-age=4").withHeader("Content-Encoding", "gzip"));
        assertThat(origin.requests.get(0).headers()).isEqualTo(Headers.of("Accept-Encoding", "gzip"));
        assertThat(first.join().headers().first("Content-Encoding")).contains("gzip");
        assertThat(how(ask("/c/media.m3u8", "br, x-gzip"))).isEqualTo("headend; hit");

        CompletableFuture<MediaResponse> plain = ask("/c/media.m3u8", "gzip;q=0, br");
        origin.answer(text("plain", "max-age=4"));
        assertThat(origin.requests.get(1).headers()).isEqualTo(Headers.EMPTY);
        assertThat(read(plain.join())).isEqualTo("plain");
        assertThat(how(ask("/c/media.m3u8"))).isEqualTo("headend; hit");
        assertThat(read(ask("/c/media.m3u8", "gzip").join())).isEqualTo("compressed");
        assertThat(origin.requests).hasSize(2);
    }

    @Test
    void segmentsAreKeptOnceWhateverIsTaken() {
        ask("/c/v/7.m4s", "gzip");
        origin.answer(text("media", "max-age=4"));
        assertThat(origin.requests.get(0).headers()).isEqualTo(Headers.EMPTY);
        assertThat(how(ask("/c/v/7.m4s"))).isEqualTo("headend; hit");
    }

    @Test
    void keepsAnAnswerForAsLongAsItSays() {
        CompletableFuture<MediaResponse> first = ask("/a");
        origin.answer(text("one", "max-age=4"));
        assertThat(read(first.join())).isEqualTo("one");
        assertThat(how(first)).isEqualTo("headend; fwd=miss");
        pass(3.5);
        CompletableFuture<MediaResponse> second = ask("/a");
        assertThat(read(second.join())).isEqualTo("one");
        assertThat(how(second)).isEqualTo("headend; hit");
        assertThat(second.join().headers().first("Age")).contains("3");
        pass(0.6);
        CompletableFuture<MediaResponse> third = ask("/a");
        assertThat(third).isNotDone();
        origin.answer(text("two", "max-age=4"));
        assertThat(read(third.join())).isEqualTo("two");
        assertThat(cache.figures())
                .isEqualTo(new CacheFigures(1, 0, 2, 0, 1, cache.figures().bytes()));
        cache.clear();
        assertThat(cache.figures().entries()).isZero();
    }

    @Test
    void aSharedLifetimeWinsAndTheOriginsAgeCounts() {
        assertThat(CacheControl.of(Headers.of("Cache-Control", "max-age=60, s-maxage=5", "Age", "2"))
                        .lifetime())
                .contains(Duration.ofSeconds(3));
        assertThat(CacheControl.of(Headers.of("Cache-Control", "MAX-AGE=\"7\"")).lifetime())
                .contains(Duration.ofSeconds(7));
        assertThat(CacheControl.of(Headers.of("Cache-Control", "max-age=99999999999"))
                        .lifetime())
                .contains(Duration.ZERO);
        assertThat(CacheControl.of(Headers.of("Cache-Control", "max-age=-1")).lifetime())
                .contains(Duration.ZERO);
        assertThat(CacheControl.of(Headers.EMPTY).lifetime()).isEmpty();
    }

    @Test
    void aCrowdCostsOneRequest() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        CompletableFuture<MediaResponse> answer = new CompletableFuture<>();
        EdgeCache crowded = over(request -> {
            asked.incrementAndGet();
            return answer;
        });
        List<Thread> threads = new ArrayList<>();
        List<CompletableFuture<MediaResponse>> answers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            CompletableFuture<MediaResponse> result = new CompletableFuture<>();
            answers.add(result);
            Thread thread = new Thread(() -> crowded.handle(MediaRequest.get("/a"))
                    .whenComplete((response, failure) -> result.complete(response)));
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        answer.complete(text("one", "no-store"));
        assertThat(answers).allSatisfy(a -> assertThat(read(a.join())).isEqualTo("one"));
        assertThat(asked).hasValue(1);
        assertThat(crowded.figures().collapsed()).isEqualTo(99);
        assertThat(crowded.running()).isZero();
    }

    @Test
    void aStampedeOverAStoredAnswerCostsOneRequest() throws Exception {
        for (int round = 0; round < 50; round++) {
            AtomicInteger asked = new AtomicInteger();
            EdgeCache quick = over(request -> {
                asked.incrementAndGet();
                return CompletableFuture.completedFuture(text("one", "max-age=9"));
            });
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                threads.add(new Thread(() -> quick.handle(MediaRequest.get("/a"))));
            }
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(asked).hasValue(1);
        }
    }

    @Test
    void doesNotKeepWhatMayNotBeKept() {
        for (String control : List.of("no-store", "no-cache", "max-age=0", "private, max-age=9")) {
            ask("/a");
            origin.answer(text("one", control));
            assertThat(cache.figures().entries()).as(control).isZero();
        }
        ask("/a");
        origin.answer(MediaResponse.ok("text/plain", ByteBuffer.allocate(1)));
        assertThat(cache.figures().entries()).isZero();
        assertThat(origin.requests).hasSize(5);
    }

    @Test
    void doesNotShareWhatIsForOneClient() {
        CompletableFuture<MediaResponse> first = ask("/a");
        CompletableFuture<MediaResponse> second = ask("/a");
        origin.answer(text("mine", "max-age=9").withHeader("Set-Cookie", "a=b"));
        assertThat(first.join().headers().first("Set-Cookie")).contains("a=b");
        assertThat(second).isNotDone();
        origin.answer(text("yours", "private"));
        assertThat(read(second.join())).isEqualTo("yours");
        assertThat(origin.requests).hasSize(2);
    }

    @Test
    void errorsAreSharedAndKeptForAMoment() {
        List<CompletableFuture<MediaResponse>> herd = List.of(ask("/a"), ask("/a"), ask("/a"));
        origin.answer(new MediaResponse(404, Headers.EMPTY, MediaBody.empty()));
        assertThat(herd).allSatisfy(a -> assertThat(a.join().status()).isEqualTo(404));
        assertThat(ask("/a")).isCompletedWithValueMatching(r -> r.status() == 404);
        pass(1.1);
        assertThat(ask("/a")).isNotDone();
        // An origin that says no-store means it, of errors too.
        origin.answer(MediaResponse.error(503, "not now"));
        assertThat(ask("/a")).isNotDone();
        origin.answers.get(2).completeExceptionally(new IllegalStateException("gone"));
        assertThat(ask("/a")).isNotDone();
        assertThat(cache.figures().failures()).isEqualTo(1);
        assertThat(origin.requests).hasSize(4);
    }

    @Test
    void anOriginThatThrowsIsA502() {
        EdgeCache broken = over(request -> {
            throw new IllegalStateException("boom");
        });
        MediaResponse response =
                broken.handle(MediaRequest.get("/a")).toCompletableFuture().join();
        assertThat(response.status()).isEqualTo(502);
        assertThat(broken.running()).isZero();
    }

    @Test
    void theKeyIsThePathAndTheLowLatencyParametersInAnyOrder() {
        ask("/a.m3u8?_HLS_part=1&_HLS_msn=5&session=42");
        CompletableFuture<MediaResponse> permuted = ask("/a.m3u8?_HLS_msn=5&_HLS_part=1&session=43");
        assertThat(origin.requests).hasSize(1);
        assertThat(origin.requests.get(0)).isEqualTo(MediaRequest.get("/a.m3u8?_HLS_msn=5&_HLS_part=1"));
        origin.answer(text("playlist", "max-age=1"));
        assertThat(how(permuted)).isEqualTo("headend; fwd=miss; collapsed");
        ask("/a.m3u8?_HLS_msn=5&_HLS_part=2");
        ask("/a.m3u8");
        assertThat(origin.requests).hasSize(3);
    }

    @Test
    void whatIsNotAReadGoesThrough() {
        MediaRequest post = new MediaRequest("POST", "/keys", "a=b", Headers.EMPTY, MediaBody.empty());
        MediaRequest signed = MediaRequest.get("/a").withHeaders(Headers.of("Authorization", "x"));
        cache.handle(post);
        cache.handle(signed);
        assertThat(origin.requests).containsExactly(post, signed);
    }

    @Test
    void joinersReadABodyWhileItComes() {
        FakeChunks chunks = new FakeChunks();
        CompletableFuture<MediaResponse> first = ask("/1.m4s");
        origin.answer(
                new MediaResponse(200, Headers.of("Cache-Control", "max-age=9"), new MediaBody.Pulled(chunks, -1)));
        MediaBody.Pulled early = (MediaBody.Pulled) first.join().body();
        CompletableFuture<Optional<ByteBuffer>> waiting = early.source().next().toCompletableFuture();
        assertThat(waiting).isNotDone();
        chunks.give(new byte[] {'a'});
        assertThat(waiting.join()).isPresent();
        // The leader goes away; the fill goes on for the others.
        CompletableFuture<Optional<ByteBuffer>> abandoned =
                early.source().next().toCompletableFuture();
        early.close();
        assertThat(abandoned).isCompletedExceptionally();
        CompletableFuture<MediaResponse> joiner = ask("/1.m4s");
        MediaBody.Pulled late = (MediaBody.Pulled) joiner.join().body();
        assertThat(next(late)).contains(ByteBuffer.wrap(new byte[] {'a'}));
        chunks.give(new byte[] {'b'});
        chunks.end();
        assertThat(read(joiner.join())).isEqualTo("b");
        assertThat(chunks.closed).hasValue(1);
        CompletableFuture<MediaResponse> after = ask("/1.m4s");
        assertThat(after.join().body()).isInstanceOf(MediaBody.Bytes.class);
        assertThat(read(after.join())).isEqualTo("ab");
        assertThat(origin.requests).hasSize(1);
    }

    @Test
    void aBodyThatBreaksOffOrGrowsTooLargeIsNotKept() {
        for (boolean large : List.of(true, false)) {
            FakeChunks chunks = new FakeChunks();
            CompletableFuture<MediaResponse> first = ask("/1.m4s");
            origin.answer(
                    new MediaResponse(200, Headers.of("Cache-Control", "max-age=9"), new MediaBody.Pulled(chunks, -1)));
            chunks.give(new byte[9_000]);
            if (large) {
                chunks.give(new byte[1_001]);
            } else {
                chunks.fail();
            }
            MediaBody.Pulled body = (MediaBody.Pulled) first.join().body();
            assertThat(next(body)).isPresent();
            assertThat(body.source().next().toCompletableFuture()).isCompletedExceptionally();
            assertThat(chunks.closed).hasValue(1);
            assertThat(cache.running()).isZero();
        }
        assertThat(cache.figures().entries()).isZero();
        assertThat(cache.figures().failures()).isEqualTo(2);
    }

    @Test
    void neitherLargeBodiesNorFilesAreKept() {
        CompletableFuture<MediaResponse> large = ask("/large");
        origin.answer(MediaResponse.ok("a/b", ByteBuffer.allocate(10_001)).withHeader("Cache-Control", "max-age=9"));
        assertThat(large.join().body().length()).isEqualTo(10_001);
        CompletableFuture<MediaResponse> file = ask("/file");
        origin.answer(new MediaResponse(
                200, Headers.of("Cache-Control", "max-age=9"), new MediaBody.FileRegion(Path.of("none"), 0, 5_000)));
        assertThat(file.join().body()).isInstanceOf(MediaBody.FileRegion.class);
        assertThat(cache.figures().entries()).isZero();
    }

    @Test
    void staysWithinItsBytes() {
        EdgeCache small = over(request -> CompletableFuture.completedFuture(
                MediaResponse.ok("a/b", ByteBuffer.allocate(5_000)).withHeader("Cache-Control", "max-age=60")));
        for (int i = 0; i < 100; i++) {
            small.handle(MediaRequest.get("/" + i));
        }
        assertThat(small.figures().bytes()).isBetween(80_000L, 100_000L);
        assertThat(small.figures().entries()).isBetween(10L, 20L);
    }

    @Test
    void takesNoMoreFetchesThanAllowed() {
        ask("/1");
        ask("/2");
        ask("/3");
        MediaResponse refused = ask("/4").join();
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.headers().first("Retry-After")).contains("1");
        origin.answer(text("3", "no-store"));
        assertThat(ask("/4")).isNotDone();
    }

    @Test
    void aFetchThatNeverAnswersIsMadeAgain() {
        CompletableFuture<MediaResponse> forgotten = ask("/a");
        pass(6);
        CompletableFuture<MediaResponse> next = ask("/a");
        assertThat(origin.requests).hasSize(2);
        origin.answer(text("two", "max-age=9"));
        assertThat(read(next.join())).isEqualTo("two");
        assertThat(forgotten).isNotDone();
        origin.answers.get(0).complete(text("one", "no-store"));
        assertThat(read(forgotten.join())).isEqualTo("one");
        assertThat(cache.running()).isZero();
    }

    @Test
    void refusesSettingsOutOfRange() {
        assertThatThrownBy(() -> EdgeCache.builder(origin).maxBytes(0))
                .isInstanceOf(MediaException.class)
                .hasMessage("maximal bytes must be positive, not 0");
    }

    @Test
    void aBodyThatStallsGathersACrowdNoLonger() {
        FakeChunks chunks = new FakeChunks();
        CompletableFuture<MediaResponse> first = ask("/a");
        origin.answer(
                new MediaResponse(200, Headers.of("Cache-Control", "max-age=9"), new MediaBody.Pulled(chunks, -1)));
        assertThat(first).isDone();
        pass(4);
        chunks.give(new byte[10]);
        pass(4);
        ask("/a");
        assertThat(origin.requests).as("bytes came 4 s ago").hasSize(1);
        pass(6);
        CompletableFuture<MediaResponse> later = ask("/a");
        assertThat(origin.requests).hasSize(2);
        origin.answer(text("fresh", "max-age=9"));
        assertThat(read(later.join())).isEqualTo("fresh");
    }

    @Test
    void fetchesThatTheOriginForgotDoNotLockOthersOut() {
        ask("/a");
        ask("/b");
        ask("/c");
        assertThat(ask("/d").join().status()).isEqualTo(503);
        pass(6);
        CompletableFuture<MediaResponse> later = ask("/d");
        origin.answer(text("there", "max-age=9"));
        assertThat(read(later.join())).isEqualTo("there");
    }

    @Test
    void aBodyShorterThanAnnouncedIsNotKept() {
        FakeChunks chunks = new FakeChunks();
        CompletableFuture<MediaResponse> first = ask("/a");
        origin.answer(
                new MediaResponse(200, Headers.of("Cache-Control", "max-age=9"), new MediaBody.Pulled(chunks, 20)));
        chunks.give(new byte[10]);
        chunks.end();
        assertThatThrownBy(() -> read(first.join())).hasStackTraceContaining("10 of 20 bytes");
        assertThat(cache.figures().entries()).isZero();
        assertThat(cache.figures().failures()).isEqualTo(1);
        assertThat(cache.running()).isZero();
    }

    @Test
    void theTimeSpentInCachesBeforeThisOneCounts() {
        CompletableFuture<MediaResponse> first = ask("/a");
        origin.answer(text("one", "max-age=60").withHeader("Age", "50"));
        assertThat(first.join().headers().all("Age")).containsExactly("50");
        pass(3);
        assertThat(ask("/a").join().headers().all("Age")).containsExactly("53");
    }

    @Test
    void readersOfOneBodyDoNotDisturbEachOther() {
        FakeChunks chunks = new FakeChunks();
        CompletableFuture<MediaResponse> first = ask("/a");
        CompletableFuture<MediaResponse> second = ask("/a");
        origin.answer(new MediaResponse(200, Headers.EMPTY, new MediaBody.Pulled(chunks, 4)));
        chunks.give(new byte[] {1, 2, 3, 4});
        chunks.end();
        ByteBuffer mine = next((MediaBody.Pulled) first.join().body()).orElseThrow();
        mine.position(mine.limit());
        assertThat(read(second.join())).hasSize(4);
    }
}

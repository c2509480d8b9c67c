package io.headend.drm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.MediaException;
import io.headend.core.http.MediaRequest;
import io.headend.core.http.MediaResponse;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LimitedHandlerTest {

    private static final MediaResponse OK = MediaResponse.ok("text/plain", ByteBuffer.allocate(0));

    private final AtomicLong now = new AtomicLong(-5);
    private final List<CompletableFuture<MediaResponse>> running = new ArrayList<>();

    private CompletionStage<MediaResponse> wait(MediaRequest request) {
        CompletableFuture<MediaResponse> answer = new CompletableFuture<>();
        running.add(answer);
        return answer;
    }

    private static MediaResponse ask(LimitedHandler handler) {
        return handler.handle(MediaRequest.get("/")).toCompletableFuture().join();
    }

    @Test
    void answersSoManyAtATime() {
        LimitedHandler handler = LimitedHandler.of(this::wait, 2, 1000, now::get);
        CompletionStage<MediaResponse> first = handler.handle(MediaRequest.get("/"));
        handler.handle(MediaRequest.get("/"));

        MediaResponse third = ask(handler);
        assertThat(third.status()).isEqualTo(503);
        assertThat(third.headers().first("Retry-After")).contains("1");
        running.get(0).complete(OK);
        assertThat(first.toCompletableFuture().join().status()).isEqualTo(200);
        assertThat(handler.handle(MediaRequest.get("/")).toCompletableFuture()).isNotDone();
        running.get(1).completeExceptionally(new IllegalStateException("a defect"));
        assertThat(handler.handle(MediaRequest.get("/")).toCompletableFuture()).isNotDone();
        assertThat(running).hasSize(4);
    }

    @Test
    void answersSoManyASecond() {
        LimitedHandler handler = LimitedHandler.of(request -> CompletableFuture.completedFuture(OK), 10, 4, now::get);
        for (int i = 0; i < 4; i++) {
            assertThat(ask(handler).status()).isEqualTo(200);
        }
        MediaResponse refused = ask(handler);
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.headers().first("Retry-After")).contains("1");

        now.addAndGet(250_000_000);
        assertThat(ask(handler).status()).isEqualTo(200);
        assertThat(ask(handler).status()).isEqualTo(429);
        now.addAndGet(3_600_000_000_000L);
        for (int i = 0; i < 4; i++) {
            assertThat(ask(handler).status()).isEqualTo(200);
        }
        assertThat(ask(handler).status()).isEqualTo(429);
    }

    @Test
    void aHandlerThatThrowsKeepsNoPlace() {
        LimitedHandler handler = LimitedHandler.of(
                request -> {
                    throw new IllegalStateException("a defect");
                },
                1,
                100,
                now::get);
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> ask(handler)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void refusesBoundsThatAreNone() {
        assertThatThrownBy(() -> LimitedHandler.of(this::wait, 0, 1)).isInstanceOf(MediaException.class);
        assertThatThrownBy(() -> LimitedHandler.of(this::wait, 1, 0)).isInstanceOf(MediaException.class);
    }
}

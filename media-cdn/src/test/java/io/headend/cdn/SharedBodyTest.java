package io.headend.cdn;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.http.MediaBody;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SharedBodyTest {

    private static final int CHUNKS = 5000;

    /** Sums what it reads, checking the order; ends early after {@code limit} chunks. */
    private static int read(MediaBody body, int limit) {
        MediaBody.Pulled pulled = (MediaBody.Pulled) body;
        int count = 0;
        while (count < limit) {
            Optional<ByteBuffer> next =
                    pulled.source().next().toCompletableFuture().join();
            if (next.isEmpty()) {
                break;
            }
            assertThat(next.get().getInt(0)).isEqualTo(count);
            count++;
        }
        pulled.close();
        return count;
    }

    @Test
    void everyReaderGetsEveryChunkInOrder() throws Exception {
        SharedBody body = new SharedBody(-1);
        List<CompletableFuture<Integer>> whole = new ArrayList<>();
        List<CompletableFuture<Integer>> early = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            MediaBody first = body.reader();
            MediaBody second = body.reader();
            int limit = 100 * i + 1;
            whole.add(CompletableFuture.supplyAsync(
                    () -> read(first, Integer.MAX_VALUE), task -> new Thread(task).start()));
            early.add(CompletableFuture.supplyAsync(() -> read(second, limit), task -> new Thread(task).start()));
        }
        for (int i = 0; i < CHUNKS; i++) {
            body.append(ByteBuffer.allocate(4).putInt(0, i));
        }
        body.complete();
        for (int i = 0; i < 6; i++) {
            assertThat(whole.get(i).join()).isEqualTo(CHUNKS);
            assertThat(early.get(i).join()).isEqualTo(100 * i + 1);
        }
        assertThat(body.size()).isEqualTo(4 * CHUNKS);
        assertThat(body.bytes().length()).isEqualTo(4 * CHUNKS);
        assertThat(read(body.reader(), Integer.MAX_VALUE)).isEqualTo(CHUNKS);
    }

    @Test
    void aFailureReachesThoseWhoWaitAndThoseWhoCome() {
        SharedBody body = new SharedBody(10);
        MediaBody.Pulled waiting = (MediaBody.Pulled) body.reader();
        AtomicReference<Throwable> heard = new AtomicReference<>();
        waiting.source().next().whenComplete((chunk, failure) -> heard.set(failure));
        IllegalStateException cause = new IllegalStateException("gone");
        body.fail(cause);
        assertThat(heard).hasValue(cause);
        MediaBody.Pulled late = (MediaBody.Pulled) body.reader();
        assertThat(late.length()).isEqualTo(10);
        assertThat(late.source().next().toCompletableFuture()).isCompletedExceptionally();
    }

    @Test
    void aClosedReaderIsWokenByNobody() {
        SharedBody body = new SharedBody(-1);
        MediaBody.Pulled reader = (MediaBody.Pulled) body.reader();
        CompletableFuture<Optional<ByteBuffer>> next = reader.source().next().toCompletableFuture();
        reader.close();
        assertThat(next).isCompletedExceptionally();
        body.append(ByteBuffer.allocate(1));
        assertThat(body.size()).isEqualTo(1);
    }
}

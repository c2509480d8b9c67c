package io.headend.drm;

import io.headend.core.MediaException;
import io.headend.core.http.MediaHandler;
import io.headend.core.http.MediaRequest;
import io.headend.core.http.MediaResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * Bounds what a key or licence server works on: so many requests at a time, answered 503 beyond, and so many a second, answered 429
 * beyond, both with {@code Retry-After}. A second's worth may come at once.
 *
 * <p><b>Threading:</b> any number of threads; never waits.
 */
public final class LimitedHandler implements MediaHandler {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final MediaHandler handler;
    private final int atOnce;
    private final int eachSecond;
    private final LongSupplier nanoTime;
    private final AtomicInteger running = new AtomicInteger();
    private final Object turn = new Object();
    private long paidUntil;

    private LimitedHandler(MediaHandler handler, int atOnce, int eachSecond, LongSupplier nanoTime) {
        this.handler = handler;
        this.atOnce = atOnce;
        this.eachSecond = eachSecond;
        this.nanoTime = nanoTime;
        this.paidUntil = nanoTime.getAsLong() - SECOND;
    }

    /**
     * Bounds a handler.
     *
     * @param atOnce requests at a time, at least 1
     * @param eachSecond requests a second on average, 1 to 1,000,000
     */
    public static LimitedHandler of(MediaHandler handler, int atOnce, int eachSecond) {
        return of(handler, atOnce, eachSecond, System::nanoTime);
    }

    /** @param nanoTime measures time in nanoseconds */
    static LimitedHandler of(MediaHandler handler, int atOnce, int eachSecond, LongSupplier nanoTime) {
        if (atOnce < 1 || eachSecond < 1 || eachSecond > 1_000_000) {
            throw MediaException.invalidArgument(
                    "A server answers at least one request at a time and 1 to 1000000 a second, not " + atOnce + " and "
                            + eachSecond + ".");
        }
        return new LimitedHandler(handler, atOnce, eachSecond, nanoTime);
    }

    @Override
    public CompletionStage<MediaResponse> handle(MediaRequest request) {
        if (!takesRate()) {
            return refused(request, 429, "There are too many requests; ask again later.");
        }
        if (running.incrementAndGet() > atOnce) {
            running.decrementAndGet();
            return refused(request, 503, "The server is busy; ask again later.");
        }
        boolean handed = false;
        try {
            CompletionStage<MediaResponse> answer = handler.handle(request);
            handed = true;
            return answer.whenComplete((response, failure) -> running.decrementAndGet());
        } finally {
            if (!handed) {
                running.decrementAndGet();
            }
        }
    }

    /** Each request costs its share of a second; nobody saves up more than one. */
    private boolean takesRate() {
        synchronized (turn) {
            long now = nanoTime.getAsLong();
            if (now - paidUntil > SECOND) {
                paidUntil = now - SECOND;
            }
            long price = SECOND / eachSecond;
            if (now - paidUntil < price) {
                return false;
            }
            paidUntil += price;
            return true;
        }
    }

    private static CompletionStage<MediaResponse> refused(MediaRequest request, int status, String sentence) {
        request.body().close();
        return CompletableFuture.completedFuture(
                MediaResponse.error(status, sentence).withHeader("Retry-After", "1"));
    }
}

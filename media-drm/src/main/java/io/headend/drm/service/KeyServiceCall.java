package io.headend.drm.service;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.http.Headers;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongFunction;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Posts a request to a key service, and again where the failure may pass: the connection fails, the service is busy or broken
 * (429, 5xx). All of it ends by one deadline.
 */
public final class KeyServiceCall {

    private static final int MAX_BYTES = 1 << 20;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final long FIRST_PAUSE_MILLIS = 100;

    private final URI service;
    private final Headers headers;
    private final Duration timeout;
    private final HttpClient client;
    private final Lock turn = new ReentrantLock();

    /**
     * Calls of one service.
     *
     * @param service where to post to; user information in it is not sent and not shown
     * @param headers of every request
     * @param timeout of a call with its repetitions
     */
    public KeyServiceCall(URI service, Headers headers, Duration timeout) {
        String scheme = service.getScheme();
        if (service.getHost() == null || !("http".equals(scheme) || "https".equals(scheme))) {
            throw MediaException.invalidArgument("A key service has an http or https URL with a host.");
        }
        if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(Duration.ofMinutes(5)) > 0) {
            throw MediaException.invalidArgument("A key service gets up to 5 minutes, not " + timeout + ".");
        }
        this.service = service;
        this.headers = headers;
        this.timeout = timeout;
        this.client = HttpClient.newBuilder()
                .connectTimeout(timeout)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    /**
     * Posts and waits.
     *
     * @return the body of an answer with status 200
     * @throws MediaException ACCESS_DENIED (401, 403), NOT_FOUND (404), INVALID_ARGUMENT (other 4xx), TIMEOUT, IO (also 3xx), CLOSED if
     *     interrupted, EXHAUSTED if the answer is longer than a megabyte
     */
    public byte[] post(byte[] body) {
        return post(body, System.nanoTime() + timeout.toNanos());
    }

    /**
     * Runs what may ask the service, one thread at a time, so that what one has fetched is there for the next. Others wait, and their wait
     * counts: nobody is away for longer than the timeout, however many there are.
     *
     * @param work is given when to be done, for {@link #post(byte[], long)}
     * @throws MediaException TIMEOUT if the turn does not come, CLOSED if interrupted
     */
    public <T> T inTurn(LongFunction<T> work) {
        long deadline = System.nanoTime() + timeout.toNanos();
        try {
            if (!turn.tryLock(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
                throw timedOut();
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        try {
            return work.apply(deadline);
        } finally {
            turn.unlock();
        }
    }

    /** @param deadline of {@link System#nanoTime} */
    public byte[] post(byte[] body, long deadline) {
        HttpRequest.Builder request = HttpRequest.newBuilder(service)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .timeout(timeout);
        headers.forEach(request::header);
        long pause = TimeUnit.MILLISECONDS.toNanos(FIRST_PAUSE_MILLIS);
        while (true) {
            MediaException failure = null;
            try {
                HttpResponse<byte[]> answer =
                        await(client.sendAsync(request.build(), info -> new LimitedBody(MAX_BYTES)), deadline);
                if (answer.statusCode() == 200) {
                    return answer.body();
                }
                failure = refused(answer.statusCode());
            } catch (ExecutionException e) {
                failure = failed(e.getCause());
            } catch (TimeoutException e) {
                throw timedOut();
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
            if (!failure.retryable() || deadline - System.nanoTime() <= pause) {
                throw failure;
            }
            pause(pause);
            pause *= 2;
        }
    }

    private static HttpResponse<byte[]> await(CompletableFuture<HttpResponse<byte[]>> answer, long deadline)
            throws ExecutionException, TimeoutException, InterruptedException {
        try {
            return answer.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } finally {
            answer.cancel(true);
        }
    }

    private void pause(long nanos) {
        try {
            new CompletableFuture<Void>()
                    .completeOnTimeout(null, nanos, TimeUnit.NANOSECONDS)
                    .get();
        } catch (InterruptedException e) {
            throw interrupted(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a pause does not fail", e);
        }
    }

    private static MediaException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new MediaException(MediaErrorCode.CLOSED, "Asking the key service was interrupted.", e);
    }

    private MediaException refused(int status) {
        if (status == TOO_MANY_REQUESTS || status >= 500) {
            return new MediaException(
                    MediaErrorCode.IO,
                    "The key service at " + name() + " answers with status " + status + ".",
                    null,
                    true);
        }
        if (status >= 300 && status < 400) {
            // Not followed: requests carry credentials, and another host may not see them.
            return new MediaException(
                    MediaErrorCode.IO,
                    "The key service at " + name() + " sends requests on to another address; say that one.");
        }
        MediaErrorCode code = switch (status) {
            case 401, 403 -> MediaErrorCode.ACCESS_DENIED;
            case 404 -> MediaErrorCode.NOT_FOUND;
            default -> MediaErrorCode.INVALID_ARGUMENT;
        };
        return new MediaException(
                code, "The key service at " + name() + " refuses the request with status " + status + ".");
    }

    private MediaException failed(@Nullable Throwable cause) {
        if (cause instanceof MediaException own) {
            return own;
        }
        if (cause instanceof HttpTimeoutException) {
            return timedOut();
        }
        if (cause instanceof SSLException) {
            return new MediaException(
                    MediaErrorCode.IO,
                    "TLS with the key service at " + name()
                            + " fails; see to its certificate, and to https in its URL.",
                    cause);
        }
        return new MediaException(
                MediaErrorCode.IO, "The key service at " + name() + " cannot be reached.", null, true);
    }

    private MediaException timedOut() {
        return new MediaException(
                MediaErrorCode.TIMEOUT, "The key service at " + name() + " did not answer within " + seconds() + " s.");
    }

    private String seconds() {
        return BigDecimal.valueOf(timeout.toMillis(), 3).stripTrailingZeros().toPlainString();
    }

    /** Without credentials and queries. */
    private String name() {
        return service.getHost() + (service.getPort() < 0 ? "" : ":" + service.getPort());
    }
}

package io.headend.ingest.hls;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.RedactedUrl;
import io.headend.formats.hls.parsed.ParsedMedia.ByteRange;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Gets whole resources by HTTP or from files, each within a bound of bytes and of time.
 *
 * <p>Redirects are followed here, because credentials of the first address go to no other host.
 *
 * <p><b>Threading:</b> one thread gets; counters are read by any.
 */
final class Fetcher {

    private static final int MOST_REDIRECTS = 5;
    private static final long POLL_NANOS = 20_000_000L;
    private static final long SHORTEST_IDLE = 1_000_000_000L;

    final AtomicLong requests = new AtomicLong();
    final AtomicLong bytes = new AtomicLong();

    private final HttpClient client;
    private final Duration timeout;
    private final BooleanSupplier stop;
    private final @Nullable String credentials;
    private final String trusted;
    private long idleNanos;

    /**
     * @param first address of the input; its user information goes with every request to the same host and port
     * @param timeout longest time for one request, body included
     * @param stop ends a request at once
     */
    Fetcher(HttpClient client, URI first, Duration timeout, BooleanSupplier stop) {
        this.client = client;
        this.timeout = timeout;
        this.stop = stop;
        String user = first.getUserInfo();
        this.credentials = user == null
                ? null
                : "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
        this.trusted = place(first);
        this.idleNanos = timeout.toNanos();
    }

    /** Longest time for which no byte comes: half a target duration, so that one hanging request does not cost a whole one. */
    void target(long nanos) {
        idleNanos = Math.min(timeout.toNanos(), Math.max(SHORTEST_IDLE, nanos / 2));
    }

    /**
     * A resource.
     *
     * @param location where it was found after redirects, without user information
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Fetched(byte[] body, URI location) {}

    /**
     * @param most bytes
     * @throws MediaException {@code NOT_FOUND}, {@code ACCESS_DENIED}, {@code TIMEOUT}, {@code EXHAUSTED} for a body that is too
     *     long, {@code CLOSED}, {@code IO}
     */
    Fetched get(URI uri, @Nullable ByteRange range, int most) {
        requests.incrementAndGet();
        Fetched fetched = "file".equalsIgnoreCase(uri.getScheme()) ? file(uri, range, most) : http(uri, range, most);
        bytes.addAndGet(fetched.body().length);
        return fetched;
    }

    private static Fetched file(URI uri, @Nullable ByteRange range, int most) {
        Path path = Path.of(uri);
        try (RandomAccessFile in = new RandomAccessFile(path.toFile(), "r")) {
            long offset = range == null ? 0 : range.offset();
            long length = range == null ? in.length() : range.length();
            if (length > most) {
                throw tooLong(uri, most);
            }
            byte[] body = new byte[(int) length];
            in.seek(offset);
            in.readFully(body);
            return new Fetched(body, uri);
        } catch (FileNotFoundException | NoSuchFileException e) {
            throw new MediaException(MediaErrorCode.NOT_FOUND, "there is no file " + path, e);
        } catch (IOException e) {
            throw new MediaException(MediaErrorCode.IO, "cannot read " + path + ": " + e.getMessage(), e, true);
        }
    }

    private Fetched http(URI uri, @Nullable ByteRange range, int most) {
        long end = System.nanoTime() + timeout.toNanos();
        URI at = uri;
        for (int i = 0; i <= MOST_REDIRECTS; i++) {
            HttpResponse<byte[]> response = send(at, range, most, end);
            int status = response.statusCode();
            if (status >= 300 && status < 400 && status != 304) {
                at = redirect(at, response.headers().firstValue("location").orElse(""));
            } else if (status == 200 || status == 206) {
                return new Fetched(body(at, response, range), withoutUser(at));
            } else {
                throw refused(at, status);
            }
        }
        throw new MediaException(
                MediaErrorCode.IO, shown(uri) + " redirects more than " + MOST_REDIRECTS + " times", null, true);
    }

    private HttpResponse<byte[]> send(URI uri, @Nullable ByteRange range, int most, long end) {
        HttpRequest.Builder request;
        try {
            request = HttpRequest.newBuilder(withoutUser(uri)).timeout(timeout).GET();
        } catch (IllegalArgumentException e) {
            throw MediaException.malformed(shown(uri) + " cannot be asked for: " + e.getMessage());
        }
        if (range != null) {
            request.header("Range", "bytes=" + range.offset() + "-" + (range.offset() + range.length() - 1));
        }
        if (credentials != null && place(uri).equals(trusted)) {
            request.header("Authorization", credentials);
        }
        AtomicLong progress = new AtomicLong(System.nanoTime());
        CompletableFuture<HttpResponse<byte[]>> answer = client.sendAsync(request.build(), head -> {
            boolean wanted = head.statusCode() == 200 || head.statusCode() == 206;
            // A server that knows no ranges sends what lies before as well.
            long before = range == null || head.statusCode() != 200 ? 0 : range.offset();
            long allowed = Math.min(Integer.MAX_VALUE - 8L, before + most);
            return new BoundedBody(wanted ? allowed : 65_536, () -> progress.set(System.nanoTime()));
        });
        try {
            return await(answer, uri, end, progress);
        } finally {
            answer.cancel(true);
        }
    }

    private HttpResponse<byte[]> await(
            CompletableFuture<HttpResponse<byte[]>> answer, URI uri, long end, AtomicLong progress) {
        while (true) {
            try {
                return answer.get(POLL_NANOS, TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                if (stop.getAsBoolean()) {
                    throw MediaException.closed("the input");
                }
                long now = System.nanoTime();
                if (now - end >= 0 || now - progress.get() >= idleNanos) {
                    throw new MediaException(MediaErrorCode.TIMEOUT, shown(uri) + " gave no whole answer in time");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw MediaException.closed("the input");
            } catch (ExecutionException e) {
                Throwable cause = e.getCause() == null ? e : e.getCause();
                boolean timedOut = cause instanceof HttpTimeoutException;
                String why = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
                throw new MediaException(
                        timedOut ? MediaErrorCode.TIMEOUT : MediaErrorCode.IO,
                        "cannot get " + shown(uri) + ": " + RedactedUrl.inText(why),
                        cause,
                        true);
            }
        }
    }

    private static byte[] body(URI uri, HttpResponse<byte[]> response, @Nullable ByteRange range) {
        byte[] body = response.body();
        if (range == null) {
            return body;
        }
        if (response.statusCode() == 200 && body.length >= range.offset() + range.length()) {
            int from = (int) range.offset();
            return Arrays.copyOfRange(body, from, from + (int) range.length());
        }
        if (response.statusCode() != 206 || body.length != range.length()) {
            throw new MediaException(
                    MediaErrorCode.IO,
                    shown(uri) + " gave " + body.length + " bytes instead of the range of " + range.length(),
                    null,
                    true);
        }
        return body;
    }

    private static URI redirect(URI from, String location) {
        URI target = resolve(from, location);
        String scheme = target.getScheme().toLowerCase(Locale.ROOT);
        boolean downgrade = "https".equalsIgnoreCase(from.getScheme()) && !scheme.equals("https");
        if (downgrade || !(scheme.equals("http") || scheme.equals("https"))) {
            throw new MediaException(
                    MediaErrorCode.ACCESS_DENIED, shown(from) + " redirects to " + scheme + ":, which is not followed");
        }
        return target;
    }

    /**
     * The address that a playlist at {@code base} names. What comes by HTTP names nothing on this machine's disks.
     *
     * @throws MediaException {@code MALFORMED}, {@code ACCESS_DENIED}
     */
    static URI resolve(URI base, String reference) {
        try {
            URI target = base.resolve(new URI(escaped(reference)));
            String scheme = target.getScheme() == null ? "" : target.getScheme().toLowerCase(Locale.ROOT);
            boolean http = (scheme.equals("http") || scheme.equals("https")) && target.getHost() != null;
            boolean file = scheme.equals("file") && "file".equalsIgnoreCase(base.getScheme());
            if (!http && !file) {
                throw new MediaException(
                        MediaErrorCode.ACCESS_DENIED,
                        "'" + RedactedUrl.of(reference) + "' is no address that " + shown(base) + " may name");
            }
            return target;
        } catch (URISyntaxException | IllegalArgumentException e) {
            throw MediaException.malformed("'" + RedactedUrl.of(reference) + "' in " + shown(base) + " is no URI");
        }
    }

    // Names of files get into playlists as they are.
    private static String escaped(String reference) {
        StringBuilder text = new StringBuilder(reference.length());
        reference.chars().forEach(c -> {
            if (c <= ' ' || "\"<>\\^`{|}".indexOf(c) >= 0) {
                text.append(String.format(Locale.ROOT, "%%%02X", c));
            } else {
                text.append((char) c);
            }
        });
        return text.toString();
    }

    private static MediaException refused(URI uri, int status) {
        MediaErrorCode code = switch (status) {
            case 404, 410 -> MediaErrorCode.NOT_FOUND;
            case 401, 403, 407 -> MediaErrorCode.ACCESS_DENIED;
            default -> MediaErrorCode.IO;
        };
        return new MediaException(code, shown(uri) + " was answered with status " + status, null, status >= 500);
    }

    private static MediaException tooLong(URI uri, int most) {
        return new MediaException(
                MediaErrorCode.EXHAUSTED, shown(uri) + " is longer than the " + most + " bytes that are read at once");
    }

    private static String place(URI uri) {
        return uri.getScheme() + "://" + uri.getHost() + ":" + uri.getPort();
    }

    private static URI withoutUser(URI uri) {
        if (uri.getRawUserInfo() == null) {
            return uri;
        }
        String text = uri.toString();
        return URI.create(text.replaceFirst("//[^/@]*@", "//"));
    }

    static String shown(URI uri) {
        return RedactedUrl.of(uri.toString());
    }
}

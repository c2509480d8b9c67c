package io.headend.examples;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.RedactedUrl;
import io.headend.packaging.Harvest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Objects of a channel over HTTP. */
final class ChannelFetch implements Harvest.Fetch {

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int MOST_BYTES = 128 << 20;

    private final URI folder;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private final int mostBytes;

    /** @param url of the channel's folder, or of a manifest in it */
    ChannelFetch(String url) {
        this(url, MOST_BYTES);
    }

    ChannelFetch(String url, int mostBytes) {
        this.mostBytes = mostBytes;
        try {
            URI given = URI.create(url);
            String path = given.getRawPath() == null ? "" : given.getRawPath();
            boolean manifest = path.endsWith(".m3u8") || path.endsWith(".mpd");
            folder = manifest || path.endsWith("/")
                    ? given.resolve(".")
                    : given.resolve(path.substring(path.lastIndexOf('/') + 1) + "/");
        } catch (IllegalArgumentException e) {
            throw MediaException.invalidArgument("'" + RedactedUrl.of(url) + "' is no URL");
        }
        if (folder.getHost() == null
                || folder.getScheme() == null
                || !folder.getScheme().startsWith("http")) {
            throw MediaException.invalidArgument("'" + RedactedUrl.of(url)
                    + "' is no http URL of a channel, such as http://127.0.0.1:8080/live/master.m3u8");
        }
    }

    @Override
    public ByteBuffer get(String path) {
        URI address = folder.resolve(path);
        String place = RedactedUrl.of(address.toString());
        HttpRequest request = HttpRequest.newBuilder(address).build();
        CompletableFuture<ByteBuffer> fetched = client.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream())
                .thenApplyAsync(response -> body(place, response));
        try {
            return fetched.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof MediaException own) {
                throw own;
            }
            throw new MediaException(MediaErrorCode.IO, "cannot fetch " + place + ": " + cause(e), e);
        } catch (TimeoutException e) {
            throw new MediaException(
                    MediaErrorCode.TIMEOUT, place + " has not come within " + PATIENCE.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MediaException(MediaErrorCode.CLOSED, "interrupted while fetching " + place, e);
        }
    }

    /** What the client says of it, or its kind where it says nothing. */
    private static String cause(ExecutionException e) {
        Throwable cause = e.getCause() instanceof UncheckedIOException io ? io.getCause() : e.getCause();
        String said = cause == null ? null : cause.getMessage();
        return said != null ? said : String.valueOf(cause);
    }

    private ByteBuffer body(String place, HttpResponse<InputStream> response) {
        try (InputStream body = response.body()) {
            if (response.statusCode() == 404) {
                throw new MediaException(
                        MediaErrorCode.NOT_FOUND,
                        place + " is not there; the channel may not have the whole stretch in its window");
            }
            if (response.statusCode() != 200) {
                throw new MediaException(MediaErrorCode.IO, place + " answers " + response.statusCode());
            }
            byte[] bytes = body.readNBytes(mostBytes + 1);
            if (bytes.length > mostBytes) {
                throw new MediaException(
                        MediaErrorCode.EXHAUSTED,
                        place + " has more than " + mostBytes + " bytes, which no segment of a channel has");
            }
            return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package io.headend.examples;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.packaging.Harvest;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;

/** Objects of a channel over HTTP. */
final class ChannelFetch implements Harvest.Fetch {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int MOST_BYTES = 1 << 30;

    private final URI folder;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();

    /** @param url of the channel's folder, or of a manifest in it */
    ChannelFetch(String url) {
        try {
            URI given = URI.create(url);
            String path = given.getPath() == null ? "" : given.getPath();
            boolean manifest = path.endsWith(".m3u8") || path.endsWith(".mpd");
            folder = manifest || path.endsWith("/")
                    ? given.resolve(".")
                    : given.resolve(path.substring(path.lastIndexOf('/') + 1) + "/");
        } catch (IllegalArgumentException e) {
            throw MediaException.invalidArgument("'" + url + "' is no URL");
        }
        if (folder.getHost() == null
                || folder.getScheme() == null
                || !folder.getScheme().startsWith("http")) {
            throw MediaException.invalidArgument(
                    "'" + url + "' is no http URL of a channel, such as" + " http://127.0.0.1:8080/live/master.m3u8");
        }
    }

    @Override
    public ByteBuffer get(String path) {
        URI place = folder.resolve(path);
        HttpRequest request = HttpRequest.newBuilder(place).timeout(PATIENCE).build();
        try {
            HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                if (response.statusCode() != 200) {
                    throw new MediaException(
                            response.statusCode() == 404 ? MediaErrorCode.NOT_FOUND : MediaErrorCode.IO,
                            place + " answers " + response.statusCode()
                                    + "; the channel may not have the whole stretch in its window");
                }
                byte[] bytes = body.readNBytes(MOST_BYTES);
                return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
            }
        } catch (IOException e) {
            throw new MediaException(MediaErrorCode.IO, "cannot fetch " + place + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MediaException(MediaErrorCode.CLOSED, "interrupted while fetching " + place, e);
        }
    }
}

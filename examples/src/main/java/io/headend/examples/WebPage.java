package io.headend.examples;

import io.headend.core.http.MediaHandler;
import io.headend.core.http.MediaRequest;
import io.headend.core.http.MediaResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The demo's page and figures in front of a channel's origin: {@code /} and its scripts come from the class path,
 * {@code /stats.json} from a supplier, everything else from the origin.
 */
final class WebPage implements MediaHandler {

    private static final String FOLDER = "/io/headend/examples/web/";
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml",
            "png", "image/png",
            "ico", "image/x-icon",
            "txt", "text/plain; charset=utf-8");

    private final Supplier<byte[]> stats;
    private final MediaHandler origin;
    private final Map<String, MediaResponse> files = new ConcurrentHashMap<>();

    /**
     * Puts the page in front of an origin.
     *
     * @param stats gives the JSON of the moment; quick, called by any thread
     */
    WebPage(Supplier<byte[]> stats, MediaHandler origin) {
        this.stats = stats;
        this.origin = origin;
    }

    @Override
    public CompletionStage<MediaResponse> handle(MediaRequest request) {
        boolean reads = request.method().equals("GET") || request.method().equals("HEAD");
        if (reads && request.path().equals("/stats.json")) {
            return CompletableFuture.completedFuture(MediaResponse.ok("application/json", ByteBuffer.wrap(stats.get()))
                    .withHeader("Cache-Control", "no-store"));
        }
        MediaResponse file = reads ? file(request.path().equals("/") ? "/index.html" : request.path()) : null;
        return file == null ? origin.handle(request) : CompletableFuture.completedFuture(file);
    }

    private @org.jspecify.annotations.Nullable MediaResponse file(String path) {
        MediaResponse known = files.get(path);
        if (known != null) {
            return known;
        }
        String type = TYPES.get(path.substring(path.lastIndexOf('.') + 1));
        if (type == null || path.contains("..")) {
            return null;
        }
        try (InputStream in = WebPage.class.getResourceAsStream(FOLDER + path.substring(1))) {
            if (in == null) {
                return null;
            }
            MediaResponse response = MediaResponse.ok(type, ByteBuffer.wrap(in.readAllBytes()))
                    .withHeader("Cache-Control", "max-age=60");
            files.put(path, response);
            return response;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

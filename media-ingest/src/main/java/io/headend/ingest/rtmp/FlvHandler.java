package io.headend.ingest.rtmp;

import io.headend.core.MediaException;
import io.headend.core.http.Headers;
import io.headend.core.http.MediaBody;
import io.headend.core.http.MediaHandler;
import io.headend.core.http.MediaRequest;
import io.headend.core.http.MediaResponse;
import io.headend.formats.flv.FlvTag;
import io.headend.ingest.PublishRequest;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code GET /app/name.flv}: the live stream of that name. */
final class FlvHandler implements MediaHandler {

    private static final String SUFFIX = ".flv";

    private final ServerContext server;
    private final Supplier<@Nullable EventLoop> loops;

    FlvHandler(ServerContext server, Supplier<@Nullable EventLoop> loops) {
        this.server = server;
        this.loops = loops;
    }

    @Override
    public CompletionStage<MediaResponse> handle(MediaRequest request) {
        StreamKey key = key(request.path());
        if (key == null) {
            return answer(MediaResponse.error(404, "FLV streams are at /app/name.flv."));
        }
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            return answer(MediaResponse.error(405, "Only GET and HEAD are answered here."));
        }
        Map<String, String> parameters;
        try {
            parameters = request.queryParameters();
        } catch (IllegalArgumentException e) {
            return answer(MediaResponse.error(400, "The query has a malformed escape."));
        }
        PublishRequest asked =
                new PublishRequest("http-flv", key.app(), key.name(), parameters, InetAddress.getLoopbackAddress());
        return server.playAuth()
                .decide(asked)
                .handle((decision, failure) -> failure != null || !decision.accepted()
                        ? MediaResponse.error(403, failure != null ? "The check failed." : decision.reason())
                        : open(key, request.method().equals("HEAD")));
    }

    private static CompletionStage<MediaResponse> answer(MediaResponse response) {
        return CompletableFuture.completedFuture(response);
    }

    private static @Nullable StreamKey key(String path) {
        if (!path.endsWith(SUFFIX)) {
            return null;
        }
        try {
            return StreamKey.parse(path.substring(1, path.length() - SUFFIX.length()));
        } catch (MediaException e) {
            return null;
        }
    }

    private MediaResponse open(StreamKey key, boolean headOnly) {
        EventLoop loop = loops.get();
        LiveStream found = server.streams().find(key);
        if (loop == null || found == null || found.publisher() == null) {
            return MediaResponse.error(404, "Nobody publishes " + key + " now.");
        }
        Headers headers = Headers.of("Content-Type", "video/x-flv", "Cache-Control", "no-store");
        if (headOnly) {
            return new MediaResponse(200, headers, MediaBody.empty());
        }
        LiveStream stream = server.streams().hold(key);
        FlvViewer viewer = new FlvViewer(
                loop,
                stream,
                server.patience(),
                FlvTag.fileHeader(true, true),
                () -> server.streams().release(stream));
        loop.execute(() -> stream.join(viewer));
        return new MediaResponse(200, headers, new MediaBody.Pulled(viewer, -1));
    }
}

package io.headend.examples;

import io.headend.core.http.MediaHandler;
import io.headend.core.http.MediaResponse;
import io.headend.drm.LimitedHandler;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** Servers by path, each within bounds of its own. */
final class KeyPaths {

    private KeyPaths() {}

    static MediaHandler of(Map<String, MediaHandler> servers, int atOnce, int eachSecond) {
        Map<String, MediaHandler> bounded = servers.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        Map.Entry::getKey, entry -> LimitedHandler.of(entry.getValue(), atOnce, eachSecond)));
        return request -> {
            MediaHandler server = bounded.get(request.path());
            if (server != null) {
                return server.handle(request);
            }
            request.body().close();
            return CompletableFuture.completedFuture(
                    MediaResponse.error(404, "There is no server at this path; there are " + servers.keySet() + "."));
        };
    }
}

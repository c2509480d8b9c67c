package io.headend.ingest.rtmp;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The streams that exist: those that somebody holds on to. A stream comes into being with its first holder and goes with its last.
 *
 * <p><b>Threading:</b> any thread.
 */
final class StreamRegistry {

    private record Held(LiveStream stream, int holders) {}

    private final LiveStream.Settings settings;
    private final Map<StreamKey, Held> streams = new ConcurrentHashMap<>();
    private final Set<StreamKey> forbidden = ConcurrentHashMap.newKeySet();

    StreamRegistry(LiveStream.Settings settings) {
        this.settings = settings;
    }

    /** The stream, held by the caller until {@link #release}. */
    LiveStream hold(StreamKey key) {
        return streams.compute(
                        key,
                        (k, held) -> held == null
                                ? new Held(new LiveStream(k, settings), 1)
                                : new Held(held.stream, held.holders + 1))
                .stream;
    }

    void release(LiveStream stream) {
        streams.computeIfPresent(stream.key(), (k, held) -> {
            if (held.stream != stream) {
                return held;
            }
            if (held.holders > 1) {
                return new Held(stream, held.holders - 1);
            }
            stream.discard();
            return null;
        });
    }

    @Nullable
    LiveStream find(StreamKey key) {
        Held held = streams.get(key);
        return held == null ? null : held.stream;
    }

    List<LiveStream> all() {
        return streams.values().stream().map(Held::stream).toList();
    }

    void forbid(StreamKey key) {
        forbidden.add(key);
    }

    void allow(StreamKey key) {
        forbidden.remove(key);
    }

    boolean isForbidden(StreamKey key) {
        return forbidden.contains(key);
    }
}

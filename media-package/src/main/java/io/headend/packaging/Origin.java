package io.headend.packaging;

import io.headend.core.MediaException;
import io.headend.core.http.MediaHandler;
import io.headend.core.http.MediaRequest;
import io.headend.core.http.MediaResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Answers requests for the channels it knows, out of the reader faces of their stores:
 *
 * <pre>
 * /{channel}/master.m3u8              multivariant playlist
 * /{channel}/manifest.mpd             MPD
 * /{channel}/time                     the wall clock, for UTCTiming
 * /{channel}/{rendition}/media.m3u8   media playlist; _HLS_msn waits for that segment
 * /{channel}/{rendition}/init.mp4     initialisation segment
 * /{channel}/{rendition}/{k}.m4s      segment k
 * </pre>
 *
 * <p>A request for a channel that has nothing to show yet waits for its first segment, within the patience. A segment that a
 * playlist lists is there; others are 404, after a wait of up to one patience only where it is the next one to come.
 *
 * <p><b>Threading:</b> any thread; nothing blocks. Channels come and go while requests run.
 */
public final class Origin implements MediaHandler {

    private final Map<String, ChannelOrigin> channels = new ConcurrentHashMap<>();
    private final Duration patience;
    private final Clock clock;

    private Origin(Builder builder) {
        this.patience = builder.patience;
        this.clock = builder.clock;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** An origin with one channel and the defaults. */
    public static Origin of(String channel, SegmentReader reader) {
        Origin origin = builder().build();
        origin.add(channel, reader);
        return origin;
    }

    /**
     * Serves a channel from now on.
     *
     * @param channel first path segment, 1 to 64 of {@code A-Z a-z 0-9 . _ -}, not starting with a dot
     * @throws MediaException {@code INVALID_ARGUMENT} if the name is not such a one or is taken
     */
    public void add(String channel, SegmentReader reader) {
        if (!channel.matches("[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}")
                || channels.putIfAbsent(channel, new ChannelOrigin(reader, patience, clock)) != null) {
            throw MediaException.invalidArgument(
                    "channel name '" + channel + "' is taken or is not 1 to 64 of A-Z a-z 0-9 . _ -");
        }
    }

    /** Serves a channel no longer; harmless where it is unknown. */
    public void remove(String channel) {
        channels.remove(channel);
    }

    @Override
    public CompletionStage<MediaResponse> handle(MediaRequest request) {
        String path = request.path();
        int slash = path.indexOf('/', 1);
        ChannelOrigin channel = slash < 0 ? null : channels.get(path.substring(1, slash));
        if (channel == null) {
            return CompletableFuture.completedFuture(
                    Answers.finish(request, MediaResponse.error(404, "There is no such channel.")));
        }
        return channel.handle(request, path.substring(slash + 1));
    }

    /** How to answer. */
    public static final class Builder {
        private Duration patience = Duration.ofSeconds(10);
        private Clock clock = Clock.systemUTC();

        private Builder() {}

        /** How long a request may wait for something that is about to come, 10 s by default. */
        public Builder patience(Duration longest) {
            this.patience = longest;
            return this;
        }

        /** What {@code /{channel}/time} shows. */
        public Builder clock(Clock wall) {
            this.clock = wall;
            return this;
        }

        public Origin build() {
            return new Origin(this);
        }
    }
}

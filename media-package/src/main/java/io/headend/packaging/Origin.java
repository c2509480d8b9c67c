package io.headend.packaging;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.http.MediaHandler;
import io.headend.core.http.MediaRequest;
import io.headend.core.http.MediaResponse;
import io.headend.formats.hls.SegmentProtector;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

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
 * /{channel}/{rendition}/{k}.{i}.m4s  part i of segment k, in low latency
 * /{channel}/{rendition}/iframes.m3u8 first pictures of the segments
 * /{channel}/manifest.mpp             what changed since the MPD of a publish time
 * /{channel}/master-ts.m3u8           multivariant playlist of transport streams, where the origin makes them
 * /{channel}/{rendition}/media-ts.m3u8
 * /{channel}/{rendition}/iframes-ts.m3u8
 * /{channel}/{rendition}/{k}.i.ts     first picture of segment k
 * /{channel}/{rendition}/{k}.ts       segment k as transport stream, video and sound apart
 * </pre>
 *
 * <p>Manifests take {@code begin} and {@code end} (start-over and recordings, edges at whole segments), {@code delay} (seconds) and
 * {@code filter} (such as {@code video_height:1-720;audio_language:en}); what is wrong with them is a 400.
 *
 * <p>A request for a channel that has nothing to show yet waits for its first segment, within the patience. A segment that a
 * playlist lists is there; others are 404, after a wait of up to one patience only where it is the next one to come.
 *
 * <p><b>Threading:</b> any thread; nothing blocks. Channels come and go while requests run.
 */
public final class Origin implements MediaHandler {

    private static final List<String> EXTENSIONS = List.of("m3u8", "mpd", "mpp", "mp4", "m4s", "ts");

    private final Map<String, ChannelOrigin> channels = new ConcurrentHashMap<>();
    private final Map<String, ChannelIngest> ingests = new ConcurrentHashMap<>();
    private final Map<ChannelFault, Integer> statuses;
    private final Map<String, String> caching;
    private final Duration patience;
    private final boolean transportStreams;
    private final Clock clock;

    private Origin(Builder builder) {
        this.patience = builder.patience;
        this.transportStreams = builder.transportStreams;
        this.clock = builder.clock;
        this.statuses = Map.copyOf(builder.statuses);
        this.caching = Map.copyOf(builder.caching);
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
        add(channel, reader, rendition -> Optional.empty());
    }

    /**
     * Serves a channel from now on whose segments are encrypted as wholes.
     *
     * @param protection what encrypts the segments of a rendition, as a packager was given it; makes the transport streams, encrypted alike
     * @throws MediaException {@code INVALID_ARGUMENT} as above
     */
    public void add(String channel, SegmentReader reader, Function<String, Optional<SegmentProtector>> protection) {
        if (!channel.matches("[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}")
                || channels.putIfAbsent(channel, channel(reader, protection)) != null) {
            throw MediaException.invalidArgument(
                    "channel name '" + channel + "' is taken or is not 1 to 64 of A-Z a-z 0-9 . _ -");
        }
    }

    private ChannelOrigin channel(SegmentReader reader, Function<String, Optional<SegmentProtector>> protection) {
        TransportStreams streams = transportStreams ? new TransportStreams(reader, protection) : null;
        return new ChannelOrigin(reader, streams, patience, clock, statuses, caching);
    }

    /**
     * Serves a channel that is pushed to {@code /{channel}/{A|B}/…}, as {@link ChannelIngest} says.
     *
     * @throws MediaException {@code INVALID_ARGUMENT} if the name is not such a one or is taken
     */
    public void add(String channel, ChannelIngest ingest) {
        add(channel, ingest.reader());
        ingests.put(channel, ingest);
    }

    /**
     * Tells what only the host knows of a channel, for as long as it lasts.
     *
     * @throws MediaException {@code NOT_FOUND} if there is no such channel
     */
    public void fault(String channel, ChannelFault fault, boolean present) {
        ChannelOrigin origin = channels.get(channel);
        if (origin == null) {
            throw new MediaException(MediaErrorCode.NOT_FOUND, "there is no channel '" + channel + "'");
        }
        origin.fault(fault, present);
    }

    /** Serves a channel no longer; harmless where it is unknown. */
    public void remove(String channel) {
        channels.remove(channel);
        ingests.remove(channel);
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
        boolean pushes = request.method().equals("PUT") || request.method().equals("POST");
        ChannelIngest ingest = pushes ? ingests.get(path.substring(1, slash)) : null;
        return ingest != null
                ? ingest.handle(request, path.substring(slash + 1))
                : channel.handle(request, path.substring(slash + 1));
    }

    /** How to answer. */
    public static final class Builder {
        private Duration patience = Duration.ofSeconds(10);
        private boolean transportStreams;
        private Clock clock = Clock.systemUTC();
        private final Map<String, String> caching = new HashMap<>();
        private final Map<ChannelFault, Integer> statuses = new EnumMap<>(ChannelFault.class);

        private Builder() {}

        /** How long a request may wait for something that is about to come, 10 s by default. */
        public Builder patience(Duration longest) {
            this.patience = longest;
            return this;
        }

        /**
         * Whether HLS with transport streams is there beside CMAF: H.264 with AAC, AC-3, E-AC-3 or MP3, in the clear or encrypted as whole
         * segments. A segment is made of the CMAF segment of its number when it is first asked for, at most 64 MiB of them are kept for each
         * channel. Not by default.
         */
        public Builder transportStreams(boolean wanted) {
            this.transportStreams = wanted;
            return this;
        }

        /** What {@code /{channel}/time} shows. */
        public Builder clock(Clock wall) {
            this.clock = wall;
            return this;
        }

        /**
         * Answers manifests of a channel with this fault with an error; served as they are unless asked for.
         *
         * @param status 404 or 503
         */
        public Builder answer(ChannelFault fault, int status) {
            if (status != 404 && status != 503) {
                throw MediaException.invalidArgument("a fault is answered with 404 or 503, not " + status);
            }
            statuses.put(fault, status);
            return this;
        }

        /**
         * What caches are told of answers whose path ends so, instead of what suits the channel: manifests half a segment, segments a day. Errors keep
         * theirs. A low-latency playlist that is kept by a cache is late.
         *
         * @param extension {@code m3u8}, {@code mpd}, {@code mpp}, {@code mp4}, {@code m4s} or {@code ts}
         * @param value of {@code Cache-Control} (RFC 9111, 5.2), such as {@code public, max-age=3}
         */
        public Builder cacheControl(String extension, String value) {
            if (!EXTENSIONS.contains(extension) || !value.matches("[A-Za-z0-9=\", -]{1,200}")) {
                throw MediaException.invalidArgument(
                        "'" + extension + ": " + value + "' is no Cache-Control of one of " + EXTENSIONS);
            }
            caching.put(extension, value);
            return this;
        }

        public Origin build() {
            return new Origin(this);
        }
    }
}

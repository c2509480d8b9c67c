package io.headend.packaging;

import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import io.headend.core.http.Headers;
import io.headend.core.http.MediaBody;
import io.headend.core.http.MediaRequest;
import io.headend.core.http.MediaResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Answers for one channel. */
final class ChannelOrigin {

    private static final Pattern OBJECT = Pattern.compile(
            "([A-Za-z0-9_-][A-Za-z0-9._-]{0,63})/(?:(0|[1-9]\\d{0,17})\\.m4s|(init(?:-\\d{1,18})?\\.mp4)|media\\.m3u8)");
    private static final String HLS = "application/vnd.apple.mpegurl";
    private static final String DASH = "application/dash+xml";

    private final SegmentReader reader;
    private final Duration patience;
    private final Clock clock;
    private volatile @Nullable Manifests latest;

    ChannelOrigin(SegmentReader reader, Duration patience, Clock clock) {
        this.reader = reader;
        this.patience = patience;
        this.clock = clock;
    }

    CompletionStage<MediaResponse> handle(MediaRequest request, String path) {
        CompletionStage<MediaResponse> answer;
        switch (request.method()) {
            case "GET", "HEAD" -> answer = get(request, path);
            case "OPTIONS" -> answer = now(Answers.options());
            default -> answer = now(Answers.methodNotAllowed());
        }
        return answer.thenApply(response -> Answers.finish(request, response));
    }

    private CompletionStage<MediaResponse> get(MediaRequest request, String path) {
        Map<String, String> query;
        try {
            query = request.queryParameters();
        } catch (IllegalArgumentException e) {
            return now(MediaResponse.error(400, "The query has a malformed escape."));
        }
        switch (path) {
            case Manifests.MULTIVARIANT, Manifests.MPD -> {
                return manifest(path, p -> true);
            }
            case Manifests.TIME -> {
                return now(time());
            }
            default -> {}
        }
        Matcher object = OBJECT.matcher(path);
        if (!object.matches()) {
            return now(notFound());
        }
        String rendition = object.group(1);
        if (object.group(2) != null) {
            return segment(rendition, Long.parseLong(object.group(2)));
        }
        if (object.group(3) != null) {
            return init(rendition, object.group(3));
        }
        return mediaPlaylist(path, query);
    }

    private CompletionStage<MediaResponse> mediaPlaylist(String path, Map<String, String> query) {
        String msn = query.get("_HLS_msn");
        if (msn == null) {
            return query.containsKey("_HLS_part")
                    ? now(MediaResponse.error(400, "_HLS_part needs _HLS_msn."))
                    : manifest(path, p -> true);
        }
        if (!msn.matches("\\d{1,18}")) {
            return now(MediaResponse.error(400, "_HLS_msn is not a decimal integer."));
        }
        long wanted = Long.parseLong(msn);
        Optional<Presentation> present = reader.presentation();
        if (present.isPresent()
                && wanted > present.get().lastNumber() + 2
                && !present.get().ended()) {
            return now(MediaResponse.error(400, "_HLS_msn is more than two segments ahead."));
        }
        return manifest(path, p -> p.ended() || p.lastNumber() >= wanted);
    }

    private CompletionStage<MediaResponse> manifest(String path, java.util.function.Predicate<Presentation> wanted) {
        return reader.awaitPresentation(wanted, patience).thenApply(found -> {
            if (found.isEmpty()) {
                return MediaResponse.error(503, "The channel has no such segment yet; try again.")
                        .withHeader("Retry-After", "1");
            }
            Presentation presentation = found.get();
            StoredObject document = manifests(presentation).get(path);
            if (document == null) {
                return notFound();
            }
            return Answers.ok(path.endsWith(".mpd") ? DASH : HLS, cacheControl(presentation), document);
        });
    }

    /** Rendered once per snapshot, however many ask. */
    private Manifests manifests(Presentation presentation) {
        Manifests manifests = latest;
        if (manifests == null || manifests.presentation().version() != presentation.version()) {
            manifests = Manifests.of(presentation);
            latest = manifests;
        }
        return manifests;
    }

    private CompletionStage<MediaResponse> segment(String rendition, long number) {
        Optional<Presentation> present = reader.presentation();
        boolean mayCome = present.isEmpty()
                || (!present.get().ended()
                        && number > present.get().lastNumber()
                        && number <= present.get().lastNumber() + 2);
        return reader.awaitSegment(rendition, number, mayCome ? patience : Duration.ZERO)
                .thenApply(found -> found.map(
                                s -> Answers.ok(contentType(rendition), "public, max-age=86400, immutable", s))
                        .orElseGet(ChannelOrigin::notFound));
    }

    private CompletionStage<MediaResponse> init(String rendition, String name) {
        CompletionStage<Optional<Presentation>> ready = reader.awaitPresentation(
                p -> true, reader.init(rendition, name).isPresent() ? Duration.ZERO : patience);
        return ready.thenApply(p -> reader.init(rendition, name)
                .map(object -> Answers.ok(contentType(rendition), "public, max-age=60", object))
                .orElseGet(ChannelOrigin::notFound));
    }

    private String contentType(String rendition) {
        Optional<Presentation> present = reader.presentation();
        if (present.isPresent()) {
            for (PublishedTrack track : present.get().tracks()) {
                if (track.name().equals(rendition)) {
                    return MimeTypes.of(track.track());
                }
            }
        }
        return "video/mp4";
    }

    private MediaResponse time() {
        byte[] text = clock.instant().truncatedTo(ChronoUnit.MILLIS).toString().getBytes(StandardCharsets.US_ASCII);
        return new MediaResponse(
                200,
                Headers.of("Content-Type", "text/plain; charset=us-ascii", "Cache-Control", "no-store"),
                new MediaBody.Bytes(ByteBuffer.wrap(text)));
    }

    /** A live manifest is fresh for half a segment; one that has ended for a minute. */
    private static String cacheControl(Presentation presentation) {
        if (presentation.ended()) {
            return "public, max-age=60";
        }
        Timestamp half = presentation.policy().grid().segmentDuration();
        long seconds = half.timebase().convert(half.ticks(), Timebase.hz(2), java.math.RoundingMode.FLOOR) / 4;
        return "public, max-age=" + Math.max(1, seconds);
    }

    private static MediaResponse notFound() {
        return MediaResponse.error(404, "There is nothing at that place.");
    }

    private static CompletionStage<MediaResponse> now(MediaResponse response) {
        return CompletableFuture.completedFuture(response);
    }
}

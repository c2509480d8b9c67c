package io.headend.packaging;

import io.headend.core.Codec;
import io.headend.core.Timestamp;
import io.headend.core.http.Headers;
import io.headend.core.http.MediaBody;
import io.headend.core.http.MediaRequest;
import io.headend.core.http.MediaResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Answers for one channel. */
final class ChannelOrigin {

    private static final Pattern OBJECT = Pattern.compile("(?<rendition>[A-Za-z0-9_-][A-Za-z0-9._-]{0,63})/"
            + "(?:(?<cmaf>0|[1-9]\\d{0,17})(?:\\.(?<part>0|[1-9]\\d{0,3}))?\\.m4s"
            + "|(?<init>init(?:-\\d{1,18})?(?:\\.[0-9a-f]{32})?\\.mp4)"
            + "|(?<ts>0|[1-9]\\d{0,17})(?<picture>\\.i)?\\.ts"
            + "|(?<text>0|[1-9]\\d{0,17})\\.vtt"
            + "|(?<playlist>iframes(?:-ts)?\\.m3u8|media-ts\\.m3u8)"
            + "|media\\.m3u8)");
    private static final String HLS = "application/vnd.apple.mpegurl";
    private static final String DASH = "application/dash+xml";

    private static final String PATCH = "application/dash-patch+xml";

    private static final int MAX_TEXT = 16 << 20;

    private final MpdHistory history = new MpdHistory();
    private final SegmentReader reader;
    private final @Nullable TransportStreams transportStreams;
    private final Duration patience;
    private final Clock clock;
    private final Map<ChannelFault, Integer> statuses;
    private final Map<String, String> caching;
    private final Set<ChannelFault> told = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Manifests latest;

    ChannelOrigin(
            SegmentReader reader,
            @Nullable TransportStreams transportStreams,
            Duration patience,
            Clock clock,
            Map<ChannelFault, Integer> statuses,
            Map<String, String> caching) {
        this.statuses = statuses;
        this.caching = caching;
        this.reader = reader;
        this.transportStreams = transportStreams;
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
        String cacheControl = caching.get(path.substring(path.lastIndexOf('.') + 1));
        return answer.thenApply(response -> Answers.finish(
                request,
                cacheControl != null && response.status() == 200
                        ? response.withHeader("Cache-Control", cacheControl)
                        : response));
    }

    private CompletionStage<MediaResponse> get(MediaRequest request, String path) {
        Map<String, String> query;
        try {
            query = request.queryParameters();
        } catch (IllegalArgumentException e) {
            return now(MediaResponse.error(400, "The query has a malformed escape."));
        }
        ManifestView view;
        try {
            ManifestView.once(request.rawQuery());
            view = ManifestView.parse(query);
        } catch (PlaylistRequest.Refused e) {
            return now(MediaResponse.error(400, e.sentence()));
        }
        boolean gzip = request.headers().takesGzip();
        switch (path) {
            case Manifests.MULTIVARIANT, Manifests.MPD, "master-ts.m3u8" -> {
                return manifest(path, view, gzip);
            }
            case Manifests.PATCH -> {
                return patch(query.getOrDefault("publishTime", ""));
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
        String rendition = object.group("rendition");
        if (object.group("part") != null) {
            return part(rendition, Long.parseLong(object.group("cmaf")), Integer.parseInt(object.group("part")));
        }
        if (object.group("cmaf") != null) {
            return segment(rendition, Long.parseLong(object.group("cmaf")));
        }
        if (object.group("ts") != null) {
            return transportStream(rendition, Long.parseLong(object.group("ts")), object.group("picture") != null);
        }
        if (object.group("text") != null) {
            return text(rendition, Long.parseLong(object.group("text")));
        }
        if (object.group("init") != null) {
            return init(rendition, object.group("init"));
        }
        if (object.group("playlist") != null || !view.isLive()) {
            return manifest(path, view, gzip);
        }
        try {
            return mediaPlaylist(rendition, PlaylistRequest.parse(query), gzip);
        } catch (PlaylistRequest.Refused e) {
            return now(MediaResponse.error(400, e.sentence()));
        }
    }

    private CompletionStage<MediaResponse> mediaPlaylist(String rendition, PlaylistRequest wanted, boolean gzip)
            throws PlaylistRequest.Refused {
        Presentation present = reader.presentation().orElse(null);
        Duration longest = patience;
        if (present != null) {
            PublishedTrack track = present.track(rendition);
            if (track == null) {
                return now(notFound());
            }
            wanted.check(present, track);
            if (wanted.waits()) {
                longest = Duration.ofSeconds(3L * HlsWriter.targetDuration(present));
            }
        }
        return reader.awaitPresentation(
                        p -> {
                            PublishedTrack track = p.track(rendition);
                            return track == null || wanted.isAnsweredBy(p, track);
                        },
                        longest)
                .thenApply(found ->
                        found.map(p -> playlist(p, rendition, wanted, gzip)).orElseGet(ChannelOrigin::tooEarly));
    }

    private MediaResponse playlist(Presentation presentation, String rendition, PlaylistRequest wanted, boolean gzip) {
        MediaResponse fault = faulty(presentation);
        if (fault != null) {
            return fault;
        }
        Manifests manifests = manifests(presentation);
        PublishedTrack track = manifests.presentation().track(rendition);
        StoredObject document = track != null && wanted.skip()
                ? manifests.update(track, gzip)
                : manifests.get(rendition + "/" + Manifests.MEDIA, gzip);
        if (document == null) {
            return notFound();
        }
        return Answers.manifest(HLS, Freshness.playlist(presentation, wanted.waits()), document, gzip);
    }

    private static MediaResponse tooEarly() {
        return MediaResponse.error(503, "The channel has no such segment yet; try again.")
                .withHeader("Retry-After", "1");
    }

    void fault(ChannelFault fault, boolean present) {
        if (present) {
            told.add(fault);
        } else {
            told.remove(fault);
        }
    }

    /** The error that the channel's fault is to be answered with, or {@code null}. */
    private @Nullable MediaResponse faulty(Presentation presentation) {
        for (Map.Entry<ChannelFault, Integer> status : statuses.entrySet()) {
            boolean present = told.contains(status.getKey())
                    || (status.getKey() == ChannelFault.STALE && isStale(presentation))
                    || (status.getKey() == ChannelFault.INCOMPLETE && isIncomplete(presentation));
            if (present) {
                return MediaResponse.error(status.getValue(), "The channel is " + status.getKey() + ".")
                        .withHeader("Cache-Control", "public, max-age=1");
            }
        }
        return null;
    }

    private boolean isStale(Presentation presentation) {
        Timestamp due = presentation.policy().grid().segmentStart(presentation.lastNumber() + 2);
        Duration late = HlsWriter.duration(presentation.policy().grid().segmentDuration())
                .multipliedBy(3)
                .dividedBy(2);
        return presentation.isLive()
                && !presentation.ended()
                && clock.instant().isAfter(due.toInstant().plus(late));
    }

    private static boolean isIncomplete(Presentation presentation) {
        for (PublishedTrack track : presentation.tracks()) {
            List<SegmentEntry> segments = track.segments();
            if (segments.get(segments.size() - 1).number() < presentation.lastNumber() - 1) {
                return true;
            }
        }
        return false;
    }

    private CompletionStage<MediaResponse> manifest(String path, ManifestView view, boolean gzip) {
        return reader.awaitPresentation(p -> true, patience).thenApply(found -> {
            if (found.isEmpty()) {
                return tooEarly();
            }
            Presentation presentation = found.get();
            MediaResponse fault = faulty(presentation);
            if (fault != null) {
                return fault;
            }
            if (!view.isLive()) {
                return view(path, view, presentation, gzip);
            }
            if (path.equals(Manifests.MPD) && presentation.isHlsAlone()) {
                return MediaResponse.error(404, "Segments encrypted as wholes have no MPD; play master.m3u8.");
            }
            if (path.equals(Manifests.MPD)) {
                history.add(presentation.latest());
            }
            StoredObject document = manifests(presentation).get(path, gzip);
            return document == null
                    ? notFound()
                    : Answers.manifest(
                            path.endsWith(".mpd") ? DASH : HLS, Freshness.manifest(presentation), document, gzip);
        });
    }

    private MediaResponse view(String path, ManifestView view, Presentation whole, boolean gzip) {
        if (path.equals(Manifests.MPD) && !view.delay().isZero()) {
            return MediaResponse.error(400, "delay is for HLS; ask for an MPD with begin and end.");
        }
        Presentation part = view.of(whole, clock.instant());
        if (part == null) {
            return notFound();
        }
        Manifests manifests = Manifests.view(part, view.query());
        StoredObject document =
                (transportStreams == null ? manifests : manifests.with(transportStreams, view.query())).get(path, gzip);
        return document == null
                ? notFound()
                : Answers.manifest(path.endsWith(".mpd") ? DASH : HLS, Freshness.manifest(part), document, gzip);
    }

    private CompletionStage<MediaResponse> patch(String publishTime) {
        Presentation present = reader.presentation().orElse(null);
        if (present == null || present.isHlsAlone()) {
            return now(notFound());
        }
        // What a client makes of this patch is the MPD that it wants to be patched next.
        history.add(present.latest());
        try {
            StoredObject patch = history.patch(publishTime, present.latest());
            return now(Answers.ok(PATCH, "public, max-age=1", patch));
        } catch (DateTimeException e) {
            return now(MediaResponse.error(400, "publishTime is not a time; send that of the MPD that you have."));
        }
    }

    /** Rendered once per snapshot, however many ask. */
    private Manifests manifests(Presentation presentation) {
        Manifests manifests = latest;
        if (manifests == null || manifests.presentation().version() != presentation.version()) {
            manifests = Manifests.of(presentation.latest());
            if (transportStreams != null) {
                manifests.with(transportStreams, "");
            }
            latest = manifests;
        }
        return manifests;
    }

    private CompletionStage<MediaResponse> segment(String rendition, long number) {
        Presentation present = reader.presentation().orElse(null);
        Duration longest = mayCome(present, number) ? patience : Duration.ZERO;
        CompletionStage<Optional<StoredObject>> found =
                present != null && present.settings().isLowLatency()
                        ? reader.awaitGrowing(rendition, number, longest)
                        : reader.awaitSegment(rendition, number, longest);
        return object(found, rendition);
    }

    private CompletionStage<MediaResponse> text(String rendition, long number) {
        Presentation present = reader.presentation().orElse(null);
        PublishedTrack track = present == null ? null : present.track(rendition);
        if (track == null || track.track().format().codec().codec() != Codec.WEBVTT) {
            return now(notFound());
        }
        Duration longest = mayCome(present, number) ? patience : Duration.ZERO;
        return reader.awaitSegment(rendition, number, longest)
                .thenCompose(found -> found.isEmpty()
                        ? now(notFound())
                        : BodyBytes.whole(found.get().body(), MAX_TEXT).thenApply(ChannelOrigin::text));
    }

    private static MediaResponse text(ByteBuffer segment) {
        ByteBuffer text = LiveSubtitles.text(segment);
        StoredObject file = new StoredObject(new MediaBody.Bytes(text), EntityTag.of(text));
        return Answers.ok("text/vtt", Freshness.SEGMENT, file);
    }

    private CompletionStage<MediaResponse> transportStream(String rendition, long number, boolean pictureAlone) {
        TransportStreams streams = transportStreams;
        if (streams == null) {
            return now(notFound());
        }
        Duration longest = mayCome(reader.presentation().orElse(null), number) ? patience : Duration.ZERO;
        return streams.segment(rendition, number, pictureAlone, longest)
                .thenApply(object -> object.map(o -> Answers.ok("video/mp2t", Freshness.SEGMENT, o))
                        .orElseGet(ChannelOrigin::notFound));
    }

    private CompletionStage<MediaResponse> part(String rendition, long number, int index) {
        Presentation present = reader.presentation().orElse(null);
        if (present == null || !present.settings().isLowLatency()) {
            return now(notFound());
        }
        PublishedTrack track = present.track(rendition);
        boolean passed = track == null || track.has(number, index);
        Duration longest = !passed && mayCome(present, number) ? patience : Duration.ZERO;
        return object(reader.awaitChunk(rendition, number, index, longest), rendition);
    }

    private static boolean mayCome(@Nullable Presentation present, long number) {
        return present == null
                || (!present.ended() && number > present.lastNumber() - 1 && number <= present.lastNumber() + 2);
    }

    private CompletionStage<MediaResponse> object(CompletionStage<Optional<StoredObject>> found, String rendition) {
        return found.thenApply(object -> object.map(o -> Answers.ok(contentType(rendition), Freshness.SEGMENT, o))
                .orElseGet(ChannelOrigin::notFound));
    }

    private CompletionStage<MediaResponse> init(String rendition, String name) {
        CompletionStage<Optional<Presentation>> ready = reader.awaitPresentation(
                p -> true, reader.init(rendition, name).isPresent() ? Duration.ZERO : patience);
        return ready.thenApply(p -> reader.init(rendition, name)
                .or(() -> p.filter(present -> KeyedInit.is(name)).map(present -> keyed(present, rendition, name)))
                .map(object -> Answers.ok(contentType(rendition), Freshness.INIT, object))
                .orElseGet(ChannelOrigin::notFound));
    }

    /** Of all that is kept, because playlists of earlier times name them too. */
    private static @Nullable StoredObject keyed(Presentation present, String rendition, String name) {
        PublishedTrack track = present.track(rendition);
        return track == null ? null : KeyedInit.of(track).get(name);
    }

    private String contentType(String rendition) {
        PublishedTrack track =
                reader.presentation().map(p -> p.track(rendition)).orElse(null);
        return track == null ? "video/mp4" : MimeTypes.of(track.track());
    }

    private MediaResponse time() {
        byte[] text = clock.instant().truncatedTo(ChronoUnit.MILLIS).toString().getBytes(StandardCharsets.US_ASCII);
        return new MediaResponse(
                200,
                Headers.of("Content-Type", "text/plain; charset=us-ascii", "Cache-Control", "no-store"),
                new MediaBody.Bytes(ByteBuffer.wrap(text)));
    }

    private static MediaResponse notFound() {
        return MediaResponse.error(404, "There is nothing at that place.");
    }

    private static CompletionStage<MediaResponse> now(MediaResponse response) {
        return CompletableFuture.completedFuture(response);
    }
}

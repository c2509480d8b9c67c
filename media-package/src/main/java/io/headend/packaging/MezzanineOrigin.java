package io.headend.packaging;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.http.MediaBody;
import io.headend.core.http.MediaHandler;
import io.headend.core.http.MediaRequest;
import io.headend.core.http.MediaResponse;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Packages recordings while they are asked for: manifests, initialisation segments and segments are made out of MP4 files, and nothing is
 * stored. The same request gives the same bytes and entity tag as long as the files are the same.
 *
 * <p>{@code /{recording}/master.m3u8}, {@code /{recording}/manifest.mpd}, {@code /{recording}/{rendition}/media.m3u8}, {@code init.mp4} and
 * {@code {k}.m4s}. Sizes in manifests are estimates, a fraction of a percent off; there are no I-frame playlists.
 *
 * <p>Of each recording that is asked for, the index is kept open, of so many recordings at most; the one not asked for longest is let go.
 *
 * <p><b>Threading:</b> any thread; files are read on the executor. One recording is read by one thread at a time.
 */
public final class MezzanineOrigin implements MediaHandler, AutoCloseable {

    private static final Pattern PATH = Pattern.compile("/([A-Za-z0-9_-][A-Za-z0-9._-]{0,63})/(.{1,200})");
    private static final Pattern SEGMENT =
            Pattern.compile("([A-Za-z0-9_-][A-Za-z0-9._-]{0,63})/(0|[1-9]\\d{0,8})\\.m4s");
    private static final Pattern INIT = Pattern.compile("([A-Za-z0-9_-][A-Za-z0-9._-]{0,63})/(init[0-9-]{0,5}\\.mp4)");
    private static final Pattern TEXT = Pattern.compile("([A-Za-z0-9_-][A-Za-z0-9._-]{0,63})/(0|[1-9]\\d{0,8})\\.vtt");
    private static final String KEPT = "public, max-age=86400";

    private final Function<String, List<Path>> library;
    private final Executor executor;
    private final Duration segment;
    private final int maxOpen;
    private final ReentrantLock lock = new ReentrantLock();
    private final LinkedHashMap<String, Recording> open = new LinkedHashMap<>(16, 0.75f, true);
    private boolean closed;

    private MezzanineOrigin(Builder builder) {
        this.library = builder.library;
        this.executor = builder.executor;
        this.segment = builder.segment;
        this.maxOpen = builder.maxOpen;
    }

    /** An index that is open, its manifests, and how many requests use it. Users and {@code evicted} are guarded by the origin's lock. */
    private static final class Recording {
        private final ReentrantLock reading = new ReentrantLock();
        private final CompletableFuture<Mezzanine> film = new CompletableFuture<>();
        private int users;
        private boolean evicted;
    }

    /**
     * An origin of recordings.
     *
     * @param library the MP4 files of a recording by its name, empty where there is none of that name; the name comes from the
     *     request and has no slash and no dot in front
     */
    public static Builder builder(Function<String, List<Path>> library) {
        return new Builder(library);
    }

    @Override
    public CompletionStage<MediaResponse> handle(MediaRequest request) {
        switch (request.method()) {
            case "GET", "HEAD" -> {
                return CompletableFuture.supplyAsync(() -> get(request), executor)
                        .thenApply(answer -> Answers.finish(request, answer));
            }
            case "OPTIONS" -> {
                return CompletableFuture.completedFuture(Answers.finish(request, Answers.options()));
            }
            default -> {
                return CompletableFuture.completedFuture(Answers.finish(request, Answers.methodNotAllowed()));
            }
        }
    }

    private MediaResponse get(MediaRequest request) {
        Matcher path = PATH.matcher(request.path());
        if (!path.matches()) {
            return notFound();
        }
        List<Path> files = library.apply(path.group(1));
        if (files.isEmpty()) {
            return notFound();
        }
        Recording recording;
        try {
            recording = acquire(path.group(1));
        } catch (MediaException e) {
            return MediaResponse.error(503, "The origin is closed.");
        }
        try {
            return answer(recording, files, path.group(2));
        } catch (MediaException e) {
            boolean broken = e.code() == MediaErrorCode.MALFORMED || e.code() == MediaErrorCode.UNSUPPORTED;
            forget(path.group(1), recording);
            return MediaResponse.error(broken ? 422 : 502, "The recording cannot be packaged: " + e.code() + ".");
        } finally {
            release(recording);
        }
    }

    private MediaResponse answer(Recording recording, List<Path> files, String object) {
        recording.reading.lock();
        try {
            Mezzanine film = film(recording, files);
            Matcher segmentPath = SEGMENT.matcher(object);
            if (segmentPath.matches()) {
                return segment(film, segmentPath.group(1), Long.parseLong(segmentPath.group(2)));
            }
            Matcher init = INIT.matcher(object);
            if (init.matches()) {
                return film.init(init.group(1), init.group(2))
                        .map(bytes -> media(film.mimeType(init.group(1)), bytes))
                        .orElseGet(MezzanineOrigin::notFound);
            }
            Matcher text = TEXT.matcher(object);
            if (text.matches()) {
                return film.text(text.group(1), Long.parseLong(text.group(2)))
                        .map(bytes -> media("text/vtt", bytes))
                        .orElseGet(MezzanineOrigin::notFound);
            }
            StoredObject document = film.manifests().get(object);
            if (document == null) {
                return notFound();
            }
            String type = object.endsWith(".mpd") ? "application/dash+xml" : "application/vnd.apple.mpegurl";
            return Answers.ok(type, KEPT, document);
        } finally {
            recording.reading.unlock();
        }
    }

    private Mezzanine film(Recording recording, List<Path> files) {
        if (!recording.film.isDone()) {
            Mezzanine.Builder builder = Mezzanine.builder().segment(segment);
            files.forEach(builder::input);
            Mezzanine film = builder.open();
            film.manifests(); // before any segment is made, so that they say the same wherever they are made
            recording.film.complete(film);
        }
        return recording.film.join();
    }

    private static MediaResponse segment(Mezzanine film, String rendition, long number) {
        if (!film.has(rendition, number)) {
            return notFound();
        }
        ByteBuffer[] whole = {ByteBuffer.allocate(0)};
        film.segment(rendition, number, chunk -> {
            ByteBuffer more = chunk.copy();
            whole[0] = whole[0].hasRemaining()
                    ? ByteBuffer.allocate(whole[0].remaining() + more.remaining())
                            .put(whole[0])
                            .put(more)
                            .flip()
                    : more;
        });
        return media(film.mimeType(rendition), whole[0]);
    }

    private static MediaResponse media(String type, ByteBuffer bytes) {
        return Answers.ok(type, KEPT, new StoredObject(new MediaBody.Bytes(bytes), EntityTag.of(bytes)));
    }

    private static MediaResponse notFound() {
        return MediaResponse.error(404, "There is no such object.");
    }

    private Recording acquire(String name) {
        lock.lock();
        try {
            if (closed) {
                throw MediaException.closed("mezzanine origin");
            }
            Recording recording = open.computeIfAbsent(name, n -> new Recording());
            recording.users++;
            while (open.size() > maxOpen) {
                Map.Entry<String, Recording> eldest = open.entrySet().iterator().next();
                open.remove(eldest.getKey());
                evict(eldest.getValue());
            }
            return recording;
        } finally {
            lock.unlock();
        }
    }

    /** A file may be replaced by a whole one: what failed is opened anew by the next request. */
    private void forget(String name, Recording recording) {
        lock.lock();
        try {
            if (open.remove(name, recording)) {
                evict(recording);
            }
        } finally {
            lock.unlock();
        }
    }

    private void release(Recording recording) {
        lock.lock();
        try {
            recording.users--;
            if (recording.evicted && recording.users == 0) {
                closeFilm(recording);
            }
        } finally {
            lock.unlock();
        }
    }

    private static void evict(Recording recording) {
        recording.evicted = true;
        if (recording.users == 0) {
            closeFilm(recording);
        }
    }

    private static void closeFilm(Recording recording) {
        Optional.ofNullable(recording.film.getNow(null)).ifPresent(Mezzanine::close);
    }

    /** How many recordings are open. */
    public int openRecordings() {
        lock.lock();
        try {
            return open.size();
        } finally {
            lock.unlock();
        }
    }

    /** Closes every file once the requests that use it are answered. Harmless when repeated. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            open.values().forEach(MezzanineOrigin::evict);
            open.clear();
        } finally {
            lock.unlock();
        }
    }

    /** Which recordings, and how. */
    public static final class Builder {
        private final Function<String, List<Path>> library;
        private Executor executor = Runnable::run;
        private Duration segment = Duration.ofSeconds(4);
        private int maxOpen = 64;

        private Builder(Function<String, List<Path>> library) {
            this.library = library;
        }

        /** Where files are read; the calling thread by default, which a server must not be kept waiting on. */
        public Builder executor(Executor reading) {
            this.executor = reading;
            return this;
        }

        /** Wished length of a segment; 4 s by default. */
        public Builder segment(Duration length) {
            this.segment = length;
            return this;
        }

        /** Recordings whose index is kept, at least 1; 64 by default. */
        public Builder maxOpen(int recordings) {
            if (recordings < 1) {
                throw MediaException.invalidArgument("maxOpen must be at least 1, not " + recordings);
            }
            this.maxOpen = recordings;
            return this;
        }

        public MezzanineOrigin build() {
            return new MezzanineOrigin(this);
        }
    }
}

package io.headend.packaging;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.http.MediaBody;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Keeps segments as {@code DIR/{rendition}/{k}.m4s} and writes the manifests of each snapshot beside them, so that any web server can serve
 * the directory. Every file appears whole, by renaming. A process that is killed loses nothing that it listed: a live channel that is packaged
 * into the same directory again goes on from the window of the run before. Nothing is forced to the disk itself (no
 * fsync), so a power cut may lose the last seconds; what it damaged is not listed again.
 *
 * <p><b>Threading:</b> writing a chunk holds no lock that another rendition's writer or a reader of complete segments waits for.
 */
public final class FileSegmentStore implements SegmentStore {

    private final Path directory;
    private final boolean madeDirectory;
    private final int maxSegments;
    private final ReentrantLock lock = new ReentrantLock();
    private final ReentrantLock publishing = new ReentrantLock();
    private final Waiting waiting = new Waiting(lock, Runnable::run);
    private final Map<String, NavigableMap<Long, SegmentFile>> segments = new ConcurrentHashMap<>();
    private final Map<String, StoredObject> inits = new ConcurrentHashMap<>();
    private final WindowFile window;
    private final WrittenFiles written = new WrittenFiles();
    private final Writer writer = new Writer();
    private final SegmentReader reader = new StoreReader(lock, waiting, new Content());
    private @Nullable Presentation presentation;
    // what the manifests on disk say; guarded by the publishing lock
    private @Nullable Presentation manifests;
    private final KeyedFiles keyed = new KeyedFiles();
    private volatile boolean closed;

    private FileSegmentStore(Path directory, int maxSegments) {
        this.directory = directory;
        this.window = new WindowFile(directory);
        this.maxSegments = maxSegments;
        this.madeDirectory = prepare(directory);
    }

    /**
     * A store that keeps everything.
     *
     * @param directory made where it does not exist
     * @throws MediaException {@code INVALID_ARGUMENT} if it is a file, {@code ACCESS_DENIED} or {@code IO} if nothing can
     *     be written there
     */
    public static FileSegmentStore open(Path directory) {
        return open(directory, Integer.MAX_VALUE);
    }

    /**
     * A store that removes all but the newest segments of each rendition.
     *
     * @param maxSegments at least 2
     */
    public static FileSegmentStore open(Path directory, int maxSegments) {
        if (maxSegments < 2) {
            throw MediaException.invalidArgument("maxSegments must be at least 2, not " + maxSegments);
        }
        return new FileSegmentStore(directory, maxSegments);
    }

    private static boolean prepare(Path directory) {
        if (Files.exists(directory) && !Files.isDirectory(directory)) {
            throw MediaException.invalidArgument(
                    "output " + directory + " is a file; name a directory that is empty or does not exist");
        }
        boolean make = !Files.exists(directory);
        try {
            Files.createDirectories(directory);
            Files.delete(Files.createTempFile(directory, ".headend", ".tmp"));
            return make;
        } catch (IOException e) {
            throw failed("write to directory " + directory, e);
        }
    }

    private static MediaException failed(String what, IOException cause) {
        boolean denied = cause instanceof AccessDeniedException;
        String why = denied ? "permission denied" : String.valueOf(cause.getMessage());
        return new MediaException(
                denied ? MediaErrorCode.ACCESS_DENIED : MediaErrorCode.IO, "cannot " + what + ": " + why, cause);
    }

    @Override
    public SegmentWriter writer() {
        return writer;
    }

    @Override
    public SegmentReader reader() {
        return reader;
    }

    public Path directory() {
        return directory;
    }

    @Override
    public void close() {
        closed = true;
        waiting.close();
        lock.lock();
        try {
            for (NavigableMap<Long, SegmentFile> ring : segments.values()) {
                for (SegmentFile file : ring.values()) {
                    if (!file.isComplete()) {
                        file.delete();
                    }
                }
            }
            segments.clear();
        } catch (IOException e) {
            throw failed("remove unfinished segments", e);
        } finally {
            lock.unlock();
        }
    }

    /** Work on files that may fail. */
    private interface FileWork<T> {
        T run() throws IOException;
    }

    private <T> T attempt(String what, FileWork<T> work) {
        if (closed) {
            throw MediaException.closed("segment store");
        }
        try {
            return work.run();
        } catch (IOException e) {
            throw failed(what, e);
        }
    }

    private final class Writer implements SegmentWriter {

        @Override
        public void init(String rendition, String name, ByteBuffer bytes) {
            Path folder = directory.resolve(rendition);
            Path file = folder.resolve(name);
            attempt("write " + file, () -> {
                if (Files.notExists(folder)) {
                    Files.createDirectories(folder);
                    written.folder(folder);
                }
                SegmentFile.replace(file, bytes);
                written.file(file);
                return file;
            });
            inits.put(
                    rendition + "/" + name,
                    new StoredObject(new MediaBody.FileRegion(file, 0, bytes.remaining()), EntityTag.of(bytes)));
        }

        @Override
        public void append(String rendition, long number, Chunk chunk) {
            Path file = directory.resolve(rendition).resolve(number + ".m4s");
            attempt("write " + file, () -> {
                SegmentFile segment = find(rendition, number);
                if (segment == null) {
                    segment = SegmentFile.create(file);
                    add(rendition, number, segment);
                }
                segment.append(chunk);
                return segment;
            });
            waiting.changed();
        }

        @Override
        public void complete(String rendition, long number) {
            attempt("complete segment " + number + " of " + rendition, () -> {
                SegmentFile segment = find(rendition, number);
                if (segment == null) {
                    throw new IOException("it has no bytes");
                }
                segment.complete();
                trim(rendition);
                return segment;
            });
            waiting.changed();
        }

        @Override
        public void drop(String rendition, long number) {
            SegmentFile segment = find(rendition, number);
            if (segment != null && !segment.isComplete()) {
                attempt("remove segment " + number + " of " + rendition, () -> {
                    remove(rendition, number);
                    segment.delete();
                    return segment;
                });
                waiting.changed();
            }
        }

        @Override
        public long oldest(String rendition) {
            lock.lock();
            try {
                List<Long> complete = ring(rendition).entrySet().stream()
                        .filter(e -> e.getValue().isComplete())
                        .map(Map.Entry::getKey)
                        .toList();
                int skip = Math.max(0, complete.size() - Math.max(1, maxSegments - AHEAD));
                return complete.isEmpty() ? Long.MAX_VALUE : complete.get(skip);
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void publish(Presentation next) {
            publishing.lock();
            try {
                Presentation present = presentation;
                if (present != null && present.version() >= next.version()) {
                    return;
                }
                Presentation settled = next.settled().latest();
                if (!settled.sameListing(manifests)) {
                    attempt("write manifests to " + directory, () -> {
                        if (next.isLive() && !next.ended()) {
                            window.write(next.settled());
                        } else if (next.isLive()) {
                            Files.deleteIfExists(directory.resolve(WindowFile.NAME));
                        }
                        writeManifests(settled);
                        return settled;
                    });
                    manifests = settled;
                }
                lock.lock();
                try {
                    presentation = next;
                } finally {
                    lock.unlock();
                }
            } finally {
                publishing.unlock();
            }
            waiting.changed();
        }

        @Override
        public Optional<RecoveredWindow> recover() {
            return attempt("read the window of an earlier run from " + directory, () -> {
                Optional<RecoveredWindow> found = window.read();
                if (found.isPresent()) {
                    window.sweep(found.get());
                    adopt(found.get());
                }
                return found;
            });
        }

        @Override
        public void discard() {
            lock.lock();
            try {
                for (NavigableMap<Long, SegmentFile> ring : segments.values()) {
                    for (SegmentFile file : ring.values()) {
                        file.delete();
                    }
                }
                segments.clear();
                inits.clear();
                written.delete(madeDirectory ? Optional.of(directory) : Optional.empty());
            } catch (IOException e) {
                throw failed("remove unfinished output from " + directory, e);
            } finally {
                lock.unlock();
            }
        }
    }

    private void adopt(RecoveredWindow found) throws IOException {
        for (Map.Entry<String, List<SegmentEntry>> rendition : found.segments().entrySet()) {
            for (SegmentEntry entry : rendition.getValue()) {
                Path file = directory.resolve(rendition.getKey()).resolve(entry.number() + ".m4s");
                add(rendition.getKey(), entry.number(), SegmentFile.existing(file));
            }
        }
        findKeyed(found.segments().keySet());
        found.inits()
                .forEach((rendition, all) -> all.forEach((name, bytes) -> inits.put(
                        rendition + "/" + name,
                        new StoredObject(
                                new MediaBody.FileRegion(
                                        directory.resolve(rendition).resolve(name), 0, bytes.remaining()),
                                EntityTag.of(bytes)))));
    }

    private void findKeyed(Set<String> renditions) throws IOException {
        for (String rendition : renditions) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(
                    directory.resolve(rendition), file -> KeyedInit.is(String.valueOf(file.getFileName())))) {
                for (Path file : files) {
                    keyed.found(Set.of(rendition + "/" + file.getFileName()));
                }
            }
        }
    }

    private void writeManifests(Presentation next) throws IOException {
        Manifests files = Manifests.files(next);
        Map<String, StoredObject> inits = files.inits();
        for (Map.Entry<String, StoredObject> init : inits.entrySet()) {
            if (!keyed.has(init.getKey())) {
                writeFile(init.getKey(), init.getValue());
            }
        }
        for (Map.Entry<String, StoredObject> document : files.documents().entrySet()) {
            writeFile(document.getKey(), document.getValue());
        }
        for (String path : keyed.listed(inits.keySet())) {
            Path file = directory.resolve(path);
            Files.deleteIfExists(file);
            written.forget(file);
        }
    }

    private void writeFile(String path, StoredObject object) throws IOException {
        if (object.body() instanceof MediaBody.Bytes bytes) {
            Path file = directory.resolve(path);
            SegmentFile.replace(file, bytes.parts().get(0));
            written.file(file);
        }
    }

    private NavigableMap<Long, SegmentFile> ring(String rendition) {
        return segments.computeIfAbsent(rendition, r -> new TreeMap<>());
    }

    private @Nullable SegmentFile find(String rendition, long number) {
        lock.lock();
        try {
            return ring(rendition).get(number);
        } finally {
            lock.unlock();
        }
    }

    private void add(String rendition, long number, SegmentFile segment) {
        lock.lock();
        try {
            ring(rendition).put(number, segment);
        } finally {
            lock.unlock();
        }
    }

    private void remove(String rendition, long number) {
        lock.lock();
        try {
            ring(rendition).remove(number);
        } finally {
            lock.unlock();
        }
    }

    private void trim(String rendition) throws IOException {
        while (true) {
            Map.Entry<Long, SegmentFile> oldest;
            lock.lock();
            try {
                NavigableMap<Long, SegmentFile> ring = ring(rendition);
                if (ring.size() <= maxSegments) {
                    return;
                }
                oldest = ring.pollFirstEntry();
            } finally {
                lock.unlock();
            }
            oldest.getValue().delete();
        }
    }

    private final class Content implements StoreReader.Content {

        @Override
        public @Nullable Presentation presentation() {
            return presentation;
        }

        @Override
        public @Nullable StoredObject init(String rendition, String name) {
            return inits.get(rendition + "/" + name);
        }

        @Override
        public StoreReader.@Nullable Entry segment(String rendition, long number) {
            NavigableMap<Long, SegmentFile> ring = segments.get(rendition);
            return ring == null ? null : ring.get(number);
        }
    }
}

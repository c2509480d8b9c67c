package io.headend.packaging;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The listing of a live channel beside its segments, from which a later run goes on. */
final class WindowFile {

    static final String NAME = WindowText.NAME;

    private final Path folder;

    WindowFile(Path folder) {
        this.folder = folder;
    }

    /** Appears whole, before the manifests that list the same. */
    void write(Presentation present) throws IOException {
        SegmentFile.replace(folder.resolve(NAME), WindowText.of(present));
    }

    /** What was listed and is still there as it was written; empty where there is nothing, or nothing that can be read. */
    Optional<RecoveredWindow> read() throws IOException {
        Path file = folder.resolve(NAME);
        if (Files.notExists(file) || Files.size(file) > WindowText.MAX_BYTES) {
            return Optional.empty();
        }
        WindowText text =
                WindowText.read(Files.readString(file, StandardCharsets.UTF_8)).orElse(null);
        return text == null ? Optional.empty() : Optional.of(text.recovered(inits(text), this::has));
    }

    private Map<String, Map<String, ByteBuffer>> inits(WindowText text) throws IOException {
        Map<String, Map<String, ByteBuffer>> inits = new LinkedHashMap<>();
        for (String rendition : text.segments().keySet()) {
            Map<String, ByteBuffer> known = new TreeMap<>();
            for (String name : text.inits(rendition)) {
                Path init = folder.resolve(rendition).resolve(name);
                if (Files.exists(init)) {
                    known.put(name, ByteBuffer.wrap(Files.readAllBytes(init)));
                }
            }
            inits.put(rendition, known);
        }
        return inits;
    }

    private boolean has(String rendition, SegmentEntry entry) throws IOException {
        Path file = folder.resolve(rendition).resolve(entry.number() + ".m4s");
        return Files.exists(file) && Files.size(file) == entry.bytes();
    }

    /**
     * Removes segments that are not listed, and halves of files, of an earlier run. What a playlist beside them lists still, because the
     * run ended between the window and the playlist, stays: it is removed when the next run begins.
     */
    void sweep(RecoveredWindow window) throws IOException {
        for (Map.Entry<String, List<SegmentEntry>> rendition : window.segments().entrySet()) {
            List<String> keep = rendition.getValue().stream()
                    .map(entry -> entry.number() + ".m4s")
                    .toList();
            Path playlist = folder.resolve(rendition.getKey()).resolve(Manifests.MEDIA);
            List<String> lines =
                    Files.exists(playlist) ? Files.readAllLines(playlist, StandardCharsets.UTF_8) : List.of();
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder.resolve(rendition.getKey()))) {
                for (Path file : files) {
                    String name = file.getFileName().toString();
                    boolean kept = keep.contains(name) || lines.contains(name);
                    if (name.matches("\\.\\d+\\.m4s\\.tmp") || (name.matches("\\d+\\.m4s") && !kept)) {
                        Files.deleteIfExists(file);
                    }
                }
            }
        }
    }
}

package io.headend.packaging;

import io.headend.core.ContentProtection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The listing of a live channel beside its segments, from which a later run goes on. */
final class WindowFile {

    static final String NAME = ".window";
    private static final String MAGIC = "headend-window 1";
    private static final long MAX_BYTES = 64L << 20;

    private final Path folder;

    WindowFile(Path folder) {
        this.folder = folder;
    }

    /** Appears whole, before the manifests that list the same. */
    void write(Presentation present) throws IOException {
        StringBuilder text = new StringBuilder(MAGIC + "\n");
        text.append("version ").append(present.version()).append('\n');
        text.append("breaks ")
                .append(present.breaks().count())
                .append(' ')
                .append(present.breaks().since())
                .append('\n');
        for (PublishedTrack track : present.tracks()) {
            text.append("track ").append(track.name()).append('\n');
            ContentProtection key = null;
            for (SegmentEntry s : track.segments()) {
                if (!Objects.equals(key, s.layout().key())) {
                    key = s.layout().key();
                    text.append("key ").append(KeyLine.write(key)).append('\n');
                }
                text.append("segment ").append(s.number()).append(' ').append(s.start());
                text.append(' ').append(s.duration()).append(' ').append(s.discontinuity() ? 1 : 0);
                text.append(' ').append(s.init()).append(' ').append(s.bytes());
                text.append(' ').append(s.layout().keyFrameBytes()).append('\n');
            }
        }
        text.append("end\n");
        SegmentFile.replace(
                folder.resolve(NAME), ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8)));
    }

    /** What was listed and is still there as it was written; empty where there is nothing, or nothing that can be read. */
    Optional<RecoveredWindow> read() throws IOException {
        Path file = folder.resolve(NAME);
        if (Files.notExists(file) || Files.size(file) > MAX_BYTES) {
            return Optional.empty();
        }
        List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        if (lines.size() < 4
                || !lines.get(0).equals(MAGIC)
                || !lines.get(lines.size() - 1).equals("end")) {
            return Optional.empty();
        }
        try {
            return Optional.of(parse(lines));
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            // not ours, or damaged: as if there were none
            return Optional.empty();
        }
    }

    private RecoveredWindow parse(List<String> lines) throws IOException {
        long version = 0;
        Presentation.Breaks breaks = Presentation.Breaks.NONE;
        Map<String, List<SegmentEntry>> segments = new LinkedHashMap<>();
        String track = "";
        ContentProtection key = null;
        for (String line : lines.subList(1, lines.size() - 1)) {
            String[] words = line.split(" ", -1);
            switch (words[0]) {
                case "version" -> version = Long.parseLong(words[1]);
                case "breaks" -> breaks = new Presentation.Breaks(Long.parseLong(words[1]), Long.parseLong(words[2]));
                case "track" -> {
                    track = words[1];
                    key = null;
                    segments.put(track, new ArrayList<>());
                }
                case "key" -> key = KeyLine.read(words[1]);
                default -> segments.getOrDefault(track, new ArrayList<>()).add(entry(words, key));
            }
        }
        Map<String, Map<String, ByteBuffer>> inits = new LinkedHashMap<>();
        for (Map.Entry<String, List<SegmentEntry>> rendition : segments.entrySet()) {
            Map<String, ByteBuffer> known = new TreeMap<>();
            for (SegmentEntry entry : rendition.getValue()) {
                Path init = folder.resolve(rendition.getKey()).resolve(entry.init());
                if (!known.containsKey(entry.init()) && Files.exists(init)) {
                    known.put(entry.init(), ByteBuffer.wrap(Files.readAllBytes(init)));
                }
            }
            inits.put(rendition.getKey(), known);
        }
        long first = firstWhole(segments, inits);
        segments.replaceAll((name, all) ->
                all.stream().filter(entry -> entry.number() >= first).toList());
        return new RecoveredWindow(version, breaks, segments, inits);
    }

    private static SegmentEntry entry(String[] words, @Nullable ContentProtection key) {
        return new SegmentEntry(
                Long.parseLong(words[1]),
                Long.parseLong(words[2]),
                Long.parseLong(words[3]),
                words[4].equals("1"),
                words[5],
                new SegmentEntry.Layout(Long.parseLong(words[6]), Long.parseLong(words[7]), List.of(), key));
    }

    /** The first number from which on every rendition has what is listed. */
    private long firstWhole(Map<String, List<SegmentEntry>> segments, Map<String, Map<String, ByteBuffer>> inits)
            throws IOException {
        long first = 0;
        for (Map.Entry<String, List<SegmentEntry>> rendition : segments.entrySet()) {
            Map<String, ByteBuffer> known = inits.getOrDefault(rendition.getKey(), Map.of());
            for (SegmentEntry entry : rendition.getValue()) {
                Path file = folder.resolve(rendition.getKey()).resolve(entry.number() + ".m4s");
                boolean whole =
                        known.containsKey(entry.init()) && Files.exists(file) && Files.size(file) == entry.bytes();
                first = whole ? first : Math.max(first, entry.number() + 1);
            }
        }
        return first;
    }

    /** Removes segments that are not listed, and halves of files, of an earlier run. */
    void sweep(RecoveredWindow window) throws IOException {
        for (Map.Entry<String, List<SegmentEntry>> rendition : window.segments().entrySet()) {
            List<String> keep = rendition.getValue().stream()
                    .map(entry -> entry.number() + ".m4s")
                    .toList();
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder.resolve(rendition.getKey()))) {
                for (Path file : files) {
                    String name = file.getFileName().toString();
                    if (name.matches("\\.\\d+\\.m4s\\.tmp") || (name.matches("\\d+\\.m4s") && !keep.contains(name))) {
                        Files.deleteIfExists(file);
                    }
                }
            }
        }
    }
}

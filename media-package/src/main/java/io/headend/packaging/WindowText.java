package io.headend.packaging;

import io.headend.core.ContentProtection;
import io.headend.formats.hls.Key;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The listing of a live channel as text, from which a later run goes on. */
record WindowText(long version, Presentation.Breaks breaks, Map<String, List<SegmentEntry>> segments) {

    static final String NAME = ".window";
    static final int MAX_BYTES = 64 << 20;

    private static final String MAGIC = "headend-window 1";

    /** Tells whether a segment is where it was listed, as it was written. */
    interface Place {
        boolean has(String rendition, SegmentEntry entry) throws IOException;
    }

    static ByteBuffer of(Presentation present) {
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
            List<Key> whole = List.of();
            for (SegmentEntry s : track.segments()) {
                if (!Objects.equals(key, s.layout().key())) {
                    key = s.layout().key();
                    text.append("key ").append(KeyLine.write(key)).append('\n');
                }
                if (!whole.equals(s.layout().hlsKeys())) {
                    whole = s.layout().hlsKeys();
                    text.append("whole ").append(KeyLine.writeWhole(whole)).append('\n');
                }
                text.append("segment ").append(s.number()).append(' ').append(s.start());
                text.append(' ').append(s.duration()).append(' ').append(s.discontinuity() ? 1 : 0);
                text.append(' ').append(s.init()).append(' ').append(s.bytes());
                text.append(' ').append(s.layout().keyFrameBytes()).append('\n');
            }
        }
        text.append("end\n");
        return ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** What was written, or nothing where it is not ours or damaged: as if there were none. */
    static Optional<WindowText> read(String text) {
        List<String> lines = text.lines().toList();
        if (lines.size() < 4
                || !lines.get(0).equals(MAGIC)
                || !lines.get(lines.size() - 1).equals("end")) {
            return Optional.empty();
        }
        try {
            return Optional.of(parse(lines.subList(1, lines.size() - 1)));
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    private static WindowText parse(List<String> lines) {
        long version = 0;
        Presentation.Breaks breaks = Presentation.Breaks.NONE;
        Map<String, List<SegmentEntry>> segments = new LinkedHashMap<>();
        String track = "";
        ContentProtection key = null;
        List<Key> whole = List.of();
        for (String line : lines) {
            String[] words = line.split(" ", -1);
            switch (words[0]) {
                case "version" -> version = Long.parseLong(words[1]);
                case "breaks" -> breaks = new Presentation.Breaks(Long.parseLong(words[1]), Long.parseLong(words[2]));
                case "track" -> {
                    track = words[1];
                    key = null;
                    whole = List.of();
                    segments.put(track, new ArrayList<>());
                }
                case "key" -> key = KeyLine.read(words[1]);
                case "whole" -> whole = KeyLine.readWhole(words[1]);
                default -> segments.getOrDefault(track, new ArrayList<>()).add(entry(words, key, whole));
            }
        }
        return new WindowText(version, breaks, segments);
    }

    private static SegmentEntry entry(String[] words, @Nullable ContentProtection key, List<Key> whole) {
        return new SegmentEntry(
                Long.parseLong(words[1]),
                Long.parseLong(words[2]),
                Long.parseLong(words[3]),
                words[4].equals("1"),
                words[5],
                new SegmentEntry.Layout(Long.parseLong(words[6]), Long.parseLong(words[7]), List.of(), key, whole));
    }

    /** Names of the initialisation segments that a rendition needs. */
    Set<String> inits(String rendition) {
        return segments.getOrDefault(rendition, List.of()).stream()
                .map(SegmentEntry::init)
                .collect(Collectors.toSet());
    }

    /**
     * The listing from the first number on from which every rendition has everything.
     *
     * @param inits initialisation segments that were found, by rendition and name
     */
    RecoveredWindow recovered(Map<String, Map<String, ByteBuffer>> inits, Place place) throws IOException {
        long first = 0;
        for (Map.Entry<String, List<SegmentEntry>> rendition : segments.entrySet()) {
            Map<String, ByteBuffer> known = inits.getOrDefault(rendition.getKey(), Map.of());
            for (SegmentEntry entry : rendition.getValue()) {
                boolean whole = known.containsKey(entry.init()) && place.has(rendition.getKey(), entry);
                first = whole ? first : Math.max(first, entry.number() + 1);
            }
        }
        long from = first;
        Map<String, List<SegmentEntry>> left = new LinkedHashMap<>();
        segments.forEach((name, all) -> left.put(
                name, all.stream().filter(entry -> entry.number() >= from).toList()));
        return new RecoveredWindow(version, breaks, left, inits);
    }
}

package io.headend.formats.text;

import io.headend.core.MediaException;
import io.headend.formats.isobmff.Box;
import io.headend.formats.isobmff.BoxReader;
import io.headend.formats.isobmff.ContainerBox;
import io.headend.formats.isobmff.OpaqueBox;
import io.headend.formats.isobmff.ParsedBox;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Cues as samples of {@code wvtt} (ISO/IEC 14496-30, 6), and back. */
public final class CueSamples {

    private static final int UNKNOWN_SOURCE = -1;

    private CueSamples() {}

    /**
     * Samples that fill a stretch of time without a hole and without overlapping: one for each time in which the same cues are shown, an
     * empty cue where there are none.
     *
     * @param cues those shown in it, by time
     */
    public static List<TextSample> of(List<TextCue> cues, long from, long to) {
        TreeSet<Long> edges = new TreeSet<>(List.of(from, to));
        for (TextCue cue : cues) {
            if (cue.within(from, to)) {
                edges.add(Math.max(from, cue.start()));
                edges.add(Math.min(to, cue.end()));
            }
        }
        List<TextSample> samples = new ArrayList<>();
        List<TextCue> shown = new ArrayList<>();
        int next = 0;
        long start = from;
        for (long end : edges.tailSet(from, false)) {
            long begins = start;
            while (next < cues.size() && cues.get(next).start() < end) {
                shown.add(cues.get(next++));
            }
            shown.removeIf(cue -> cue.end() <= begins);
            List<Box> boxes = new ArrayList<>();
            shown.forEach(cue -> boxes.add(box(cue, begins, end)));
            if (boxes.isEmpty()) {
                boxes.add(ContainerBox.of("vtte"));
            }
            samples.add(new TextSample(start, end, Box.toBytes(boxes)));
            start = end;
        }
        return samples;
    }

    private static Box box(TextCue cue, long from, long to) {
        List<Box> inside = new ArrayList<>();
        if (cue.start() < from || cue.end() > to) {
            // the same source in every sample that the cue is split over
            inside.add(new OpaqueBox("vsid", ByteBuffer.allocate(4).putInt(0, source(cue))));
        }
        if (!cue.id().isEmpty()) {
            inside.add(words("iden", cue.id()));
        }
        if (!cue.settings().isEmpty()) {
            inside.add(words("sttg", cue.settings()));
        }
        inside.add(words("payl", cue.text()));
        return new ContainerBox("vttc", inside);
    }

    private static int source(TextCue cue) {
        int hash = Long.hashCode(cue.start() * 31 + cue.end()) * 31 + cue.text().hashCode();
        return hash == UNKNOWN_SOURCE ? 0 : hash;
    }

    private static Box words(String type, String text) {
        return new OpaqueBox(type, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * Reads a sample.
     *
     * @return its cues, none where nothing is shown
     * @throws MediaException {@code MALFORMED} if it is no sample of {@code wvtt}
     */
    public static List<TextCue> parse(TextSample sample) {
        List<TextCue> cues = new ArrayList<>();
        if (sample.end() <= sample.start()) {
            return cues;
        }
        for (ParsedBox box : BoxReader.read(sample.data())) {
            if (box.type().equals("vttc")) {
                String id = "";
                String settings = "";
                String text = "";
                for (ParsedBox part : BoxReader.read(box.payload())) {
                    String said = StandardCharsets.UTF_8.decode(part.payload()).toString();
                    switch (part.type()) {
                        case "iden" -> id = said;
                        case "sttg" -> settings = said;
                        case "payl" -> text = said;
                        default -> {}
                    }
                }
                if (!text.isBlank()) {
                    cues.add(new TextCue(sample.start(), sample.end(), id, settings, text));
                }
            }
        }
        return cues;
    }

    /** Cues of samples one behind the other: a cue that goes on from one into the next is one cue. */
    public static List<TextCue> joined(List<TextCue> pieces) {
        List<TextCue> whole = new ArrayList<>();
        for (TextCue piece : pieces) {
            int before = -1;
            for (int i = whole.size() - 1; i >= 0 && i >= whole.size() - 16; i--) {
                TextCue cue = whole.get(i);
                boolean same = cue.end() == piece.start()
                        && cue.text().equals(piece.text())
                        && cue.id().equals(piece.id())
                        && cue.settings().equals(piece.settings());
                before = same ? i : before;
            }
            if (before >= 0) {
                TextCue cue = whole.get(before);
                whole.set(before, new TextCue(cue.start(), piece.end(), cue.id(), cue.settings(), cue.text()));
            } else {
                whole.add(piece);
            }
        }
        return whole;
    }
}

package io.headend.packaging;

import io.headend.core.Cue;
import io.headend.core.Timestamp;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/** Cues that still matter, each once however many renditions bring it, by time. Guarded by the publisher's lock. */
final class CueSheet {

    private static final int MAX_CUES = 1024;

    private final TreeSet<Cue> cues = new TreeSet<>(Comparator.comparing(Cue::at)
            .thenComparing(Cue::schemeIdUri)
            .thenComparing(Cue::id)
            .thenComparing(Cue::message));
    private List<Cue> copy = List.of();

    void add(Cue cue) {
        if (cues.add(cue)) {
            while (cues.size() > MAX_CUES) {
                cues.pollFirst();
            }
            copy = List.copyOf(cues);
        }
    }

    /** Forgets what was over before {@code start}. */
    void forgetBefore(Timestamp start) {
        List<Cue> over = new ArrayList<>();
        for (Cue cue : cues) {
            if (cue.at().compareTo(start) >= 0) {
                break;
            }
            Timestamp length = cue.duration();
            long end = cue.at().toNanos() + (length == null ? 0 : length.toNanos());
            if (end < start.toNanos()) {
                over.add(cue);
            }
        }
        if (!over.isEmpty()) {
            over.forEach(cues::remove);
            copy = List.copyOf(cues);
        }
    }

    List<Cue> list() {
        return copy;
    }
}

package io.headend.transcode;

import io.headend.core.StreamItem;
import io.headend.core.Timestamp;
import io.headend.ffmpeg.AvFrame;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** The renditions of one kind: each gets its own handle on everything. Used by the decoding thread. */
final class WorkerGroup {

    private static final int MAX_WAITING_CUES = 64;

    private final List<Worker> workers = new ArrayList<>();
    private final ArrayDeque<StreamItem> waiting = new ArrayDeque<>();

    boolean started() {
        return !workers.isEmpty();
    }

    /** @param all once; cues that came before go to them */
    void start(List<Worker> all) {
        workers.addAll(all);
        if (all.isEmpty()) {
            // a ladder without this kind: nobody will ever hear of them
            waiting.clear();
        }
        for (StreamItem item = waiting.poll(); item != null; item = waiting.poll()) {
            message(item);
        }
    }

    void picture(AvFrame frame, long number, boolean again, long arrivalNanos) {
        for (Worker worker : workers) {
            worker.give(new Work.Picture(frame.retain(), number, again, arrivalNanos));
        }
    }

    void sound(AvFrame frame, Timestamp start, long arrivalNanos) {
        for (Worker worker : workers) {
            worker.give(new Work.Sound(frame.retain(), start, arrivalNanos));
        }
    }

    void silence(Timestamp end) {
        for (Worker worker : workers) {
            worker.give(new Work.Silence(end));
        }
    }

    /** @param item on the epoch timeline; waits for the start, the newest {@value #MAX_WAITING_CUES} do */
    void message(StreamItem item) {
        if (workers.isEmpty()) {
            if (waiting.size() == MAX_WAITING_CUES) {
                waiting.poll();
            }
            waiting.add(item);
        }
        for (Worker worker : workers) {
            worker.give(new Work.Message(item));
        }
    }
}

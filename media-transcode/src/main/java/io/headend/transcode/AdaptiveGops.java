package io.headend.transcode;

import io.headend.core.EpochGrid;
import io.headend.ffmpeg.AvFrame;
import io.headend.transcode.tsc.ContentAdaptiveController;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Holds the first pictures of each group back until the controller has looked at them and decided for the group, then lets all of
 * the group pass. At most a window of pictures is held. Used by the rendition's thread.
 */
final class AdaptiveGops implements AutoCloseable {

    /** Takes pictures over, with what was decided for their group. */
    @FunctionalInterface
    interface Output {
        void encode(AvFrame frame, long number, GopDecision decision);
    }

    private record Held(AvFrame frame, long number) {}

    private final EpochGrid grid;
    private final ContentAdaptiveController controller;
    private final Supplier<ComputeLevel> level;
    private final Output output;
    private final ArrayDeque<Held> held = new ArrayDeque<>();
    private @Nullable GopDecision decision;

    AdaptiveGops(EpochGrid grid, ContentAdaptiveController controller, Supplier<ComputeLevel> level, Output output) {
        this.grid = grid;
        this.controller = controller;
        this.level = level;
        this.output = output;
    }

    ContentAdaptiveController controller() {
        return controller;
    }

    /** Takes the next picture over. */
    void accept(AvFrame frame, long number) {
        if (grid.isIdr(number)) {
            release();
            decision = null;
        }
        held.add(new Held(frame, number));
        if (decision != null || held.size() >= Math.min(controller.window(level.get()), framesOfGroup(number))) {
            release();
        }
    }

    private int framesOfGroup(long number) {
        long next = number + 1;
        while (!grid.isIdr(next)) {
            next++;
        }
        Held first = held.peek();
        return (int) (next - (first == null ? number : first.number()));
    }

    /** Lets everything pass that is held. */
    void release() {
        Held first = held.peek();
        if (first == null) {
            return;
        }
        GopDecision decided = decision;
        if (decided == null) {
            List<AvFrame> pictures = new ArrayList<>();
            held.forEach(each -> pictures.add(each.frame()));
            decided = controller.decide(pictures, first.number(), framesOfGroup(first.number()), level.get());
            decision = decided;
        }
        for (Held next = held.poll(); next != null; next = held.poll()) {
            controller.source(next.frame(), next.number());
            output.encode(next.frame(), next.number(), decided);
        }
    }

    @Override
    public void close() {
        held.forEach(each -> each.frame().close());
        held.clear();
        controller.close();
    }
}

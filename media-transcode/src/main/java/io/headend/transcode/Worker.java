package io.headend.transcode;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import java.util.function.BiConsumer;

/** The life of one rendition's thread: takes work until the end, then closes its stage. */
final class Worker implements Runnable {

    private final WorkQueue queue;
    private final Stage stage;
    private final RenditionOutput output;
    private final BiConsumer<RenditionOutput, Throwable> failed;

    /** @param failed told what ended the thread, unless it was the end of the stream or an abort */
    Worker(WorkQueue queue, Stage stage, RenditionOutput output, BiConsumer<RenditionOutput, Throwable> failed) {
        this.queue = queue;
        this.stage = stage;
        this.output = output;
        this.failed = failed;
    }

    WorkQueue queue() {
        return queue;
    }

    RenditionOutput output() {
        return output;
    }

    @Override
    @SuppressWarnings("CatchingUnchecked")
    public void run() {
        try (stage) {
            for (Work work = queue.take(); work != null; work = queue.take()) {
                if (work instanceof Work.End) {
                    stage.finish();
                    output.end();
                    return;
                }
                stage.accept(work);
            }
            // Not told after an abort; otherwise somebody interrupted the thread, and the giver must not wait for it.
            failed.accept(output, interrupted());
        } catch (RuntimeException | Error e) {
            failed.accept(output, e);
        }
    }

    static MediaException interrupted() {
        return new MediaException(MediaErrorCode.CLOSED, "its thread was interrupted");
    }

    RenditionStats stats() {
        return output.stats(queue.size());
    }

    /** Takes the work over, also when it throws. */
    void give(Work work) throws MediaException {
        queue.put(work);
    }
}

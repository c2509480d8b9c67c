package io.headend.transcode;

import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** Sums up the samples of an encoder from one IDR picture to the next. */
final class GopTally {

    private final String rendition;
    private final Consumer<GopReport> reports;
    private long firstFrame;
    private int frames;
    private long bytes;

    GopTally(String rendition, Consumer<GopReport> reports) {
        this.rendition = rendition;
        this.reports = reports;
    }

    /**
     * @param frame frame number, read where the sample begins a group
     * @param control says what was decided for a group that has ended, by its first frame
     */
    void add(long frame, boolean idr, int size, LongFunction<GopReport.@Nullable Control> control) {
        if (idr) {
            finish(control);
            firstFrame = frame;
        }
        frames++;
        bytes += size;
    }

    void finish(LongFunction<GopReport.@Nullable Control> control) {
        if (frames > 0) {
            reports.accept(new GopReport(rendition, firstFrame, frames, bytes, control.apply(firstFrame)));
        }
        frames = 0;
        bytes = 0;
    }
}

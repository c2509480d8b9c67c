package io.headend.transcode;

import java.util.function.Consumer;

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

    /** @param frame frame number, read where the sample begins a group */
    void add(long frame, boolean idr, int size) {
        if (idr) {
            finish();
            firstFrame = frame;
        }
        frames++;
        bytes += size;
    }

    void finish() {
        if (frames > 0) {
            reports.accept(new GopReport(rendition, firstFrame, frames, bytes));
        }
        frames = 0;
        bytes = 0;
    }
}

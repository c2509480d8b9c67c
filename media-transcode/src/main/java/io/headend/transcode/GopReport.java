package io.headend.transcode;

import org.jspecify.annotations.Nullable;

/**
 * A group of pictures that an encoder has finished.
 *
 * @param rendition whose it is
 * @param firstFrame frame number of its IDR picture
 * @param frames coded pictures in it; fewer than the grid's at the beginning and the end of a program
 * @param bytes of its samples
 * @param control what a content-adaptive rate control did; {@code null} with another rate control
 */
public record GopReport(
        String rendition,
        long firstFrame,
        int frames,
        long bytes,
        @Nullable Control control) {

    /**
     * What was decided and what came of it.
     *
     * @param measured quality of sampled pictures of the output; {@code null} if none were measured
     * @param capBound whether the cap held back bits, so that the quality may be lower than decided
     */
    public record Control(GopDecision decision, @Nullable PictureScores measured, boolean capBound) {}

    /** Of another rate control. */
    public GopReport(String rendition, long firstFrame, int frames, long bytes) {
        this(rendition, firstFrame, frames, bytes, null);
    }
}

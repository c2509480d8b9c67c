package io.headend.transcode.quality;

import io.headend.core.MediaException;
import io.headend.core.Timestamp;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Pairs the frames of two streams by their times, counted from each stream's first frame, so that different container
 * start times do not matter and a lost or doubled frame is noticed instead of shifting all that follow. Two frames belong
 * together if their times differ by at most half the reference's frame interval. Holds one frame of each stream at most,
 * and one more of the reference. One thread.
 *
 * @param <F> a frame
 */
public final class FrameAligner<F> {

    private final Supplier<@Nullable Timed<F>> reference;
    private final Supplier<@Nullable Timed<F>> distorted;
    private final Consumer<F> discard;
    private final boolean shortest;

    private @Nullable Timed<F> ahead;
    private boolean started;
    private long referenceStart;
    private long distortedStart;
    private long interval;
    private long paired;

    /**
     * A frame and its time; times rise strictly along a stream.
     *
     * @param <F> a frame
     */
    public record Timed<F>(Timestamp pts, F frame) {}

    /**
     * Two frames of one time.
     *
     * @param pts the reference's time, as in its stream
     * @param <F> a frame
     */
    public record Pair<F>(Timestamp pts, F reference, F distorted) {}

    /**
     * @param reference gives the next frame, {@code null} at the end; so does {@code distorted}
     * @param shortest whether a stream may end before the other; else that is an error
     * @param discard takes frames that found no partner
     */
    public FrameAligner(
            Supplier<@Nullable Timed<F>> reference,
            Supplier<@Nullable Timed<F>> distorted,
            boolean shortest,
            Consumer<F> discard) {
        this.reference = reference;
        this.distorted = distorted;
        this.shortest = shortest;
        this.discard = discard;
    }

    /**
     * The next pair, which the caller owns; {@code null} at the end.
     *
     * @throws MediaException {@code INVALID_ARGUMENT} where the streams cannot be paired
     */
    public @Nullable Pair<F> next() {
        Timed<F> ref = started ? ahead : reference.get();
        Timed<F> dist = distorted.get();
        ahead = null;
        if (ref == null || dist == null) {
            return end(ref, dist);
        }
        if (!started) {
            started = true;
            referenceStart = ref.pts.toNanos();
            distortedStart = dist.pts.toNanos();
        }
        ahead = reference.get();
        long refTime = ref.pts.toNanos() - referenceStart;
        long distTime = dist.pts.toNanos() - distortedStart;
        if (ahead != null) {
            interval = ahead.pts.toNanos() - referenceStart - refTime;
        }
        if (interval > 0 && Math.abs(distTime - refTime) > interval / 2) {
            discard.accept(ref.frame);
            discard.accept(dist.frame);
            dropAhead();
            throw MediaException.invalidArgument(String.format(
                    Locale.ROOT,
                    "frame %d is at %.3f s in the reference and at %.3f s in the distorted clip:"
                            + " a frame was lost or doubled, or the frame rates differ; bring both to one rate first",
                    paired,
                    refTime / 1e9,
                    distTime / 1e9));
        }
        paired++;
        return new Pair<>(ref.pts, ref.frame, dist.frame);
    }

    private @Nullable Pair<F> end(@Nullable Timed<F> ref, @Nullable Timed<F> dist) {
        Timed<F> left = ref != null ? ref : dist;
        if (left == null) {
            return null;
        }
        discard.accept(left.frame);
        if (shortest && paired > 0) {
            return null;
        }
        if (paired == 0) {
            throw MediaException.invalidArgument(
                    "the " + (ref == null ? "reference" : "distorted clip") + " has no pictures");
        }
        throw MediaException.invalidArgument("the " + (ref == null ? "reference" : "distorted clip") + " ends after "
                + paired + " frames and the " + (ref == null ? "distorted clip" : "reference")
                + " goes on: cut them to one length, or score the common part only");
    }

    private void dropAhead() {
        Timed<F> left = ahead;
        ahead = null;
        if (left != null) {
            discard.accept(left.frame);
        }
    }

    /** Discards the frame read ahead, if any. */
    public void close() {
        dropAhead();
    }
}

package io.headend.transcode.quality;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Measures how far distorted pictures are from their references: VMAF, SSIM, PSNR.
 *
 * <p>Pairs are pushed in display order, all of one size and bit depth; both pictures of a pair must be of one size (scale
 * the distorted one first, see {@link PictureScaler}). VMAF's motion looks one frame ahead, so a frame's scores are known
 * when the next pair has been pushed, or at {@link #finish}.
 *
 * <p>With sub-sampling k only every k-th pair is measured, but motion is still that between true neighbours.
 *
 * <p><b>Threading:</b> one thread pushes. Measuring happens on the executor that the builder was given, {@code parallelism}
 * frames at a time, or in the pushing thread without one. {@code push} waits while that many frames are under way, so at
 * most {@code parallelism + 2} pairs are held. Results arrive in order, in the pushing thread.
 */
public final class QualityMeter implements AutoCloseable {

    private static final long FRAME_TIMEOUT_SECONDS = 120;

    private final MeterPlan plan;
    private final int subsample;
    private final int first;
    private final int parallelism;
    private final int maxFrames;
    private final Executor executor;
    private final Consumer<FrameQuality> listener;
    private final boolean vector;

    private final ConcurrentLinkedQueue<StoredPicture> references = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<StoredPicture> distorted = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<FrameMeter> meters = new ConcurrentLinkedQueue<>();
    private final ArrayDeque<Job> underWay = new ArrayDeque<>();
    private final List<FrameQuality> frames = new ArrayList<>();

    private @Nullable String shape;
    private int planes;
    private @Nullable StoredPicture previous;
    private @Nullable Job waiting;
    private long pushed;
    private boolean gopPending;
    private boolean done;

    private QualityMeter(Builder builder) {
        plan = MeterPlan.of(builder.metrics, builder.models);
        subsample = builder.subsample;
        first = builder.first;
        parallelism = builder.parallelism;
        maxFrames = builder.maxFrames;
        executor = builder.executor;
        listener = builder.listener;
        vector = builder.vector;
    }

    /** A meter of these metrics, at least one. */
    public static Builder builder(Set<Metric> metrics) {
        return new Builder(metrics);
    }

    /** A meter of these metrics, at least one. */
    public static Builder builder(Metric... metrics) {
        return new Builder(Set.copyOf(Arrays.asList(metrics)));
    }

    /** Settings of a meter. */
    public static final class Builder {

        private final Set<Metric> metrics;
        private final Map<Metric, VmafModel> models = new EnumMap<>(Metric.class);
        private int subsample = 1;
        private int first;
        private int parallelism = 1;
        private int maxFrames = 200_000;
        private Executor executor = Runnable::run;
        private Consumer<FrameQuality> listener = frame -> {};
        private boolean vector = true;

        private Builder(Set<Metric> metrics) {
            if (metrics.isEmpty()) {
                throw MediaException.invalidArgument("a quality meter needs at least one metric");
            }
            this.metrics = EnumSet.copyOf(metrics);
        }

        /** The model to use for one of the VMAF metrics; default: the built-in one. Adds the metric. */
        public Builder model(Metric metric, VmafModel model) {
            if (!metric.isVmaf()) {
                throw MediaException.invalidArgument(metric.key() + " takes no model");
            }
            metrics.add(metric);
            models.put(metric, model);
            return this;
        }

        /** Measure every k-th pair, from the first on; default 1. */
        public Builder subsample(int k) {
            return subsample(k, 0);
        }

        /**
         * Measure every k-th pair. The first pair of all has no picture before it, so its motion is taken for none; one that
         * is not measured costs almost nothing and gives the next one its motion.
         *
         * @param from 0 to {@code k - 1}: the first pair that is measured
         */
        public Builder subsample(int k, int from) {
            if (k < 1 || from < 0 || from >= k) {
                throw MediaException.invalidArgument(
                        "sub-sampling must be at least 1 and begin below itself, not " + k + " from " + from);
            }
            subsample = k;
            first = from;
            return this;
        }

        /** Measure up to {@code framesAtOnce} (1 to 64) frames at a time on the host's executor. */
        public Builder executor(Executor hostExecutor, int framesAtOnce) {
            if (framesAtOnce < 1 || framesAtOnce > 64) {
                throw MediaException.invalidArgument("parallelism must be 1 to 64, not " + framesAtOnce);
            }
            executor = hostExecutor;
            parallelism = framesAtOnce;
            return this;
        }

        /** Is told of every measured frame, in order, in the pushing thread. */
        public Builder onFrame(Consumer<FrameQuality> consumer) {
            listener = consumer;
            return this;
        }

        /** Most frames that a report may hold; default 200,000. One more is an error {@code EXHAUSTED}. */
        public Builder maxFrames(int most) {
            maxFrames = Math.max(1, most);
            return this;
        }

        /** Whether kernels on {@code jdk.incubator.vector} may be used where the module is present, from JDK 21 on; default yes. */
        public Builder vectorKernels(boolean allowed) {
            vector = allowed;
            return this;
        }

        public QualityMeter build() {
            return new QualityMeter(this);
        }
    }

    /** One pair: measured, or only a neighbour for its motion. */
    private static final class Job {

        final long index;
        final long pts;
        final boolean gopStart;
        final boolean measured;
        final CompletableFuture<FrameMeter.Result> result = new CompletableFuture<>();

        Job(long index, long pts, boolean gopStart, boolean measured) {
            this.index = index;
            this.pts = pts;
            this.gopStart = gopStart;
            this.measured = measured;
        }
    }

    /** Pushes a pair that does not start a group of pictures; see {@link #push(long, Picture, Picture, boolean)}. */
    public void push(long pts, Picture reference, Picture distortedPicture) {
        push(pts, reference, distortedPicture, false);
    }

    /**
     * Pushes the next pair. Both pictures are copied before this returns.
     *
     * @param pts any number that the caller wants to find in {@link FrameQuality#pts()}
     * @param gopStart whether a group of pictures begins here
     * @throws MediaException {@code INVALID_ARGUMENT} if the pictures differ in shape, from each other or from those
     *     before; {@code UNSUPPORTED} if they are too small for a metric; {@code EXHAUSTED} beyond the most frames
     */
    public void push(long pts, Picture reference, Picture distortedPicture, boolean gopStart) {
        if (done) {
            throw MediaException.closed("the quality meter");
        }
        checkShape(reference, distortedPicture);
        long index = pushed++;
        boolean measured = isMeasured(index);
        boolean neighbour = plan.vmaf() && (isMeasured(index + 1) || isMeasured(index - 1));
        if (!measured && !neighbour) {
            gopPending |= gopStart;
            keepAsPrevious(null);
            return;
        }
        if (measured && frames.size() >= maxFrames) {
            throw new MediaException(
                    MediaErrorCode.EXHAUSTED, "more than " + maxFrames + " frames: score in parts, or raise maxFrames");
        }
        StoredPicture ref = StoredPicture.copy(reference, planes, references);
        StoredPicture before = previous;
        gopPending |= gopStart;
        if (measured) {
            StoredPicture dist = StoredPicture.copy(distortedPicture, planes, distorted);
            submit(new Job(index, pts, gopPending, true), before, ref, dist);
            gopPending = false;
        } else if (plan.vmaf() && isMeasured(index - 1) && before != null) {
            submit(new Job(index, pts, false, false), before, ref, null);
        }
        keepAsPrevious(ref);
        while (underWay.size() > parallelism
                || (!underWay.isEmpty() && underWay.element().result.isDone())) {
            takeOldest();
        }
    }

    private boolean isMeasured(long index) {
        return Math.floorMod(index - first, subsample) == 0;
    }

    private void keepAsPrevious(@Nullable StoredPicture next) {
        StoredPicture before = previous;
        previous = next;
        if (before != null) {
            before.release();
        }
    }

    private void checkShape(Picture reference, Picture distortedPicture) {
        String now = reference.shape();
        if (!now.equals(distortedPicture.shape())) {
            throw MediaException.invalidArgument("reference (" + now + ") and distorted picture ("
                    + distortedPicture.shape() + ") differ in shape: scale or convert the distorted one first");
        }
        if (shape == null) {
            plan.check(reference);
            shape = now;
            planes = Math.min(plan.planes(), reference.planes().size());
        } else if (!shape.equals(now)) {
            throw MediaException.invalidArgument(
                    "the pictures changed from " + shape + " to " + now + ": use one meter for each shape");
        }
    }

    private void submit(Job job, @Nullable StoredPicture before, StoredPicture ref, @Nullable StoredPicture dist) {
        StoredPicture heldBefore = before == null ? null : before.retain();
        StoredPicture heldRef = ref.retain();
        underWay.add(job);
        executor.execute(() -> {
            try {
                job.result.complete(measure(heldBefore, heldRef, dist));
            } catch (RuntimeException | Error e) {
                job.result.completeExceptionally(e);
            } finally {
                heldRef.release();
                if (heldBefore != null) {
                    heldBefore.release();
                }
                if (dist != null) {
                    dist.release();
                }
            }
        });
    }

    private FrameMeter.Result measure(@Nullable StoredPicture before, StoredPicture ref, @Nullable StoredPicture dist) {
        FrameMeter meter = meters.poll();
        if (meter == null) {
            SamplePlane luma = ref.luma();
            meter = new FrameMeter(plan, luma, vector ? Kernels.best(luma.width) : new PlainKernels(luma.width));
        }
        try {
            SamplePlane lumaBefore = before == null ? null : before.luma();
            return dist == null
                    ? new FrameMeter.Result(meter.motion(lumaBefore, ref.luma()), null, null, Map.of())
                    : meter.measure(lumaBefore, ref.planes(), dist.planes());
        } finally {
            meters.add(meter);
        }
    }

    private void takeOldest() {
        Job job = underWay.remove();
        FrameMeter.Result result = await(job);
        Job last = waiting;
        if (last != null) {
            FrameMeter.Result lastResult = await(last);
            emit(last, lastResult, last.index + 1 == job.index ? Math.min(lastResult.motion(), result.motion()) : 0);
        }
        waiting = job.measured ? job : null;
    }

    private void emit(Job job, FrameMeter.Result result, double motion2) {
        FrameQuality frame = FrameMeter.complete(plan, result, motion2, job.index, job.pts, job.gopStart);
        frames.add(frame);
        listener.accept(frame);
    }

    private static FrameMeter.Result await(Job job) {
        try {
            return job.result.get(FRAME_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MediaException(MediaErrorCode.CLOSED, "interrupted while measuring frame " + job.index, e);
        } catch (ExecutionException e) {
            throw new MediaException(
                    MediaErrorCode.INTERNAL, "measuring frame " + job.index + " failed: " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
            throw new MediaException(
                    MediaErrorCode.TIMEOUT, "the executor did not measure frame " + job.index + " in two minutes", e);
        }
    }

    /**
     * Measures what is left and reports. Pushing is over then.
     *
     * @throws MediaException {@code INVALID_STATE} if nothing was pushed
     */
    public QualityReport finish() {
        if (done) {
            throw MediaException.closed("the quality meter");
        }
        done = true;
        while (!underWay.isEmpty()) {
            takeOldest();
        }
        Job last = waiting;
        waiting = null;
        if (last != null) {
            FrameMeter.Result result = await(last);
            emit(last, result, result.motion());
        }
        if (frames.isEmpty()) {
            throw new MediaException(MediaErrorCode.INVALID_STATE, "there are no frames to score");
        }
        return new QualityReport(plan.metrics(), pushed, subsample, frames);
    }

    /** Gives up; frames under way are finished and forgotten. */
    @Override
    public void close() {
        done = true;
        underWay.clear();
        meters.clear();
        references.clear();
        distorted.clear();
        previous = null;
        waiting = null;
    }

    @Override
    public String toString() {
        return "QualityMeter" + Arrays.toString(plan.metrics().toArray());
    }
}

package io.headend.transcode.quality;

import io.headend.core.MediaException;
import io.headend.core.PictureSize;
import io.headend.core.Timestamp;
import io.headend.ffmpeg.AvFrame;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Scores a distorted clip against its reference: any two inputs that FFmpeg decodes.
 *
 * <p>Frames are paired by time, see {@link FrameAligner}. A distorted clip of another size is scaled to the reference's
 * with FFmpeg's bicubic filter first, and one of another sample format is converted; {@link #preparation()} says so.
 * Groups of pictures are those of the distorted clip (a group begins at a key frame).
 *
 * <p><b>Threading:</b> one thread runs it; decoding uses native threads of its own, measuring the host's executor.
 */
public final class ClipComparison implements AutoCloseable {

    private final ClipReader reference;
    private final ClipReader distorted;
    private final String preparation;
    private final Builder settings;

    private ClipComparison(Builder settings) {
        this.settings = settings;
        reference = ClipReader.open(settings.referenceUrl, settings.decoderThreads);
        boolean done = false;
        try {
            distorted = ClipReader.open(settings.distortedUrl, settings.decoderThreads);
            preparation = prepare(reference, distorted);
            done = true;
        } finally {
            if (!done) {
                reference.close();
            }
        }
    }

    /** A comparison of two files or URLs. */
    public static Builder builder(String reference, String distorted) {
        return new Builder(reference, distorted);
    }

    /** Settings of a comparison. */
    public static final class Builder {

        private final String referenceUrl;
        private final String distortedUrl;
        private final Set<Metric> metrics = EnumSet.noneOf(Metric.class);
        private final Map<Metric, VmafModel> models = new EnumMap<>(Metric.class);
        private int subsample = 1;
        private int decoderThreads = 1;
        private int parallelism = 1;
        private boolean shortest;
        private boolean vector = true;
        private Executor executor = Runnable::run;
        private Consumer<FrameQuality> listener = frame -> {};

        private Builder(String reference, String distorted) {
            referenceUrl = reference;
            distortedUrl = distorted;
        }

        /** What to measure; default VMAF, VMAF NEG, SSIM and PSNR. */
        public Builder metrics(Set<Metric> wanted) {
            metrics.addAll(wanted);
            return this;
        }

        /** See {@link QualityMeter.Builder#model}. */
        public Builder model(Metric metric, VmafModel model) {
            metrics.add(metric);
            models.put(metric, model);
            return this;
        }

        /** See {@link QualityMeter.Builder#subsample}. */
        public Builder subsample(int k) {
            subsample = k;
            return this;
        }

        /** See {@link QualityMeter.Builder#executor}. */
        public Builder executor(Executor hostExecutor, int framesAtOnce) {
            executor = hostExecutor;
            parallelism = framesAtOnce;
            return this;
        }

        /** Native threads for each decoder, default 1; 0 lets FFmpeg choose. */
        public Builder decoderThreads(int threads) {
            decoderThreads = threads;
            return this;
        }

        /** Whether one clip may end before the other, and only the common part be scored; default: that is an error. */
        public Builder shortest(boolean allowed) {
            shortest = allowed;
            return this;
        }

        /** See {@link QualityMeter.Builder#vectorKernels}. */
        public Builder vectorKernels(boolean allowed) {
            vector = allowed;
            return this;
        }

        /** See {@link QualityMeter.Builder#onFrame}. */
        public Builder onFrame(Consumer<FrameQuality> consumer) {
            listener = consumer;
            return this;
        }

        /**
         * Opens both clips.
         *
         * @throws MediaException if one cannot be opened or has no pictures
         */
        public ClipComparison open() {
            if (metrics.isEmpty()) {
                metrics.addAll(EnumSet.of(Metric.VMAF, Metric.VMAF_NEG, Metric.SSIM, Metric.SSIM_ALL, Metric.PSNR));
            }
            return new ClipComparison(this);
        }
    }

    private static String prepare(ClipReader reference, ClipReader distorted) {
        PictureSize size = reference.format().size();
        String pixels = FramePictures.measurable(reference.format().pixelFormat());
        StringBuilder done = new StringBuilder();
        if (!pixels.equals(reference.format().pixelFormat())) {
            reference.filter("format=" + pixels);
            done.append("both converted to ").append(pixels);
        }
        String filter = "";
        if (!size.equals(distorted.format().size())) {
            filter = "scale=" + size.width() + ":" + size.height() + ":flags=bicubic";
            done.append(done.isEmpty() ? "" : "; ")
                    .append("distorted scaled from ")
                    .append(distorted.format().size())
                    .append(" to ")
                    .append(size)
                    .append(" (bicubic)");
        }
        if (!pixels.equals(distorted.format().pixelFormat())) {
            filter += (filter.isEmpty() ? "" : ",") + "format=" + pixels;
            if (!done.toString().contains("converted")) {
                done.append(done.isEmpty() ? "" : "; ")
                        .append("distorted converted to ")
                        .append(pixels);
            }
        }
        if (!filter.isEmpty()) {
            distorted.filter(filter);
        }
        return done.toString();
    }

    /** What was done to the pictures before they were measured; empty if nothing. */
    public String preparation() {
        return preparation;
    }

    /** Size of the pictures compared. */
    public PictureSize size() {
        return reference.format().size();
    }

    /** Length of the reference as its container states it, or {@code null}. */
    public @Nullable Timestamp duration() {
        return reference.duration();
    }

    /** Measures both clips from start to end, once; {@link FrameQuality#pts()} is the reference's time in nanoseconds. */
    public QualityReport run() {
        QualityMeter.Builder builder = QualityMeter.builder(settings.metrics)
                .subsample(settings.subsample)
                .executor(settings.executor, settings.parallelism)
                .vectorKernels(settings.vector)
                .onFrame(settings.listener);
        settings.models.forEach(builder::model);
        try (QualityMeter meter = builder.build()) {
            eachPair(pair -> meter.push(
                    pair.pts().toNanos(),
                    FramePictures.of(pair.reference()),
                    FramePictures.of(pair.distorted()),
                    pair.distorted().isKey()));
            return meter.finish();
        }
    }

    /**
     * Instead of measuring, hands out the frames of some pairs, lent for the call, reference first.
     *
     * @param indexes numbers of pairs, from 0
     */
    public void show(Set<Long> indexes, Shown shown) {
        long last = indexes.stream().mapToLong(i -> i).max().orElse(-1);
        FrameAligner<AvFrame> aligner = aligner(true);
        try {
            for (long index = 0; index <= last; index++) {
                FrameAligner.Pair<AvFrame> pair = aligner.next();
                if (pair == null) {
                    return;
                }
                try (AvFrame ref = pair.reference();
                        AvFrame dist = pair.distorted()) {
                    if (indexes.contains(index)) {
                        shown.accept(index, ref, dist);
                    }
                }
            }
        } finally {
            aligner.close();
        }
    }

    /** Takes the frames of a pair. */
    @FunctionalInterface
    public interface Shown {
        void accept(long index, AvFrame reference, AvFrame distorted);
    }

    private void eachPair(Consumer<FrameAligner.Pair<AvFrame>> consumer) {
        FrameAligner<AvFrame> aligner = aligner(settings.shortest);
        try {
            for (FrameAligner.Pair<AvFrame> pair = aligner.next(); pair != null; pair = aligner.next()) {
                try {
                    consumer.accept(pair);
                } finally {
                    pair.reference().close();
                    pair.distorted().close();
                }
            }
        } finally {
            aligner.close();
        }
    }

    private FrameAligner<AvFrame> aligner(boolean shortest) {
        return new FrameAligner<>(reference, distorted, shortest, AvFrame::close);
    }

    @Override
    public void close() {
        try (reference) {
            distorted.close();
        }
    }
}

package io.headend.transcode.tsc;

import io.headend.ffmpeg.AvFrame;
import io.headend.transcode.PictureScores;
import io.headend.transcode.QualityTarget;
import io.headend.transcode.quality.Metric;
import io.headend.transcode.quality.Pooled;
import io.headend.transcode.quality.QualityMeter;
import io.headend.transcode.quality.QualityReport;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * Scores a picture of a group as the encoder made it, or two where the worst counts; the run around them is kept because VMAF
 * compares neighbours.
 * Holds the sources of a few runs at most. One thread.
 */
final class OutputMeter implements AutoCloseable {

    /** Pictures of the longest run. */
    static final int RUN = 4;

    private static final int MOST_RUNS = 8;

    private final Map<Long, Run> runs = new TreeMap<>();
    private final QualityTarget.Pooling pooling;
    private final int length;
    private final BiConsumer<Long, PictureScores> measured;

    /**
     * @param pooling how the pictures of a run become one score
     * @param measured takes the first frame of a group and the scores of its run
     */
    OutputMeter(QualityTarget.Pooling pooling, BiConsumer<Long, PictureScores> measured) {
        this.pooling = pooling;
        // One scored picture has no worst one.
        length = pooling == QualityTarget.Pooling.MEAN ? RUN - 1 : RUN;
        this.measured = measured;
    }

    private static final class Run implements AutoCloseable {
        final long group;
        final AvFrame[] sources;
        final AvFrame[] outputs;

        Run(long group, int length) {
            this.group = group;
            sources = new AvFrame[length];
            outputs = new AvFrame[length];
        }

        boolean complete() {
            for (int i = 0; i < sources.length; i++) {
                if (sources[i] == null || outputs[i] == null) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public void close() {
            for (AvFrame[] side : List.of(sources, outputs)) {
                for (AvFrame frame : side) {
                    if (frame != null) {
                        frame.close();
                    }
                }
            }
        }
    }

    /** Announces that the pictures from {@code first} on, some of them, are to be scored for a group. */
    void expect(long group, long first) {
        if (runs.size() < MOST_RUNS) {
            runs.put(first, new Run(group, length));
        }
    }

    /** A picture that goes into the encoder; not taken over. */
    void source(AvFrame frame, long number) {
        Run run = run(number);
        int place = place(number);
        if (run != null && run.sources[place] == null) {
            run.sources[place] = frame.retain();
        }
    }

    /** A picture as the encoder made it; taken over. */
    void output(AvFrame frame, long number) {
        Run run = run(number);
        int place = place(number);
        if (run == null || run.outputs[place] != null || run.sources[place] == null) {
            frame.close();
            return;
        }
        run.outputs[place] = frame;
        if (run.complete()) {
            runs.values().remove(run);
            try (run) {
                measured.accept(run.group, score(run));
            }
        }
    }

    /** Forgets runs of groups before this one: their pictures will not come any more. */
    void forgetBefore(long group) {
        Iterator<Run> all = runs.values().iterator();
        while (all.hasNext()) {
            Run run = all.next();
            if (run.group < group) {
                run.close();
                all.remove();
            }
        }
    }

    private @org.jspecify.annotations.Nullable Run run(long number) {
        for (Map.Entry<Long, Run> entry : runs.entrySet()) {
            if (number >= entry.getKey() && number < entry.getKey() + length) {
                return entry.getValue();
            }
        }
        return null;
    }

    private int place(long number) {
        for (long first : runs.keySet()) {
            if (number >= first && number < first + length) {
                return (int) (number - first);
            }
        }
        return 0;
    }

    private PictureScores score(Run run) {
        // The others give those that are measured their motion.
        try (QualityMeter meter =
                QualityMeter.builder(Metric.VMAF, Metric.SSIM).subsample(2, 1).build()) {
            for (int i = 0; i < length; i++) {
                meter.push(i, GopProbe.luma(run.sources[i]), GopProbe.luma(run.outputs[i]));
            }
            QualityReport report = meter.finish();
            return new PictureScores(pooled(report.pooled(Metric.VMAF)), pooled(report.pooled(Metric.SSIM)));
        }
    }

    private double pooled(Pooled scores) {
        return switch (pooling) {
            case MEAN -> scores.mean();
            case P10 -> scores.p10();
            case MIN -> scores.min();
        };
    }

    @Override
    public void close() {
        runs.values().forEach(Run::close);
        runs.clear();
    }
}

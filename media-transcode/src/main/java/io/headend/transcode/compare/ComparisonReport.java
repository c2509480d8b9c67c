package io.headend.transcode.compare;

import io.headend.transcode.quality.Metric;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

/**
 * What a comparison found. Rate differences are those against the first control.
 *
 * @param controls names, the anchor first
 * @param trials every encode
 */
public record ComparisonReport(List<ClipShape> clips, List<String> controls, List<Trial> trials) {

    /** The metrics for which there are curves. */
    public static final List<Metric> METRICS = List.of(Metric.VMAF, Metric.VMAF_NEG, Metric.SSIM, Metric.PSNR);

    public ComparisonReport {
        clips = List.copyOf(clips);
        controls = List.copyOf(controls);
        trials = List.copyOf(trials);
    }

    public String anchor() {
        return controls.get(0);
    }

    /** The encodes of one control of a clip, by rising rate. */
    public List<Trial> trials(String clip, String control) {
        return trials.stream()
                .filter(trial -> trial.clip().equals(clip) && trial.control().equals(control))
                .sorted(Comparator.comparingDouble(Trial::rate))
                .toList();
    }

    /** The curve of one control of a clip; with {@link Metric#SSIM} in decibels. */
    public RdCurve curve(String clip, String control, Metric metric) {
        return RdCurve.of(trials(clip, control).stream()
                .map(trial -> new RdCurve.Point(trial.rate(), trial.onCurve(metric)))
                .toList());
    }

    /** Rate difference of a control against the anchor on one clip. */
    public BdRate bdRate(ClipShape clip, String control, Metric metric) {
        if (trials(clip.name(), control).isEmpty()) {
            return BdRate.refused(Double.NaN, "there is no encode of this clip");
        }
        if (clip.isNearBlack()) {
            return BdRate.refused(
                    Double.NaN, "the clip is nearly black, where scores say nothing about what can be seen");
        }
        return BdRate.of(curve(clip.name(), anchor(), metric), curve(clip.name(), control, metric));
    }

    /** Mean rate difference over the clips for which there is one, with its interval. */
    public Bootstrap bdRate(String control, Metric metric) {
        return Bootstrap.of(clips.stream()
                .mapToDouble(clip -> bdRate(clip, control, metric).percent())
                .toArray());
    }

    /** Processor time of all encodes of a control divided by the anchor's for the same clips; {@code NaN} where not known. */
    public double cpuRatio(String control) {
        double own = 0;
        double anchors = 0;
        for (ClipShape clip : clips) {
            List<Trial> trials = trials(clip.name(), control);
            if (!trials.isEmpty()) {
                own += cpu(trials);
                anchors += cpu(trials(clip.name(), anchor()));
            }
        }
        return own > 0 && anchors > 0 ? own / anchors : Double.NaN;
    }

    private static double cpu(List<Trial> trials) {
        return trials.stream()
                .mapToDouble(trial -> trial.encoded().cpuNanos())
                .average()
                .orElse(0);
    }

    /**
     * A number of a control's encodes at some rate, between neighbours along the logarithm of the rate.
     *
     * @param rate bit/s; outside the control's range {@code NaN}
     */
    public double at(String clip, String control, double rate, ToDoubleFunction<Trial> number) {
        List<Trial> trials = trials(clip, control);
        for (int i = 0; i < trials.size(); i++) {
            Trial trial = trials.get(i);
            if (trial.rate() == rate) {
                return number.applyAsDouble(trial);
            }
            if (i > 0 && trial.rate() > rate && trials.get(i - 1).rate() < rate) {
                Trial below = trials.get(i - 1);
                double share = Math.log(rate / below.rate()) / Math.log(trial.rate() / below.rate());
                return number.applyAsDouble(below) * (1 - share) + number.applyAsDouble(trial) * share;
            }
        }
        return Double.NaN;
    }

    /** The rate of the anchor's middle encode of a clip, where controls are looked at beside each other. */
    public double middleRate(String clip) {
        List<Trial> trials = trials(clip, anchor());
        return trials.isEmpty() ? Double.NaN : trials.get(trials.size() / 2).rate();
    }

    /** The longest latency of a control in pictures; -1 where not known. */
    public int latencyFrames(String control) {
        return trials.stream()
                .filter(trial -> trial.control().equals(control))
                .mapToInt(trial -> trial.encoded().latencyFrames())
                .max()
                .orElse(-1);
    }

    public ClipShape clip(String name) {
        return clips.stream()
                .filter(clip -> Objects.equals(clip.name(), name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no clip is called " + name));
    }
}

package io.headend.examples;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headend.transcode.compare.BdRate;
import io.headend.transcode.compare.Bootstrap;
import io.headend.transcode.compare.ClipShape;
import io.headend.transcode.compare.ComparisonReport;
import io.headend.transcode.compare.Trial;
import io.headend.transcode.quality.Metric;
import io.headend.transcode.quality.Pooled;

/** The result of {@code headend compare --json}. */
final class CompareJson {

    private CompareJson() {}

    static ObjectNode of(ComparisonReport report, CompareSettings about) {
        ObjectNode out = Json.object();
        out.putObject("settings")
                .put("encoder", about.encoder())
                .put("preset", about.preset())
                .put("cap", about.cap())
                .put("gopSeconds", about.gopSeconds())
                .put("latency", about.latency());
        out.put("anchor", report.anchor());
        for (String control : report.controls()) {
            ObjectNode node = out.withArray("controls").addObject().put("name", control);
            if (!control.equals(report.anchor())) {
                for (Metric metric : ComparisonReport.METRICS) {
                    Bootstrap mean = report.bdRate(control, metric);
                    number(
                            number(
                                    number(
                                            node.withObjectProperty("bdRate")
                                                    .putObject(metric.key())
                                                    .put("clips", mean.clips()),
                                            "mean",
                                            mean.mean()),
                                    "low",
                                    mean.low()),
                            "high",
                            mean.high());
                }
            }
            number(node, "cpuRatio", report.cpuRatio(control)).put("latencyFrames", report.latencyFrames(control));
        }
        report.clips().forEach(clip -> clip(report, clip, out.withArray("clips").addObject()));
        return out;
    }

    private static void clip(ComparisonReport report, ClipShape clip, ObjectNode out) {
        out.put("name", clip.name())
                .put("size", clip.size().toString())
                .put("frameRate", Json.rounded(clip.frameRate().toDouble()))
                .put("frames", clip.frames())
                .put("meanLuma", Json.rounded(clip.meanLuma()));
        for (String control : report.controls()) {
            ObjectNode node = out.withArray("controls").addObject().put("name", control);
            if (!control.equals(report.anchor())) {
                for (Metric metric : ComparisonReport.METRICS) {
                    BdRate rate = report.bdRate(clip, control, metric);
                    ObjectNode bd = node.withObjectProperty("bdRate").putObject(metric.key());
                    number(number(bd, "percent", rate.percent()), "overlap", rate.overlap());
                    if (rate.isRefused()) {
                        bd.put("refused", rate.refusal());
                    }
                }
            }
            for (Trial trial : report.trials(clip.name(), control)) {
                trial(trial, node.withArray("encodes").addObject());
            }
        }
    }

    private static void trial(Trial trial, ObjectNode out) {
        out.put("asked", trial.label())
                .put("bitrate", Math.round(trial.rate()))
                .put("cpuSeconds", Json.rounded(trial.encoded().cpuNanos() / 1e9))
                .put("latencyFrames", trial.encoded().latencyFrames())
                .put("file", String.valueOf(trial.encoded().file().getFileName()));
        for (Metric metric : ComparisonReport.METRICS) {
            Pooled gops = trial.gops(metric);
            out.putObject(metric.key())
                    .put("mean", trial.mean(metric))
                    .put("gopP10", gops.p10())
                    .put("gopMin", gops.min());
        }
    }

    private static ObjectNode number(ObjectNode node, String name, double value) {
        return Double.isNaN(value) ? node.putNull(name) : node.put(name, Json.rounded(value));
    }
}

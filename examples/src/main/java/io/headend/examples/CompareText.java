package io.headend.examples;

import io.headend.transcode.compare.BdRate;
import io.headend.transcode.compare.Bootstrap;
import io.headend.transcode.compare.ClipShape;
import io.headend.transcode.compare.ComparisonReport;
import io.headend.transcode.quality.Metric;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;

/** The table of {@code headend compare} on a terminal. */
final class CompareText {

    private static final String[] HEADINGS = {"VMAF", "VMAF NEG", "SSIM", "PSNR"};

    private CompareText() {}

    static String of(ComparisonReport report, CompareSettings about) {
        StringBuilder out = new StringBuilder(about.toString()).append('\n');
        out.append("bits for the same quality beside '")
                .append(report.anchor())
                .append("' (BD-rate, %; 95 % bootstrap interval over clips)\n\n");
        summary(report, out);
        perClip(report, out);
        groups(report, out);
        refusals(report, out);
        out.append("\nCPU: of the encoder's thread with all analysis, without decoding, scaling and scoring.\n");
        return out.toString();
    }

    private static void summary(ComparisonReport report, StringBuilder out) {
        out.append(String.format("%-20s", ""));
        for (String heading : HEADINGS) {
            out.append(String.format("%26s", heading));
        }
        out.append(String.format("%8s%9s\n", "CPU", "latency"));
        for (String control : report.controls()) {
            out.append(String.format("%-20s", control));
            for (Metric metric : ComparisonReport.METRICS) {
                Bootstrap mean = report.bdRate(control, metric);
                out.append(String.format("%26s", control.equals(report.anchor()) ? "0" : interval(mean)));
            }
            int latency = report.latencyFrames(control);
            out.append(String.format(
                    Locale.ROOT, "%8s%9s\n", ratio(report.cpuRatio(control)), latency < 0 ? "-" : latency));
        }
    }

    private static void perClip(ComparisonReport report, StringBuilder out) {
        out.append('\n');
        for (ClipShape clip : report.clips()) {
            out.append(String.format(
                    Locale.ROOT,
                    "%s, %s, %.3f/s, %d pictures\n",
                    clip.name(),
                    clip.size(),
                    clip.frameRate().toDouble(),
                    clip.frames()));
            for (String control : report.controls()) {
                if (control.equals(report.anchor())) {
                    continue;
                }
                out.append(String.format("  %-18s", control));
                for (Metric metric : ComparisonReport.METRICS) {
                    BdRate rate = report.bdRate(clip, control, metric);
                    out.append(
                            rate.isRefused()
                                    ? String.format("%26s", "refused")
                                    : String.format(Locale.ROOT, "%+26.2f", rate.percent()));
                }
                out.append('\n');
            }
        }
    }

    private static void groups(ComparisonReport report, StringBuilder out) {
        out.append(
                "\ngroups of pictures at the rate of the anchor's middle encode: VMAF 10 % / worst, SSIM 10 % / worst\n");
        for (ClipShape clip : report.clips()) {
            double rate = report.middleRate(clip.name());
            out.append(String.format(Locale.ROOT, "%s at %.0f kbit/s\n", clip.name(), rate / 1000));
            for (String control : report.controls()) {
                double vmafLow = report.at(
                        clip.name(), control, rate, t -> t.gops(Metric.VMAF).p10());
                double vmafMin = report.at(
                        clip.name(), control, rate, t -> t.gops(Metric.VMAF).min());
                double ssimLow = report.at(
                        clip.name(), control, rate, t -> t.gops(Metric.SSIM).p10());
                double ssimMin = report.at(
                        clip.name(), control, rate, t -> t.gops(Metric.SSIM).min());
                out.append(
                        Double.isNaN(vmafLow)
                                ? String.format("  %-18s %s\n", control, "has no encodes around it")
                                : String.format(
                                        Locale.ROOT,
                                        "  %-18s %7.2f / %5.2f   %7.4f / %6.4f\n",
                                        control,
                                        vmafLow,
                                        vmafMin,
                                        ssimLow,
                                        ssimMin));
            }
        }
    }

    // One clip is mostly refused for all metrics alike.
    private static void refusals(ComparisonReport report, StringBuilder out) {
        Set<String> told = new LinkedHashSet<>();
        for (ClipShape clip : report.clips()) {
            for (String control : report.controls()) {
                for (Metric metric : ComparisonReport.METRICS) {
                    BdRate rate = report.bdRate(clip, control, metric);
                    if (rate.isRefused() && !control.equals(report.anchor())) {
                        told.add(String.format("refused: %s, %s: %s\n", clip.name(), control, rate.refusal()));
                    }
                }
            }
        }
        told.forEach(out::append);
    }

    static String interval(Bootstrap mean) {
        if (mean.clips() == 0) {
            return "-";
        }
        return mean.clips() == 1
                ? String.format(Locale.ROOT, "%+.2f", mean.mean())
                : String.format(Locale.ROOT, "%+.2f [%+.1f, %+.1f]", mean.mean(), mean.low(), mean.high());
    }

    static String ratio(double ratio) {
        return Double.isNaN(ratio) ? "-" : String.format(Locale.ROOT, "%.3f", ratio);
    }
}

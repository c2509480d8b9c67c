package io.headend.examples;

import io.headend.transcode.compare.BdRate;
import io.headend.transcode.compare.Bootstrap;
import io.headend.transcode.compare.ClipShape;
import io.headend.transcode.compare.ComparisonReport;
import io.headend.transcode.compare.Trial;
import io.headend.transcode.quality.Metric;
import io.headend.transcode.quality.QualityReport;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** The page of {@code headend compare}: the table, and for each clip its curves and its groups of pictures. One file. */
final class ComparePage {

    private static final Map<Metric, String> NAMES =
            Map.of(Metric.VMAF, "VMAF", Metric.VMAF_NEG, "VMAF NEG", Metric.SSIM, "SSIM", Metric.PSNR, "PSNR");
    private static final Map<Metric, String> AXES = Map.of(
            Metric.VMAF, "VMAF", Metric.VMAF_NEG, "VMAF NEG", Metric.SSIM, "SSIM (dB)", Metric.PSNR, "PSNR (dB)");

    private final ComparisonReport report;
    private final StringBuilder out = new StringBuilder();

    private ComparePage(ComparisonReport report) {
        this.report = report;
    }

    static String of(ComparisonReport report, CompareSettings about) {
        return new ComparePage(report).page(about);
    }

    private String page(CompareSettings about) {
        out.append(HEAD).append("<h1>Rate controls side by side</h1>\n<p>").append(PlotBox.escape(about.toString()));
        out.append(".</p>\n<p class='legend'>");
        for (int i = 0; i < report.controls().size(); i++) {
            out.append("<span><i class='c")
                    .append(i)
                    .append("'></i>")
                    .append(report.controls().get(i))
                    .append("</span>");
        }
        out.append("</p>\n");
        headlines();
        summary();
        for (ClipShape clip : report.clips()) {
            clip(clip);
        }
        return out.append(TAIL).toString();
    }

    /** The mean of each control in large figures. */
    private void headlines() {
        out.append("<div class='tiles'>");
        for (int i = 1; i < report.controls().size(); i++) {
            String control = report.controls().get(i);
            for (Metric metric : List.of(Metric.VMAF, Metric.SSIM)) {
                double mean = report.bdRate(control, metric).mean();
                out.append(String.format(
                        Locale.ROOT,
                        "<div><b class='%s'>%s</b><span>bits of <i class='c%d'></i>%s at equal %s</span></div>",
                        mean > 0 ? "worse" : "better",
                        Double.isNaN(mean) ? "–" : String.format(Locale.ROOT, "%+.1f %%", mean),
                        i,
                        control,
                        NAMES.get(metric)));
            }
        }
        out.append("</div>\n");
        if (report.controls().stream().anyMatch(name -> name.equals("cbr") || name.equals("vbr"))) {
            out.append(
                    "<p class='note'>Rows of <em>cbr</em> and <em>vbr</em> are for readers who compare with marketing"
                            + " figures, most of which are against a constant rate; they run at the rates that the capped"
                            + " encodes came to.</p>\n");
        }
    }

    private void summary() {
        out.append("<h2>Bits for the same quality beside <em>")
                .append(report.anchor())
                .append("</em></h2>\n<p>BD-rate in per cent, the mean over ")
                .append(report.clips().size())
                .append(
                        " clips with its 95 % bootstrap interval; below zero is fewer bits.</p>\n<div class='scroll'><table><tr><th></th>");
        ComparisonReport.METRICS.forEach(
                metric -> out.append("<th>").append(NAMES.get(metric)).append("</th>"));
        out.append("<th>CPU</th><th>latency, pictures</th></tr>\n");
        for (String control : report.controls()) {
            boolean anchor = control.equals(report.anchor());
            out.append("<tr class='mean'><th>").append(control).append("</th>");
            for (Metric metric : ComparisonReport.METRICS) {
                out.append("<td>")
                        .append(anchor ? "0" : interval(report.bdRate(control, metric)))
                        .append("</td>");
            }
            int latency = report.latencyFrames(control);
            out.append("<td>")
                    .append(CompareText.ratio(report.cpuRatio(control)))
                    .append("</td><td>");
            out.append(latency < 0 ? "-" : latency).append("</td></tr>\n");
            if (!anchor) {
                report.clips().forEach(clip -> row(clip, control));
            }
        }
        out.append(
                "</table></div>\n<p class='note'>CPU is that of the encoder's thread with all analysis, without decoding, scaling and"
                        + " scoring, beside the anchor's at the same settings.</p>\n");
    }

    /** The interval on a line of its own, so that the table stays narrow. */
    private static String interval(Bootstrap rate) {
        return CompareText.interval(rate).replace(" [", "<small>[").replace("]", "]</small>");
    }

    private void row(ClipShape clip, String control) {
        out.append("<tr><th class='clip'>").append(PlotBox.escape(clip.name())).append("</th>");
        for (Metric metric : ComparisonReport.METRICS) {
            BdRate rate = report.bdRate(clip, control, metric);
            out.append(
                    rate.isRefused()
                            ? "<td class='refused' title='" + PlotBox.escape(String.valueOf(rate.refusal()))
                                    + "'>refused</td>"
                            : String.format(
                                    Locale.ROOT,
                                    "<td class='%s'>%+.2f</td>",
                                    rate.percent() > 1 ? "worse" : "",
                                    rate.percent()));
        }
        out.append("<td></td><td></td></tr>\n");
    }

    private void clip(ClipShape clip) {
        out.append("<h2>")
                .append(PlotBox.escape(clip.name()))
                .append("</h2>\n<p>")
                .append(clip.size());
        out.append(String.format(
                Locale.ROOT,
                ", %.3f/s, %d pictures, %.1f s",
                clip.frameRate().toDouble(),
                clip.frames(),
                clip.seconds()));
        out.append(clip.isNearBlack() ? "; nearly black: no rate difference is given" : "")
                .append("</p>\n<div class='plots'>");
        for (Metric metric : ComparisonReport.METRICS) {
            curves(clip, metric);
        }
        out.append("</div>\n<p>Groups of pictures, at each control's encode nearest to ");
        double rate = report.middleRate(clip.name());
        out.append(String.format(Locale.ROOT, "%.0f kbit/s:</p>%n<div class='plots'>", rate / 1000));
        groups(clip, Metric.VMAF, rate);
        groups(clip, Metric.SSIM, rate);
        out.append("</div>\n");
        worst(clip, rate);
    }

    /** What the worst groups look like at the rate of the anchor's middle encode. */
    private void worst(ClipShape clip, double rate) {
        out.append("<div class='scroll'><table><tr><th>groups at that rate</th><th>VMAF p10</th><th>VMAF worst</th>"
                + "<th>SSIM p10</th><th>SSIM worst</th></tr>\n");
        for (String control : report.controls()) {
            out.append("<tr><th class='clip'>").append(control).append("</th>");
            cell(
                    "%.2f",
                    report.at(
                            clip.name(), control, rate, t -> t.gops(Metric.VMAF).p10()));
            cell(
                    "%.2f",
                    report.at(
                            clip.name(), control, rate, t -> t.gops(Metric.VMAF).min()));
            cell(
                    "%.4f",
                    report.at(
                            clip.name(), control, rate, t -> t.gops(Metric.SSIM).p10()));
            cell(
                    "%.4f",
                    report.at(
                            clip.name(), control, rate, t -> t.gops(Metric.SSIM).min()));
            out.append("</tr>\n");
        }
        out.append("</table></div>\n");
    }

    private void cell(String format, double number) {
        out.append("<td>")
                .append(Double.isNaN(number) ? "-" : String.format(Locale.ROOT, format, number))
                .append("</td>");
    }

    private void curves(ClipShape clip, Metric metric) {
        PlotBox box = new PlotBox(AXES.getOrDefault(metric, metric.toString()), "kbit/s", true);
        for (String control : report.controls()) {
            for (Trial trial : report.trials(clip.name(), control)) {
                box.include(trial.rate() / 1000, trial.onCurve(metric));
            }
        }
        for (int i = 0; i < report.controls().size(); i++) {
            List<Trial> trials = report.trials(clip.name(), report.controls().get(i));
            double[] x =
                    trials.stream().mapToDouble(trial -> trial.rate() / 1000).toArray();
            double[] y =
                    trials.stream().mapToDouble(trial -> trial.onCurve(metric)).toArray();
            List<String> tips = trials.stream()
                    .map(trial -> String.format(
                            Locale.ROOT,
                            "%s, %s: %.0f kbit/s, %s %.3f",
                            trial.control(),
                            trial.label(),
                            trial.rate() / 1000,
                            AXES.get(metric),
                            trial.onCurve(metric)))
                    .toList();
            box.line(i, x, y, tips);
        }
        out.append(box.svg());
    }

    private void groups(ClipShape clip, Metric metric, double rate) {
        PlotBox box = new PlotBox(NAMES.get(metric) + " of each group", "s", false);
        double gopSeconds = clip.gopFrames() / clip.frameRate().toDouble();
        List<Trial> nearest = report.controls().stream()
                .flatMap(control -> report.trials(clip.name(), control).stream()
                        .min((a, b) -> Double.compare(distance(a, rate), distance(b, rate)))
                        .stream())
                .toList();
        for (Trial trial : nearest) {
            List<QualityReport.Gop> gops = trial.quality().gops();
            for (int k = 0; k < gops.size(); k++) {
                box.include(k * gopSeconds, mean(gops.get(k), metric));
            }
            box.include(gops.size() * gopSeconds, mean(gops.get(gops.size() - 1), metric));
        }
        for (Trial trial : nearest) {
            List<QualityReport.Gop> gops = trial.quality().gops();
            double[] x = new double[2 * gops.size()];
            double[] y = new double[2 * gops.size()];
            for (int k = 0; k < gops.size(); k++) {
                x[2 * k] = k * gopSeconds;
                x[2 * k + 1] = Math.min((k + 1) * gopSeconds, clip.seconds());
                y[2 * k] = mean(gops.get(k), metric);
                y[2 * k + 1] = y[2 * k];
            }
            box.line(report.controls().indexOf(trial.control()), x, y, List.of());
        }
        out.append(box.svg());
    }

    private static double distance(Trial trial, double rate) {
        return Math.abs(Math.log(trial.rate() / rate));
    }

    private static double mean(QualityReport.Gop gop, Metric metric) {
        return Objects.requireNonNull(gop.pooled().get(metric)).mean();
    }

    private static final String HEAD = """
            <!doctype html>
            <html lang="en"><meta charset="utf-8"><title>Rate controls side by side</title>
            <meta name="viewport" content="width=device-width">
            <style>
            body { font: 15px/1.4 system-ui, sans-serif; margin: 2em auto; max-width: 75em; padding: 0 1em; color: #223; background: #fff }
            h1 { font-size: 1.5em; margin: 0 } h2 { font-size: 1.15em; margin: 1.8em 0 .2em } p { margin: .3em 0 }
            em { font-style: normal; color: #2563b0 } .note { color: #667; font-size: .9em }
            table { border-collapse: collapse; margin: .6em 0 } th, td { padding: .25em .7em; text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
            tr.mean { border-top: 2px solid #cdd3de; font-weight: 600 } td small { display: block; font-weight: normal; color: #667; font-size: .82em } td, th { vertical-align: baseline }
            th.clip { font-weight: normal; color: #556; white-space: normal; overflow-wrap: anywhere; min-width: 9em } tr:hover td { background: #f3f5f8 }
            .worse { color: #b3261e } .refused { color: #889; font-style: italic; cursor: help }
            .scroll { overflow-x: auto } .better { color: #15803d }
            .tiles { display: flex; flex-wrap: wrap; gap: .8em; margin: 1.2em 0 .6em } .tiles div { background: #f8f9fb; border: 1px solid #dde; border-radius: 6px; padding: .6em 1.1em }
            .tiles b { display: block; font-size: 1.9em; line-height: 1.2; font-variant-numeric: tabular-nums } .tiles span { color: #667; font-size: .9em }
            .tiles i { display: inline-block; width: .7em; height: .7em; border-radius: 50%; margin-right: .35em }
            .plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(26em, 100%), 1fr)); gap: .8em }
            svg { width: 100%; background: #f8f9fb; border: 1px solid #dde; border-radius: 4px }
            svg text { font: 11px system-ui, sans-serif; fill: #667 } .grid { stroke: #e2e6ee; fill: none }
            polyline { fill: none; stroke-width: 1.8; stroke-linejoin: round } circle { stroke: none }
            .legend span { margin-right: 1.6em } .legend i { display: inline-block; width: 1.6em; height: .28em; margin-right: .5em; vertical-align: middle }
            polyline.c0 { stroke: #64748b } circle.c0 { fill: #64748b } i.c0 { background: #64748b }
            polyline.c1 { stroke: #2563b0 } circle.c1 { fill: #2563b0 } i.c1 { background: #2563b0 }
            polyline.c2 { stroke: #c2570c } circle.c2 { fill: #c2570c } i.c2 { background: #c2570c }
            polyline.c3 { stroke: #15803d } circle.c3 { fill: #15803d } i.c3 { background: #15803d }
            polyline.c4 { stroke: #9333a8 } circle.c4 { fill: #9333a8 } i.c4 { background: #9333a8 }
            polyline.c5 { stroke: #b08900 } circle.c5 { fill: #b08900 } i.c5 { background: #b08900 }
            @media (max-width: 40em) { th, td { padding: .25em .4em; font-size: .88em } th.clip { min-width: 7em } svg text { font-size: 15px } }
            @media (prefers-color-scheme: dark) {
              body { background: #16181d; color: #dde } em { color: #7fb4ff } th.clip { color: #99a } tr.mean { border-color: #3a3f4a }
              .tiles div { background: #1d2027; border-color: #333 } .better { color: #5fca85 }
              svg { background: #1d2027; border-color: #333 } .grid { stroke: #2c313b } tr:hover td { background: #1d2027 } .worse { color: #ff8a80 }
              polyline.c0 { stroke: #94a3b8 } polyline.c1 { stroke: #7fb4ff } polyline.c2 { stroke: #f59e57 } polyline.c3 { stroke: #5fca85 } polyline.c4 { stroke: #d08be0 } polyline.c5 { stroke: #e0bd4a }
              circle.c0 { fill: #94a3b8 } circle.c1 { fill: #7fb4ff } circle.c2 { fill: #f59e57 } circle.c3 { fill: #5fca85 } circle.c4 { fill: #d08be0 } circle.c5 { fill: #e0bd4a }
              i.c0 { background: #94a3b8 } i.c1 { background: #7fb4ff } i.c2 { background: #f59e57 } i.c3 { background: #5fca85 } i.c4 { background: #d08be0 } i.c5 { background: #e0bd4a }
              td small, .note, .tiles span, svg text { color: #99a; fill: #99a } }
            </style>
            """;

    private static final String TAIL = "</html>\n";
}

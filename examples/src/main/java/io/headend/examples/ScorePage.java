package io.headend.examples;

import io.headend.ffmpeg.AvFrame;
import io.headend.ffmpeg.FilterGraph;
import io.headend.transcode.quality.FrameQuality;
import io.headend.transcode.quality.Metric;
import io.headend.transcode.quality.Pooled;
import io.headend.transcode.quality.QualityReport;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;

/** The page of {@code headend score}: pooled scores, a plot per metric, the worst frames side by side. One file. */
final class ScorePage {

    private static final int PLOT_WIDTH = 1000;
    private static final int PLOT_HEIGHT = 160;
    private static final int MAX_POINTS = 2000;
    private static final int MAX_PICTURE_WIDTH = 960;

    /** Two pictures of a pair of frames, as PNG. */
    record Shot(long index, String reference, String distorted) {}

    private ScorePage() {}

    static Shot shot(long index, AvFrame reference, AvFrame distorted) {
        return new Shot(index, png(reference), png(distorted));
    }

    static String of(ScoreResult result, List<Shot> shots) {
        StringBuilder out = new StringBuilder(HEAD);
        QualityReport report = result.report();
        out.append("<h1>")
                .append(escape(result.distorted()))
                .append("</h1>\n<p>against ")
                .append(escape(result.reference()))
                .append(", ")
                .append(result.size())
                .append(", ")
                .append(report.frames().size())
                .append(report.subsample() == 1 ? " frames" : " frames (every " + report.subsample() + ". one)");
        if (!result.preparation().isEmpty()) {
            out.append("; ").append(escape(result.preparation()));
        }
        out.append(
                ".</p>\n<table><tr><th></th><th>mean</th><th>harmonic mean</th><th>min</th><th>5 %</th><th>10 %</th></tr>\n");
        for (Metric metric : result.metrics()) {
            Pooled p = report.pooled(metric);
            out.append(String.format(
                    Locale.ROOT,
                    "<tr><th>%s</th><td>%.4f</td><td>%.4f</td><td>%.4f</td><td>%.4f</td><td>%.4f</td></tr>%n",
                    metric.key(),
                    p.mean(),
                    p.harmonicMean(),
                    p.min(),
                    p.p5(),
                    p.p10()));
        }
        out.append("</table>\n");
        for (Metric metric : result.metrics()) {
            plot(out, report, metric);
        }
        Metric leading = ScoreResult.leading(report);
        out.append("<h2>Worst frames by ").append(leading.key()).append("</h2>\n");
        for (Shot shot : shots) {
            out.append(String.format(
                    Locale.ROOT,
                    "<figure><figcaption>frame %d, %s %.3f: reference, distorted</figcaption>"
                            + "<img alt='reference' src='data:image/png;base64,%s'>"
                            + "<img alt='distorted' src='data:image/png;base64,%s'></figure>%n",
                    shot.index,
                    leading.key(),
                    result.score(shot.index),
                    shot.reference,
                    shot.distorted));
        }
        return out.append(TAIL).toString();
    }

    /** One line, the least score of each step where there are more frames than points; groups of pictures as ticks. */
    private static void plot(StringBuilder out, QualityReport report, Metric metric) {
        List<FrameQuality> frames = report.frames();
        Pooled pooled = report.pooled(metric);
        double top = frames.stream().mapToDouble(f -> f.score(metric)).max().orElse(1);
        double margin = Math.max((top - pooled.min()) * 0.08, 1e-4);
        double low = pooled.min() - margin;
        double high = top + margin;
        int step = Math.max(1, (frames.size() + MAX_POINTS - 1) / MAX_POINTS);
        StringBuilder line = new StringBuilder();
        StringBuilder values = new StringBuilder();
        StringBuilder ticks = new StringBuilder();
        int last = Math.max(1, frames.size() - 1);
        for (int i = 0; i < frames.size(); i += step) {
            FrameQuality worst = frames.get(i);
            boolean gop = false;
            for (FrameQuality frame : frames.subList(i, Math.min(frames.size(), i + step))) {
                worst = frame.score(metric) < worst.score(metric) ? frame : worst;
                gop |= frame.isGopStart();
            }
            double x = (double) PLOT_WIDTH * i / last;
            double y = PLOT_HEIGHT * (high - worst.score(metric)) / (high - low);
            line.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, y));
            values.append(String.format(
                    Locale.ROOT, "[%d,%.3f,%.4f],", worst.index(), worst.pts() / 1e9, worst.score(metric)));
            if (gop) {
                ticks.append(String.format(Locale.ROOT, "M%.1f %dv6", x, PLOT_HEIGHT - 6));
            }
        }
        double mean = PLOT_HEIGHT * (high - pooled.mean()) / (high - low);
        out.append(String.format(
                Locale.ROOT,
                "<h2>%s <output></output></h2><svg viewBox='0 0 %d %d' data-values='[%s]'>"
                        + "<path class='tick' d='%s'/><path class='mean' d='M0 %.1fH%d'/><polyline points='%s'/>"
                        + "<path class='cursor' d=''/><text x='4' y='14'>%.3f</text><text x='4' y='%d'>%.3f</text></svg>%n",
                metric.key(),
                PLOT_WIDTH,
                PLOT_HEIGHT,
                values.substring(0, Math.max(0, values.length() - 1)),
                ticks,
                mean,
                PLOT_WIDTH,
                line,
                high,
                PLOT_HEIGHT - 6,
                low));
    }

    private static String png(AvFrame frame) {
        int width = Math.min(MAX_PICTURE_WIDTH, frame.width());
        try (FilterGraph graph = FilterGraph.video("scale=" + width + ":-2:flags=bicubic,format=rgb24", 1)) {
            graph.send(frame.retain());
            graph.finish();
            try (AvFrame rgb = graph.receive(0)) {
                if (rgb == null) {
                    throw new IllegalStateException("the scaler gave no picture");
                }
                return png(rgb.plane(0), rgb.stride(0), rgb.width(), rgb.height());
            }
        }
    }

    private static String png(ByteBuffer rgb, int stride, int width, int height) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int at = y * stride + 3 * x;
                image.setRGB(
                        x, y, (rgb.get(at) & 0xff) << 16 | (rgb.get(at + 1) & 0xff) << 8 | (rgb.get(at + 2) & 0xff));
            }
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            ImageIO.setUseCache(false);
            ImageIO.write(image, "png", out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Base64.getEncoder().encodeToString(out.toByteArray());
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static final String HEAD = """
            <!doctype html>
            <html lang="en"><meta charset="utf-8"><title>Quality</title>
            <style>
            body { font: 15px/1.4 system-ui, sans-serif; margin: 2em auto; max-width: 75em; padding: 0 1em; color: #223 }
            h1 { font-size: 1.4em; margin: 0 } h2 { font-size: 1em; margin: 1.2em 0 .2em }
            table { border-collapse: collapse } th, td { padding: .2em .8em; text-align: right } tr:nth-child(even) { background: #f3f5f8 }
            svg { width: 100%; background: #f8f9fb; border: 1px solid #dde } polyline { fill: none; stroke: #2563b0; stroke-width: 1.2 }
            .mean { stroke: #c60; stroke-dasharray: 4 4; fill: none } .tick { stroke: #667; fill: none } .cursor { stroke: #999 }
            text { font: 11px sans-serif; fill: #667 } output { font-weight: normal; color: #667; margin-left: 1em }
            figure { margin: 1em 0 } img { width: 49.5%; margin-right: .5% } img + img { margin: 0 } figcaption { color: #445 }
            @media (prefers-color-scheme: dark) {
              body { background: #16181d; color: #dde } svg { background: #1d2027; border-color: #333 } tr:nth-child(even) { background: #1d2027 }
              polyline { stroke: #7fb4ff } figcaption { color: #aab } }
            </style>
            """;

    private static final String TAIL = """
            <script>
            for (const svg of document.querySelectorAll('svg')) {
              const values = JSON.parse(svg.dataset.values);
              svg.addEventListener('mousemove', (event) => {
                const share = event.offsetX / svg.clientWidth;
                const at = Math.max(0, Math.min(values.length - 1, Math.round(share * (values.length - 1))));
                const [index, time, score] = values[at];
                svg.querySelector('.cursor').setAttribute('d', `M${share * 1000} 0V160`);
                svg.previousElementSibling.querySelector('output').textContent = `frame ${index}, ${time} s: ${score}`;
              });
            }
            </script>
            """;
}

package io.headend.examples;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headend.core.PictureSize;
import io.headend.transcode.quality.FrameQuality;
import io.headend.transcode.quality.Metric;
import io.headend.transcode.quality.Pooled;
import io.headend.transcode.quality.QualityReport;
import java.util.List;

/**
 * What {@code headend score} found.
 *
 * @param preparation what was done to the pictures before; empty if nothing
 */
record ScoreResult(String reference, String distorted, PictureSize size, String preparation, QualityReport report) {

    /** The metrics measured, in their usual order. */
    List<Metric> metrics() {
        return report.metrics().stream().sorted().toList();
    }

    /** The metric by which frames are called the worst. */
    static Metric leading(QualityReport report) {
        return report.metrics().stream().sorted().findFirst().orElseThrow();
    }

    /** The leading metric's score of the frame of that number. */
    double score(long index) {
        Metric metric = leading(report);
        return report.frames().stream()
                .filter(frame -> frame.index() == index)
                .mapToDouble(frame -> frame.score(metric))
                .findFirst()
                .orElse(0);
    }

    ObjectNode json() {
        ObjectNode root = Json.object();
        root.put("reference", reference)
                .put("distorted", distorted)
                .put("width", size.width())
                .put("height", size.height())
                .put("preparation", preparation)
                .put("region", report.region())
                .put("subsample", report.subsample())
                .put("pushed", report.pushed());
        ArrayNode frames = root.putArray("frames");
        for (FrameQuality frame : report.frames()) {
            ObjectNode node = frames.addObject();
            node.put("index", frame.index()).put("pts", frame.pts() / 1e9);
            for (Metric metric : metrics()) {
                node.put(metric.key(), rounded(frame.score(metric)));
            }
        }
        ObjectNode pooled = root.putObject("pooled");
        for (Metric metric : metrics()) {
            put(pooled.putObject(metric.key()), report.pooled(metric));
        }
        ArrayNode gops = root.putArray("gops");
        for (QualityReport.Gop gop : report.gops()) {
            ObjectNode node = gops.addObject();
            node.put("firstIndex", gop.firstIndex()).put("frames", gop.frames());
            for (Metric metric : metrics()) {
                Pooled part = gop.pooled().get(metric);
                if (part != null) {
                    put(node.putObject(metric.key()), part);
                }
            }
        }
        return root;
    }

    private static void put(ObjectNode node, Pooled pooled) {
        node.put("mean", rounded(pooled.mean()))
                .put("harmonicMean", rounded(pooled.harmonicMean()))
                .put("min", rounded(pooled.min()))
                .put("p5", rounded(pooled.p5()))
                .put("p10", rounded(pooled.p10()));
    }

    private static double rounded(double value) {
        return Math.round(value * 1e6) / 1e6;
    }
}

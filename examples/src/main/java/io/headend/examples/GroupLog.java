package io.headend.examples;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headend.transcode.GopDecision;
import io.headend.transcode.GopReport;
import io.headend.transcode.PictureScores;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** The latest groups of pictures of each rendition, as their rate control reported them. Any thread. */
final class GroupLog implements Consumer<GopReport> {

    private static final int KEPT = 60;

    private final Map<String, Deque<GopReport>> byRendition = new ConcurrentHashMap<>();

    @Override
    public void accept(GopReport report) {
        Deque<GopReport> groups = byRendition.computeIfAbsent(report.rendition(), name -> new ArrayDeque<>());
        synchronized (groups) {
            if (groups.size() == KEPT) {
                groups.removeFirst();
            }
            groups.addLast(report);
        }
    }

    private List<GopReport> of(String rendition) {
        Deque<GopReport> groups = byRendition.get(rendition);
        if (groups == null) {
            return List.of();
        }
        synchronized (groups) {
            return List.copyOf(groups);
        }
    }

    /** Adds what is known of a rendition as an array {@code groups}, if it has any. */
    void addTo(ObjectNode entry, String rendition) {
        List<GopReport> groups = of(rendition);
        if (groups.isEmpty()) {
            return;
        }
        ArrayNode array = entry.putArray("groups");
        for (GopReport report : groups) {
            ObjectNode node = array.addObject()
                    .put("firstFrame", report.firstFrame())
                    .put("frames", report.frames())
                    .put("bytes", report.bytes());
            GopReport.Control control = report.control();
            if (control != null) {
                describe(node, control);
            }
        }
    }

    private static void describe(ObjectNode node, GopReport.Control control) {
        GopDecision decision = control.decision();
        node.put("recipe", decision.recipe())
                .put("content", decision.content().name())
                .put("offset", Json.rounded(decision.offset()))
                .put("reason", decision.reason())
                .put("capBound", control.capBound());
        scores(node, "expected", decision.predicted());
        scores(node, "measured", control.measured());
        if (decision.features() != null) {
            node.putObject("features")
                    .put("detailBits", Json.rounded(decision.features().detailBits()))
                    .put("motionBits", Json.rounded(decision.features().motionBits()))
                    .put("luma", Json.rounded(decision.features().luma()))
                    .put("flat", Json.rounded(decision.features().flat()))
                    .put("change", Json.rounded(decision.features().change()));
        }
    }

    private static void scores(ObjectNode node, String name, @org.jspecify.annotations.Nullable PictureScores scores) {
        if (scores != null) {
            node.putObject(name).put("vmaf", Json.rounded(scores.vmaf())).put("ssim", Json.rounded(scores.ssim()));
        }
    }
}

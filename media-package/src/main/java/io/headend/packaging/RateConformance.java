package io.headend.packaging;

import io.headend.formats.hls.parsed.ParsedMultivariant;
import io.headend.formats.hls.parsed.ParsedMultivariant.Rendition;
import io.headend.formats.hls.parsed.ParsedMultivariant.Variant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What a variant says of its bit rates against what its segments need. */
final class RateConformance {

    private final HlsConformance check;
    private final String path;
    private final ParsedMultivariant playlist;
    private final Map<String, CheckedPlaylist> media;

    RateConformance(
            HlsConformance check, String path, ParsedMultivariant playlist, Map<String, CheckedPlaylist> media) {
        this.check = check;
        this.path = path;
        this.playlist = playlist;
        this.media = media;
    }

    void check(Variant variant) {
        CheckedPlaylist own = media.get(HlsConformance.resolve(path, variant.uri()));
        if (own == null || own.segments().stream().allMatch(s -> s.bytes() == 0)) {
            return;
        }
        double average = own.averageRate();
        double peak = own.peakRate();
        Set<String> groups = new HashSet<>();
        for (String type : new String[] {"AUDIO", "VIDEO", "SUBTITLES"}) {
            String group = variant.group(type);
            if (group != null && groups.add(type)) {
                double[] most = largest(type, group, variant);
                average += most[0];
                peak += most[1];
            }
        }
        boolean live = own.isLive() || own.playlist().header().type().isEmpty();
        long bandwidth = variant.bandwidth();
        String said = variant.attributes().getOrDefault("AVERAGE-BANDWIDTH", "");
        if (said.matches("\\d{1,18}")) {
            long stated = Long.parseLong(said);
            if (live && average > stated * 1.1) {
                violation("1.28", variant, "AVERAGE-BANDWIDTH", stated, average);
            } else if (!live && Math.abs(average - stated) > stated * 0.1) {
                violation("1.26", variant, "AVERAGE-BANDWIDTH", stated, average);
            }
        }
        if (peak == 0) {
            return;
        }
        if (live && peak > bandwidth * 1.25) {
            violation("1.29", variant, "BANDWIDTH", bandwidth, peak);
        } else if (!live && Math.abs(peak - bandwidth) > bandwidth * 0.1) {
            violation("1.27", variant, "BANDWIDTH", bandwidth, peak);
        }
        // a window that slides may have shown the peak before: only more than said is wrong
        if (peak > bandwidth * (live ? 1.25 : 1.001)) {
            violation("9.13", variant, "BANDWIDTH", bandwidth, peak);
        }
    }

    private double[] largest(String type, String group, Variant variant) {
        double average = 0;
        double peak = 0;
        for (Rendition rendition : playlist.renditions()) {
            String uri = rendition.uri();
            if (uri == null
                    || !rendition.type().equals(type)
                    || !rendition.groupId().equals(group)
                    || uri.equals(variant.uri())) {
                continue;
            }
            CheckedPlaylist found = media.get(HlsConformance.resolve(path, uri));
            if (found != null) {
                average = Math.max(average, found.averageRate());
                peak = Math.max(peak, found.peakRate());
            }
        }
        return new double[] {average, peak};
    }

    private void violation(String rule, Variant variant, String attribute, long said, double measured) {
        check.violation(
                rule,
                path,
                variant.uri() + " says " + attribute + "=" + said + ", measured are " + Math.round(measured));
    }
}

package io.headend.packaging;

import io.headend.formats.hls.parsed.ParsedMedia;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The low-latency server configuration profile (RFC 8216bis, Appendix B). */
final class LowLatencyConformance {

    private LowLatencyConformance() {}

    static void check(HlsConformance check, CheckedPlaylist playlist) {
        ParsedMedia.LowLatency said = playlist.playlist().lowLatency();
        if (said == null || said.partTarget() == null || !playlist.isLive()) {
            return;
        }
        String path = playlist.path();
        Duration target = said.partTarget();
        Map<String, String> control = said.serverControl();
        long segment = playlist.playlist().header().targetDuration();
        if (!"YES".equals(control.get("CAN-BLOCK-RELOAD"))) {
            check.violation("14.1", path, "EXT-X-SERVER-CONTROL does not say CAN-BLOCK-RELOAD=YES");
        }
        if (said.preloadHints().isEmpty()) {
            check.violation("14.1", path, "there is no EXT-X-PRELOAD-HINT");
        }
        if (said.renditionReports().isEmpty() && playlist.text().contains("#EXT-X-PART:")) {
            check.violation("14.1", path, "there is no EXT-X-RENDITION-REPORT");
        }
        Duration skip = seconds(control.get("CAN-SKIP-UNTIL"));
        if (skip == null || skip.compareTo(Duration.ofSeconds(6 * segment)) < 0) {
            check.violation("14.1", path, "CAN-SKIP-UNTIL is less than six target durations, or missing");
        }
        Duration holdBack = seconds(control.get("HOLD-BACK"));
        if (holdBack != null && holdBack.compareTo(Duration.ofSeconds(3 * segment)) < 0) {
            check.violation("14.1", path, "HOLD-BACK is less than three target durations");
        }
        boolean dated = playlist.playlist().segments().stream().anyMatch(s -> s.programDateTime() != null);
        if (!dated) {
            check.violation("14.1", path, "there is no EXT-X-PROGRAM-DATE-TIME");
        }
        Duration partHoldBack = seconds(control.get("PART-HOLD-BACK"));
        if (partHoldBack == null || partHoldBack.compareTo(target.multipliedBy(3)) < 0) {
            check.violation("14.3", path, "PART-HOLD-BACK is less than three part targets, or missing");
        }
    }

    private static @Nullable Duration seconds(@Nullable String decimal) {
        if (decimal == null) {
            return null;
        }
        try {
            return Duration.ofNanos(new BigDecimal(decimal)
                    .movePointRight(9)
                    .setScale(0, RoundingMode.HALF_UP)
                    .longValue());
        } catch (NumberFormatException e) {
            return null;
        }
    }
}

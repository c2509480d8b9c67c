package io.headend.formats.hls;

import java.time.Duration;

/**
 * {@code EXT-X-SERVER-CONTROL} (RFC 8216bis, 4.4.3.8). {@link Duration#ZERO} leaves an attribute out.
 *
 * @param canBlockReload whether {@code _HLS_msn} and {@code _HLS_part} are understood
 * @param holdBack at least three target durations
 * @param partHoldBack at least twice, better three times the part target
 * @param canSkipUntil at least six target durations
 */
public record ServerControl(boolean canBlockReload, Duration holdBack, Duration partHoldBack, Duration canSkipUntil) {

    String toLine() {
        Attributes attributes = new Attributes().yes("CAN-BLOCK-RELOAD", canBlockReload);
        if (!canSkipUntil.isZero()) {
            attributes.seconds("CAN-SKIP-UNTIL", canSkipUntil);
        }
        if (!holdBack.isZero()) {
            attributes.seconds("HOLD-BACK", holdBack);
        }
        if (!partHoldBack.isZero()) {
            attributes.seconds("PART-HOLD-BACK", partHoldBack);
        }
        return "#EXT-X-SERVER-CONTROL:" + attributes + "\n";
    }
}

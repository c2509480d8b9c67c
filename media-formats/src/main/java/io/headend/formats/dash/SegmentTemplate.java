package io.headend.formats.dash;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * {@code SegmentTemplate} (ISO/IEC 23009-1, 5.3.9.4).
 *
 * @param timescale ticks per second
 * @param urls templates
 * @param startNumber number of the first segment
 * @param presentationTimeOffset media time at the start of the period, in ticks
 * @param division into segments
 * @param early how long before it is whole a segment can be asked for ({@code availabilityTimeOffset} with {@code
 *     availabilityTimeComplete="false"}), or {@code null}
 */
public record SegmentTemplate(
        int timescale,
        Urls urls,
        long startNumber,
        long presentationTimeOffset,
        Division division,
        @Nullable Duration early) {

    /**
     * Templates of the URLs.
     *
     * @param initialization of the initialisation segment, empty where there is none
     * @param media of the segments
     */
    public record Urls(String initialization, String media) {}
}

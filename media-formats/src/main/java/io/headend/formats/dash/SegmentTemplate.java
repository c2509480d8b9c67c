package io.headend.formats.dash;

/**
 * {@code SegmentTemplate} with a timeline (ISO/IEC 23009-1, 5.3.9.4).
 *
 * @param timescale ticks per second
 * @param initialization template of the initialisation segment's URL
 * @param media template of the segments' URLs
 * @param startNumber number of the first segment
 * @param presentationTimeOffset media time at the start of the period, in ticks
 */
public record SegmentTemplate(
        int timescale,
        String initialization,
        String media,
        long startNumber,
        long presentationTimeOffset,
        SegmentTimeline timeline) {}

package io.headend.packaging;

import java.util.Map;

/**
 * What a packager did so far.
 *
 * @param listed segments that were listed, each counted once for all renditions
 * @param missing segment numbers that were passed over because a rendition lacked them
 * @param renditions by name, in the order of declaration
 */
public record PackagingFigures(long listed, long missing, Map<String, OfRendition> renditions) {

    /** The largest distance of any segment start from the grid, of all renditions. */
    public long maxDriftTicks() {
        return renditions.values().stream()
                .mapToLong(OfRendition::maxDriftTicks)
                .max()
                .orElse(0);
    }

    /**
     * One rendition.
     *
     * @param segments complete segments
     * @param bytes in complete segments
     * @param samples in complete segments
     * @param droppedSamples samples that belong to no complete segment
     * @param missedBoundaries segment starts at which the IDR picture was missing
     * @param maxDriftTicks largest distance of a segment's first sample from its exact place on the grid, in ticks of the
     *     track: T_k for video, the first frame of the sound grid at or after T_k for sound
     */
    public record OfRendition(
            long segments, long bytes, long samples, long droppedSamples, long missedBoundaries, long maxDriftTicks) {}
}

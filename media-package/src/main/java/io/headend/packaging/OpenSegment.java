package io.headend.packaging;

import io.headend.core.ContentProtection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The segment of a rendition that is being written, as a low-latency manifest shows it.
 *
 * @param number k
 * @param start presentation time of its first sample, in the timebase of the track
 * @param discontinuity whether something breaks between the segment before and this one
 * @param needs what decodes it
 * @param parts those that can be fetched now
 * @param full whether the next part begins the next segment
 */
public record OpenSegment(long number, long start, boolean discontinuity, Needs needs, List<Part> parts, boolean full) {

    public OpenSegment {
        parts = List.copyOf(parts);
    }

    /**
     * What decodes a segment.
     *
     * @param init name of the initialisation segment
     * @param key how it is encrypted where that is not as the initialisation segment tells, else {@code null}
     */
    public record Needs(String init, @Nullable ContentProtection key) {}

    String init() {
        return needs.init();
    }

    /** Length of what is there, in the timebase of the track. */
    long duration() {
        return parts.stream().mapToLong(Part::duration).sum();
    }
}

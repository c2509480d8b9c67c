package io.headend.packaging;

import java.util.List;

/**
 * The segment of a rendition that is being written, as a low-latency manifest shows it.
 *
 * @param number k
 * @param start presentation time of its first sample, in the timebase of the track
 * @param discontinuity whether something breaks between the segment before and this one
 * @param init name of the initialisation segment it needs
 * @param parts those that can be fetched now
 * @param full whether the next part begins the next segment
 */
public record OpenSegment(long number, long start, boolean discontinuity, String init, List<Part> parts, boolean full) {

    public OpenSegment {
        parts = List.copyOf(parts);
    }

    /** Length of what is there, in the timebase of the track. */
    long duration() {
        return parts.stream().mapToLong(Part::duration).sum();
    }
}

package io.headend.packaging;

/**
 * One complete segment as a manifest lists it.
 *
 * @param number k
 * @param start presentation time of its first sample, in the timebase of the track
 * @param duration up to the start of the next segment, in the timebase of the track, at least 1
 * @param bytes size
 * @param discontinuity whether something breaks between the segment before and this one
 * @param init name of the initialisation segment it needs, such as {@code init.mp4}
 */
public record SegmentEntry(long number, long start, long duration, long bytes, boolean discontinuity, String init) {

    public SegmentEntry {
        if (number < 0 || start < 0 || duration < 1 || bytes < 1) {
            throw new IllegalArgumentException("not a segment: number " + number + ", start " + start + ", duration "
                    + duration + ", " + bytes + " bytes");
        }
    }

    SegmentEntry asDiscontinuity() {
        return new SegmentEntry(number, start, duration, bytes, true, init);
    }
}

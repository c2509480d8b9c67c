package io.headend.packaging;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a segment shows of itself. Times in nanoseconds on its own clock.
 *
 * @param start decoding time of the first sample, of the pictures where there are any
 * @param end where its last sample ends
 * @param frame distance of its pictures or length of its sound frames where they are all the same, else 0
 * @param picture what its first picture says, or {@code null} without pictures
 * @param tracks which streams are in it
 * @param findings rule and sentence of what is wrong inside
 */
record SegmentFacts(
        long start, long end, long frame, @Nullable Picture picture, Tracks tracks, List<Finding> findings) {

    /**
     * The first picture of a segment.
     *
     * @param idr whether it is an IDR picture, or whatever starts decoding in its coding
     * @param captions whether captions of ATSC A/53 stand in it
     */
    record Picture(boolean idr, boolean captions) {}

    /**
     * Streams of a segment.
     *
     * @param sounds how many of them are sound
     * @param hevc whether pictures are HEVC
     * @param firstCounters of transport streams, by PID
     * @param lastCounters of transport streams, by PID
     */
    record Tracks(int sounds, boolean hevc, Map<Integer, Integer> firstCounters, Map<Integer, Integer> lastCounters) {
        static Tracks of(int sounds, boolean hevc) {
            return new Tracks(sounds, hevc, Map.of(), Map.of());
        }
    }

    /** Something wrong in a segment. */
    record Finding(String rule, String what) {}

    long duration() {
        return end - start;
    }

    boolean isTransportStream() {
        return !tracks.firstCounters().isEmpty();
    }
}

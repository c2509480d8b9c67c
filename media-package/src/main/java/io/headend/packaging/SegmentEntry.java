package io.headend.packaging;

import io.headend.core.ContentProtection;
import io.headend.formats.hls.Key;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One complete segment as a manifest lists it.
 *
 * @param number k
 * @param start presentation time of its first sample, in the timebase of the track
 * @param duration up to the start of the next segment, in the timebase of the track, at least 1
 * @param discontinuity whether something breaks between the segment before and this one
 * @param init name of the initialisation segment it needs, such as {@code init.mp4}
 * @param layout what its bytes are
 */
public record SegmentEntry(long number, long start, long duration, boolean discontinuity, String init, Layout layout) {

    /**
     * What the bytes of a segment are.
     *
     * @param bytes all of them
     * @param keyFrameBytes those from the beginning to the end of the first sample, 0 where that is no sync sample
     * @param parts in order; empty where the segment was not written in parts
     * @param key how they are encrypted where keys change with time and it is not as the initialisation segment tells, else {@code null}
     * @param hlsKeys how they are encrypted in a way that only HLS knows, else empty
     */
    public record Layout(
            long bytes,
            long keyFrameBytes,
            List<Part> parts,
            @Nullable ContentProtection key,
            List<Key> hlsKeys) {
        public Layout(long bytes, long keyFrameBytes, List<Part> parts) {
            this(bytes, keyFrameBytes, parts, null);
        }

        public Layout(long bytes, long keyFrameBytes, List<Part> parts, @Nullable ContentProtection key) {
            this(bytes, keyFrameBytes, parts, key, List.of());
        }

        public Layout {
            if (bytes < 1 || keyFrameBytes < 0 || keyFrameBytes > bytes) {
                throw new IllegalArgumentException(
                        "not the layout of a segment: " + bytes + " bytes, " + keyFrameBytes + " of the first picture");
            }
            parts = List.copyOf(parts);
            hlsKeys = List.copyOf(hlsKeys);
        }

        /** Bytes of which nothing more is known. */
        public static Layout of(long bytes) {
            return new Layout(bytes, 0, List.of());
        }

        /** The same with a key. */
        Layout keyed(@Nullable ContentProtection other) {
            return new Layout(bytes, keyFrameBytes, parts, other, hlsKeys);
        }

        /** The same with keys of HLS alone. */
        Layout withHlsKeys(List<Key> keys) {
            return new Layout(bytes, keyFrameBytes, parts, key, keys);
        }
    }

    public SegmentEntry {
        if (number < 0 || start < 0 || duration < 1) {
            throw new IllegalArgumentException(
                    "not a segment: number " + number + ", start " + start + ", duration " + duration);
        }
    }

    public long bytes() {
        return layout.bytes();
    }

    SegmentEntry withLayout(Layout known) {
        return new SegmentEntry(number, start, duration, discontinuity, init, known);
    }

    /** The same as a segment of text, which needs nothing before it. */
    SegmentEntry asText() {
        return new SegmentEntry(number, start, duration, discontinuity, "", layout);
    }

    SegmentEntry asDiscontinuity() {
        return discontinuity ? this : new SegmentEntry(number, start, duration, true, init, layout);
    }
}

package io.headend.formats.h26x;

/**
 * What an encryptor and a segmenter ask of a slice.
 *
 * @param bytes bytes of the NAL unit, from its first on and emulation prevention included, that hold the NAL unit header and
 *     the slice header in whole or in part; slice data begins at or before the next byte
 * @param type whether the slice refers to other pictures
 * @param firstInPicture whether it begins a picture (or a field)
 * @param pictureParameterSetId the picture parameter set in use
 */
public record SliceHeader(int bytes, Type type, boolean firstInPicture, int pictureParameterSetId) {

    /** How a slice is predicted; the switching types of AVC count as the type they resemble. */
    public enum Type {
        I,
        P,
        B,
        /** A dependent slice segment of HEVC: as the segment before it. */
        DEPENDENT
    }
}

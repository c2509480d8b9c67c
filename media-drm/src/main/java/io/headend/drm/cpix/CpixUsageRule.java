package io.headend.drm.cpix;

import java.util.List;
import java.util.UUID;

/**
 * Which tracks a key is for.
 *
 * @param keyId the key
 * @param intendedTrackType such as {@code SD}, {@code SD+HD1}, {@code VIDEO}, {@code AUDIO}, {@code ALL}; empty where unsaid
 * @param periodIds periods in which it holds; every one where empty
 * @param filters a track passes if it passes one filter of each kind that is present
 */
public record CpixUsageRule(UUID keyId, String intendedTrackType, List<String> periodIds, List<Filter> filters) {

    /** The largest bound, where none is said. */
    public static final long UNBOUNDED = Long.MAX_VALUE;

    public CpixUsageRule {
        periodIds = List.copyOf(periodIds);
        filters = List.copyOf(filters);
    }

    /** A condition. */
    public sealed interface Filter {}

    /** Pictures of a size, in pixels, both bounds inclusive. */
    public record Video(long minPixels, long maxPixels) implements Filter {}

    /** Sound of a number of channels, both bounds inclusive. */
    public record Audio(long minChannels, long maxChannels) implements Filter {}

    /** A name that both sides agreed upon. */
    public record Label(String label) implements Filter {}

    /** A rate in bit/s, both bounds inclusive. */
    public record Bitrate(long minBitrate, long maxBitrate) implements Filter {}
}

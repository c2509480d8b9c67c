package io.headend.formats.hls;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A segment of a media playlist with the tags that stand before it (RFC 8216bis, 4.4.4).
 *
 * @param uri where it is
 * @param duration {@code EXTINF}
 * @param flags tags without a value
 * @param programDateTime {@code EXT-X-PROGRAM-DATE-TIME}, written to the millisecond, or {@code null}
 * @param map URI of {@code EXT-X-MAP} that applies; written where it differs from the segment before
 * @param keys {@code EXT-X-KEY} that apply; written where they differ from the segment before
 */
public record MediaSegment(
        String uri,
        Duration duration,
        Set<Flag> flags,
        @Nullable Instant programDateTime,
        @Nullable String map,
        List<Key> keys) {

    /** Tags without a value. */
    public enum Flag {
        /** {@code EXT-X-DISCONTINUITY}. */
        DISCONTINUITY,
        /** {@code EXT-X-GAP}. */
        GAP
    }

    public MediaSegment {
        if (uri.isEmpty() || uri.startsWith("#") || uri.indexOf('\n') >= 0 || uri.indexOf('\r') >= 0) {
            throw new IllegalArgumentException("not a URI for a playlist: '" + uri + "'");
        }
        if (duration.isNegative()) {
            throw new IllegalArgumentException("negative duration " + duration);
        }
        flags = Set.copyOf(flags);
        keys = List.copyOf(keys);
    }

    public boolean is(Flag flag) {
        return flags.contains(flag);
    }
}

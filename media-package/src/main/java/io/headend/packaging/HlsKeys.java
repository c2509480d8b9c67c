package io.headend.packaging;

import io.headend.core.ContentProtection;
import io.headend.formats.hls.Key;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code EXT-X-KEY} of each DRM system. */
final class HlsKeys {

    private HlsKeys() {}

    static List<Key> of(PublishedTrack track, SegmentEntry segment) {
        List<Key> own = segment.layout().hlsKeys();
        return own.isEmpty() ? of(track.protection(segment)) : own;
    }

    static List<Key> of(@Nullable ContentProtection protection) {
        if (protection == null) {
            return List.of();
        }
        return protection.systems().stream()
                .map(system -> Key.of(protection.scheme(), protection.keyId(), system))
                .flatMap(Optional::stream)
                .toList();
    }
}

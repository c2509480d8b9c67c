package io.headend.drm.hls;

import io.headend.core.ProtectionScheme;
import io.headend.drm.ContentKey;
import io.headend.drm.KeyProvider;
import io.headend.drm.KeyRotation;
import org.jspecify.annotations.Nullable;

/** Which key a segment has; keeps that of the last segment, and asks for each, since a key may be lent for a time. */
final class KeySchedule {

    private final KeyProvider keys;
    private final String contentId;
    private final String label;
    private final @Nullable KeyRotation rotation;
    private long last = Long.MIN_VALUE;
    private @Nullable ContentKey current;

    KeySchedule(KeyProvider keys, String contentId, String label, @Nullable KeyRotation rotation) {
        this.keys = keys;
        this.contentId = contentId;
        this.label = label;
        this.rotation = rotation;
    }

    ContentKey at(long segment) {
        ContentKey known = current;
        if (known != null && segment == last) {
            return known;
        }
        long wanted = rotation == null ? KeyProvider.NO_PERIOD : rotation.period(segment);
        current = null;
        ContentKey found = keys.key(new KeyProvider.Query(contentId, label, ProtectionScheme.CBCS, wanted));
        current = found;
        last = segment;
        return found;
    }
}

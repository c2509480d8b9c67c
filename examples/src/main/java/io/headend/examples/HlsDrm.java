package io.headend.examples;

import io.headend.core.MediaException;
import io.headend.drm.ContentKey;
import io.headend.drm.KeyProvider;
import io.headend.drm.KeyRotation;
import io.headend.drm.hls.SampleAesEncryptor;
import io.headend.drm.hls.SegmentEncryptor;
import io.headend.packaging.Mezzanine;
import java.time.Duration;
import java.util.Optional;

/**
 * Encryption of recordings that HLS players undo without a DRM system.
 *
 * @param license where the 16 bytes of a key are, but for its {@code kid}
 * @param keyPeriod how long a key is used, {@link Duration#ZERO} for ever
 */
record HlsDrm(DrmMethod method, String contentId, KeyProvider keys, String license, Duration keyPeriod) {

    /**
     * Makes a recording encrypted.
     *
     * @param segment length of a segment
     * @throws MediaException INVALID_ARGUMENT if the segment length is not above 0
     */
    void protect(Mezzanine.Builder building, Duration segment) {
        if (segment.isZero() || segment.isNegative()) {
            throw MediaException.invalidArgument("--segment is a number of seconds above 0");
        }
        double segments = (double) keyPeriod.toNanos() / segment.toNanos();
        Optional<KeyRotation> rotation =
                keyPeriod.isZero() ? Optional.empty() : Optional.of(new KeyRotation(Math.max(1, Math.round(segments))));
        if (method == DrmMethod.AES_128) {
            building.segmentProtection(rendition -> {
                SegmentEncryptor.Builder each =
                        SegmentEncryptor.builder(keys, this::uri).contentId(contentId);
                rotation.ifPresent(each::rotation);
                return Optional.of(each.build());
            });
        } else {
            SampleAesEncryptor.Builder each =
                    SampleAesEncryptor.builder(keys, this::uri).contentId(contentId);
            rotation.ifPresent(each::rotation);
            building.unitProtection(track -> Optional.of(each.build(track)));
        }
    }

    private String uri(ContentKey key) {
        return uri(license, key);
    }

    /** Where players fetch the 16 bytes of a key. */
    static String uri(String license, ContentKey key) {
        return license + (license.contains("?") ? "&" : "?") + "kid="
                + key.id().toString().replace("-", "");
    }
}

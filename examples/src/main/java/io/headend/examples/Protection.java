package io.headend.examples;

import io.headend.core.EpochGrid;
import io.headend.core.ProtectionScheme;
import io.headend.core.SampleProtector;
import io.headend.drm.CencEncryptor;
import io.headend.drm.ContentKey;
import io.headend.drm.DrmSystems;
import io.headend.drm.KeyLookup;
import io.headend.drm.KeyRing;
import io.headend.drm.KeyRotation;
import io.headend.drm.hls.SampleAesEncryptor;
import io.headend.drm.hls.SegmentEncryptor;
import io.headend.formats.hls.SegmentProtector;
import io.headend.live.LiveChannel;
import io.headend.packaging.Mezzanine;
import io.headend.packaging.Packager;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** How the output of one command is protected: a protector for each rendition, and the keys that they were given. */
final class Protection {

    private final DrmMethod method;
    private final String contentId;
    private final KeyRing keys;
    private final Supplier<DrmSystems> systems;
    private final Duration keyPeriod;

    /**
     * @param systems asked when a rendition begins
     * @param keyPeriod how long a key is used, {@link Duration#ZERO} for ever
     */
    Protection(DrmMethod method, String contentId, KeyRing keys, Supplier<DrmSystems> systems, Duration keyPeriod) {
        this.method = method;
        this.contentId = contentId;
        this.keys = keys;
        this.systems = systems;
        this.keyPeriod = keyPeriod;
    }

    /** Declares a rendition that is encrypted so. */
    void declare(Packager.Builder packaging, String rendition, Duration segment) {
        if (isWhole()) {
            packaging.rendition(rendition, segments(segment));
        } else {
            packaging.rendition(rendition, protector(segment));
        }
    }

    /** Makes a channel encrypted so. */
    void protect(LiveChannel.Builder channel) {
        if (isWhole()) {
            channel.segmentProtection((rendition, grid) -> Optional.of(segments(length(grid))));
        } else {
            channel.protection((rendition, grid) -> Optional.of(protector(length(grid))));
        }
    }

    /** Makes a recording encrypted so; {@code sample-aes} is for its transport streams. */
    void protect(Mezzanine.Builder recording, Duration segment) {
        switch (method) {
            case CENC, CBCS -> recording.protection(rendition -> Optional.of(protector(segment)));
            case AES_128 -> recording.segmentProtection(rendition -> Optional.of(segments(segment)));
            case SAMPLE_AES -> {
                SampleAesEncryptor.Builder units =
                        SampleAesEncryptor.builder(keys, this::uri).contentId(contentId);
                rotation(segment).ifPresent(units::rotation);
                recording.unitProtection(track -> Optional.of(units.build(track)));
            }
        }
    }

    private static Duration length(EpochGrid grid) {
        return Duration.ofNanos(grid.segmentDuration().toNanos());
    }

    private SampleProtector protector(Duration segment) {
        ProtectionScheme scheme = method == DrmMethod.CENC ? ProtectionScheme.CENC : ProtectionScheme.CBCS;
        CencEncryptor.Builder building =
                CencEncryptor.builder(scheme, keys).contentId(contentId).systems(systems.get());
        rotation(segment).ifPresent(building::rotation);
        return building.build();
    }

    private SegmentProtector segments(Duration segment) {
        SegmentEncryptor.Builder building =
                SegmentEncryptor.builder(keys, this::uri).contentId(contentId);
        rotation(segment).ifPresent(building::rotation);
        return building.build();
    }

    /** Where players fetch the 16 bytes of a key. */
    private String uri(ContentKey key) {
        String license = systems.get().clearKeyUrl();
        return license + (license.contains("?") ? "&" : "?") + "kid="
                + key.id().toString().replace("-", "");
    }

    private Optional<KeyRotation> rotation(Duration segment) {
        double segments = (double) keyPeriod.toNanos() / segment.toNanos();
        return keyPeriod.isZero() ? Optional.empty() : Optional.of(new KeyRotation(Math.max(1, Math.round(segments))));
    }

    /** The keys that were used so far, for a licence server. */
    KeyLookup keys() {
        return keys;
    }

    /** Whether segments are encrypted as wholes, so that there is no MPD and no low latency. */
    boolean isWhole() {
        return method == DrmMethod.AES_128;
    }

    /** Name of the method, for people. */
    String scheme() {
        return method.toString();
    }
}

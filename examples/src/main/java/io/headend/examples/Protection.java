package io.headend.examples;

import io.headend.core.ProtectionScheme;
import io.headend.core.SampleProtector;
import io.headend.drm.CencEncryptor;
import io.headend.drm.DrmSystems;
import io.headend.drm.KeyLookup;
import io.headend.drm.KeyRing;
import io.headend.drm.KeyRotation;
import java.time.Duration;
import java.util.function.Supplier;

/** How the output of one command is protected: a protector for each rendition, and the keys that they were given. */
final class Protection {

    private final ProtectionScheme scheme;
    private final String contentId;
    private final KeyRing keys;
    private final Supplier<DrmSystems> systems;
    private final Duration keyPeriod;

    /**
     * @param systems asked when a rendition begins
     * @param keyPeriod how long a key is used, {@link Duration#ZERO} for ever
     */
    Protection(
            ProtectionScheme scheme, String contentId, KeyRing keys, Supplier<DrmSystems> systems, Duration keyPeriod) {
        this.scheme = scheme;
        this.contentId = contentId;
        this.keys = keys;
        this.systems = systems;
        this.keyPeriod = keyPeriod;
    }

    /**
     * What encrypts one rendition.
     *
     * @param segment length of a segment
     */
    SampleProtector protector(Duration segment) {
        CencEncryptor.Builder building =
                CencEncryptor.builder(scheme, keys).contentId(contentId).systems(systems.get());
        if (!keyPeriod.isZero()) {
            double segments = (double) keyPeriod.toNanos() / segment.toNanos();
            building.rotation(new KeyRotation(Math.max(1, Math.round(segments))));
        }
        return building.build();
    }

    /** The keys that were used so far, for a licence server. */
    KeyLookup keys() {
        return keys;
    }

    /** Name of the scheme, for people. */
    String scheme() {
        return scheme.fourcc();
    }
}

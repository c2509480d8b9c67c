package io.headend.examples;

import io.headend.core.ContentProtection.DrmSystem;
import io.headend.core.ProtectionScheme;
import io.headend.core.SampleProtector;
import io.headend.drm.CencEncryptor;
import io.headend.drm.ContentKey;
import io.headend.drm.DrmSystems;
import io.headend.drm.KeyLookup;
import io.headend.drm.KeyProvider;
import io.headend.drm.KeyRing;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** How the output of one command is protected: a protector for each rendition, and the keys that they were given. */
final class Protection {

    private final ProtectionScheme scheme;
    private final String contentId;
    private final KeyRing keys;
    private final Supplier<DrmSystems> systems;

    /** @param systems asked when the first rendition begins */
    Protection(ProtectionScheme scheme, String contentId, KeyRing keys, Supplier<DrmSystems> systems) {
        this.scheme = scheme;
        this.contentId = contentId;
        this.keys = keys;
        this.systems = systems;
    }

    /** What encrypts one rendition. */
    SampleProtector protector() {
        return CencEncryptor.builder(scheme, this::signalled)
                .contentId(contentId)
                .build();
    }

    private ContentKey signalled(KeyProvider.Query query) {
        ContentKey key = keys.key(query);
        List<DrmSystem> all = new ArrayList<>(key.systems());
        for (DrmSystem system : systems.get().signals(key, query.scheme())) {
            if (all.stream().noneMatch(known -> known.systemId().equals(system.systemId()))) {
                all.add(system);
            }
        }
        return key.withSystems(all);
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

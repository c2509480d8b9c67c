package io.headend.drm;

import java.util.Optional;
import java.util.UUID;

/**
 * Where a licence or key server finds the key that a request names by id.
 *
 * <p><b>Threading:</b> called by many threads; returns at once or within the time that a request may take.
 */
@FunctionalInterface
public interface KeyLookup {

    /** The key of that id, or empty if there is none. */
    Optional<ContentKey> find(UUID keyId);
}

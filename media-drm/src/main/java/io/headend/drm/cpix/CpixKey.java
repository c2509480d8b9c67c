package io.headend.drm.cpix;

import io.headend.drm.ContentKey;
import java.util.Optional;
import java.util.UUID;

/**
 * A key of a document.
 *
 * @param id its id
 * @param scheme four-character code of the protection scheme, or empty
 * @param key the key, or empty where the document asks for it or encrypts it for somebody else; its vector is {@code explicitIV}
 */
public record CpixKey(UUID id, String scheme, Optional<ContentKey> key) {}

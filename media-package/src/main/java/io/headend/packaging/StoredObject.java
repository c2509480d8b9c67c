package io.headend.packaging;

import io.headend.core.http.MediaBody;

/**
 * Bytes out of a store.
 *
 * @param body the bytes
 * @param entityTag strong validator of RFC 9110, 8.8.3, with its quotes; empty for bytes that still come
 */
public record StoredObject(MediaBody body, String entityTag) {}

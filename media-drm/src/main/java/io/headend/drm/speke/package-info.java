/**
 * Secure Packager and Encoder Key Exchange, versions 2.0 and 2.1: {@link io.headend.drm.speke.SpekeClient} asks a key service,
 * {@link io.headend.drm.speke.SpekeServer} is one.
 */
@NullMarked
package io.headend.drm.speke;

import org.jspecify.annotations.NullMarked;

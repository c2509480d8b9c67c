/**
 * Common encryption (ISO/IEC 23001-7) of the samples of a track, and what tells players about it. Start at
 * {@link io.headend.drm.CencEncryptor}, which a packager takes as {@link io.headend.core.SampleProtector}; keys come from a
 * {@link io.headend.drm.KeyProvider}.
 *
 * <p>Keys live in {@link javax.crypto.SecretKey} only: no message, no {@code toString} and no event shows them.
 */
@NullMarked
package io.headend.drm;

import org.jspecify.annotations.NullMarked;

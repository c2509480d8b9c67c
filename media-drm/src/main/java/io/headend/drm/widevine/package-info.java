/**
 * The Common Encryption key interface of Widevine: {@link io.headend.drm.widevine.WidevineKeyClient} asks for keys, {@link
 * io.headend.drm.widevine.WidevineKeyServer} gives them, and {@link io.headend.drm.widevine.WidevineLicenseProxy} signs players'
 * licence requests for Google's service, which alone makes Widevine licences.
 *
 * <p>The form of the messages is what shaka-packager, open source of Google, sends and reads.
 */
@NullMarked
package io.headend.drm.widevine;

import org.jspecify.annotations.NullMarked;

/**
 * Encryption that only HLS knows: whole segments ({@link io.headend.drm.hls.SegmentEncryptor}) and samples inside transport streams
 * ({@link io.headend.drm.hls.SampleAesEncryptor}).
 */
@org.jspecify.annotations.NullMarked
package io.headend.drm.hls;

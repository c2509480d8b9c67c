/**
 * Files encoded shot by shot: find the cuts, learn from probes what each part needs, give every part the quantiser at which the
 * last bit buys the same quality everywhere, encode the parts side by side, check the result. Start at
 * {@link io.headend.transcode.shots.ShotEncoder}.
 */
@org.jspecify.annotations.NullMarked
package io.headend.transcode.shots;

/**
 * Full-reference picture quality in pure Java: VMAF v0.6.1 (with NEG, phone and 4K), SSIM, PSNR. Start at
 * {@link io.headend.transcode.quality.QualityMeter}: push pairs of {@link io.headend.transcode.quality.Picture}, read a
 * {@link io.headend.transcode.quality.QualityReport}.
 */
@NullMarked
package io.headend.transcode.quality;

import org.jspecify.annotations.NullMarked;

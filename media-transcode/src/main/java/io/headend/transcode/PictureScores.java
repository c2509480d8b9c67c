package io.headend.transcode;

/**
 * Mean quality of some pictures.
 *
 * @param vmaf 0 to 100
 * @param ssim of luma, 0 to 1
 */
public record PictureScores(double vmaf, double ssim) {}

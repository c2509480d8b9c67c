package io.headend.transcode;

/**
 * What a rate control saw of a group of pictures before it was encoded.
 *
 * @param detailBits bits per sample that a coarse encode of half the size spent on the first picture
 * @param motionBits the same on a picture after it, in the mean; 0 where only one was seen
 * @param luma mean of luma, 0 to 255
 * @param flat share of 8x8 blocks without detail, 0 to 1
 * @param change distance of the first picture from the last one looked at, 0 (the same) to 1; 1 where there is none
 */
public record ComplexityFeatures(double detailBits, double motionBits, double luma, double flat, double change) {}

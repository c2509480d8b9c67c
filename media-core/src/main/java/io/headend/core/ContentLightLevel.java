package io.headend.core;

/**
 * How bright high dynamic range pictures get: CTA-861.3, coded as in ITU-T H.265 clause D.3.35 and the {@code clli} box.
 *
 * @param maxContent brightest sample of all pictures (MaxCLL) in cd/m², 0 to 65535, 0 where unknown
 * @param maxPictureAverage brightest mean of a picture (MaxFALL) in cd/m², 0 to 65535, 0 where unknown
 */
public record ContentLightLevel(int maxContent, int maxPictureAverage) {

    public ContentLightLevel {
        if ((maxContent | maxPictureAverage) < 0 || (maxContent | maxPictureAverage) > 0xffff) {
            throw new IllegalArgumentException("content light levels are 0..65535 cd/m²");
        }
    }
}

package io.headend.formats.h26x;

import io.headend.core.ColorInfo;
import io.headend.core.PictureSize;
import io.headend.core.Rational;
import org.jspecify.annotations.Nullable;

/** A sequence parameter set: what holds for a whole coded video sequence. Immutable. */
public sealed interface Sps permits AvcSps, HevcSps {

    /** Its id, which picture parameter sets refer to. */
    int id();

    /** Picture size in luma samples after cropping. */
    PictureSize size();

    /** Width to height of one sample; {@link Rational#ONE} where unspecified. */
    Rational sampleAspectRatio();

    /** Frames per second by the timing information, or {@code null} where there is none. A claim, not a measurement. */
    @Nullable
    Rational frameRate();

    /** Colour description; {@link ColorInfo#UNSPECIFIED} where there is none. */
    ColorInfo color();

    /** 0 monochrome, 1 4:2:0, 2 4:2:2, 3 4:4:4. */
    int chromaFormatIdc();

    /** Bits of a luma sample, 8 to 16. */
    int bitDepthLuma();

    /** Bits of a chroma sample, 8 to 16. */
    int bitDepthChroma();
}

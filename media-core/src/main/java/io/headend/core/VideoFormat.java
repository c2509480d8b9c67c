package io.headend.core;

import org.jspecify.annotations.Nullable;

/**
 * A coded or raw picture sequence.
 *
 * @param codec coding and decoder configuration
 * @param size coded size in luma samples, without cropping margins
 * @param sampleAspectRatio width to height of one sample; {@link Rational#ONE} where the source says nothing
 * @param frameRate frames per second, or {@code null} where it varies or is unknown
 * @param pixelFormat FFmpeg's name of the sample layout, such as {@code yuv420p10le}; empty where unknown
 * @param color colour description
 * @param rotation by how many degrees clockwise a decoded picture must be turned to be upright: 0, 90, 180 or 270
 */
public record VideoFormat(
        CodecConfig codec,
        PictureSize size,
        Rational sampleAspectRatio,
        @Nullable Rational frameRate,
        String pixelFormat,
        ColorInfo color,
        int rotation)
        implements TrackFormat {

    public VideoFormat {
        if (rotation < 0 || rotation > 270 || rotation % 90 != 0) {
            throw new IllegalArgumentException("a rotation is 0, 90, 180 or 270 degrees, not " + rotation);
        }
    }

    /** Pictures that are upright as they are decoded. */
    public VideoFormat(
            CodecConfig codec,
            PictureSize size,
            Rational sampleAspectRatio,
            @Nullable Rational frameRate,
            String pixelFormat,
            ColorInfo color) {
        this(codec, size, sampleAspectRatio, frameRate, pixelFormat, color, 0);
    }

    public static VideoFormat of(CodecConfig codec, int width, int height) {
        return new VideoFormat(codec, new PictureSize(width, height), Rational.ONE, null, "", ColorInfo.UNSPECIFIED);
    }

    public int width() {
        return size.width();
    }

    public int height() {
        return size.height();
    }

    public VideoFormat withFrameRate(Rational newFrameRate) {
        return new VideoFormat(codec, size, sampleAspectRatio, newFrameRate, pixelFormat, color, rotation);
    }

    public VideoFormat withPixelFormat(String newPixelFormat) {
        return new VideoFormat(codec, size, sampleAspectRatio, frameRate, newPixelFormat, color, rotation);
    }

    @Override
    public VideoFormat withCodec(CodecConfig newCodec) {
        return new VideoFormat(newCodec, size, sampleAspectRatio, frameRate, pixelFormat, color, rotation);
    }

    public VideoFormat withColor(ColorInfo newColor) {
        return new VideoFormat(codec, size, sampleAspectRatio, frameRate, pixelFormat, newColor, rotation);
    }

    public VideoFormat withRotation(int newRotation) {
        return new VideoFormat(codec, size, sampleAspectRatio, frameRate, pixelFormat, color, newRotation);
    }

    /** Size of the picture once it is upright: turned by a quarter, width and height change places. */
    public PictureSize uprightSize() {
        return rotation % 180 == 0 ? size : size.turned();
    }
}

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
 */
public record VideoFormat(
        CodecConfig codec,
        PictureSize size,
        Rational sampleAspectRatio,
        @Nullable Rational frameRate,
        String pixelFormat,
        ColorInfo color)
        implements TrackFormat {

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
        return new VideoFormat(codec, size, sampleAspectRatio, newFrameRate, pixelFormat, color);
    }

    public VideoFormat withPixelFormat(String newPixelFormat) {
        return new VideoFormat(codec, size, sampleAspectRatio, frameRate, newPixelFormat, color);
    }

    @Override
    public VideoFormat withCodec(CodecConfig newCodec) {
        return new VideoFormat(newCodec, size, sampleAspectRatio, frameRate, pixelFormat, color);
    }
}

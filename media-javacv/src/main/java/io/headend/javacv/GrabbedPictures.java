package io.headend.javacv;

import io.headend.core.Codec;
import io.headend.core.CodecConfig;
import io.headend.core.MediaException;
import io.headend.core.Rational;
import io.headend.core.Timebase;
import io.headend.core.Track;
import io.headend.core.VideoFormat;
import java.nio.ByteBuffer;
import org.bytedeco.javacv.Frame;
import org.jspecify.annotations.Nullable;

/** Pictures of a grabber as raw samples. */
final class GrabbedPictures {

    static final int TRACK = 0;

    private final @Nullable Rational frameRate;
    private int width;
    private int height;
    private String format = "";

    GrabbedPictures(double framesPerSecond) {
        this.frameRate = rate(framesPerSecond);
    }

    /** The exact rate that JavaCV's {@code double} stands for: whole, or the 1000/1001 of a whole one; else unknown. */
    static @Nullable Rational rate(double framesPerSecond) {
        if (!(framesPerSecond > 0.5 && framesPerSecond < 1_000)) {
            return null;
        }
        long whole = Math.round(framesPerSecond);
        if (Math.abs(framesPerSecond - whole) < 0.001) {
            return Rational.of((int) whole, 1);
        }
        long slowed = Math.round(framesPerSecond * 1.001);
        if (Math.abs(framesPerSecond * 1.001 - slowed) < 0.01) {
            return Rational.of((int) slowed * 1_000, 1_001);
        }
        long tenths = Math.round(framesPerSecond * 10);
        return Math.abs(framesPerSecond * 10 - tenths) < 0.001 ? Rational.of((int) tenths, 10) : null;
    }

    boolean changes(Frame frame) {
        return frame.imageWidth != width
                || frame.imageHeight != height
                || !FrameLayouts.pixelFormat(frame).equals(format);
    }

    Track track(Frame frame) {
        width = frame.imageWidth;
        height = frame.imageHeight;
        format = FrameLayouts.pixelFormat(frame);
        VideoFormat video = VideoFormat.of(CodecConfig.of(Codec.RAW_VIDEO, "rawvideo"), width, height)
                .withPixelFormat(format);
        return new Track(
                TRACK, "video-0", frameRate == null ? video : video.withFrameRate(frameRate), Timebase.MICROS, null);
    }

    /** Rows without padding. */
    ByteBuffer bytes(Frame frame) {
        int unit = Math.abs(frame.imageDepth) / 8;
        int row = frame.imageWidth * frame.imageChannels * unit;
        ByteBuffer source = FrameLayouts.bytes(frame.image[0]);
        ByteBuffer target = ByteBuffer.allocate(Math.multiplyExact(row, frame.imageHeight));
        if ((long) frame.imageStride * unit * (frame.imageHeight - 1) + row > source.capacity()) {
            throw MediaException.invalidArgument("the grabber's picture is larger than its buffer");
        }
        for (int y = 0; y < frame.imageHeight; y++) {
            target.put(y * row, source, y * frame.imageStride * unit, row);
        }
        return target;
    }
}

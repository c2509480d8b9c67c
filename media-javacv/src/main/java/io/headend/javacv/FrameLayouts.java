package io.headend.javacv;

import io.headend.core.Codec;
import io.headend.core.MediaException;
import io.headend.core.Timebase;
import io.headend.ffmpeg.AvFrame;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.ShortBuffer;
import java.util.List;
import org.bytedeco.javacv.Frame;
import org.jspecify.annotations.Nullable;

/** Which picture and sound layouts JavaCV and FFmpeg share, and the buffers of each. */
final class FrameLayouts {

    private static final String NATIVE_16 = ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? "gray16be" : "gray16le";

    private FrameLayouts() {}

    /** FFmpeg's name for the interleaved samples of a JavaCV picture, as JavaCV's own recorder takes them. */
    static String pixelFormat(Frame frame) {
        String format = "";
        if (Math.abs(frame.imageDepth) == 8) {
            format = switch (frame.imageChannels) {
                case 1 -> "gray";
                case 3 -> "bgr24";
                case 4 -> "rgba";
                default -> "";
            };
        } else if (frame.imageDepth == Frame.DEPTH_USHORT && frame.imageChannels == 1) {
            format = NATIVE_16;
        }
        if (format.isEmpty()) {
            throw MediaException.unsupported("pictures with " + frame.imageChannels + " channels of depth "
                    + frame.imageDepth + " are not bridged");
        }
        return format;
    }

    /** Whether the samples of a picture lie as JavaCV wants them, so that no conversion is needed. */
    static boolean isShared(String pixelFormat) {
        return pixelFormat.equals("gray")
                || pixelFormat.equals("bgr24")
                || pixelFormat.equals("rgba")
                || pixelFormat.equals(NATIVE_16);
    }

    /** A JavaCV frame on the samples of {@code held}, which it takes over. */
    static Frame show(AvFrame held) {
        HeldFrame frame = new HeldFrame(held);
        if (held.pts() != AvFrame.NO_TIME) {
            frame.timestamp = held.timebase().convert(held.pts(), Timebase.MICROS);
        }
        if (held.kind() == Codec.Kind.VIDEO) {
            showPicture(held, frame);
        } else {
            showSound(held, frame);
        }
        return frame;
    }

    private static void showPicture(AvFrame held, Frame frame) {
        boolean wide = held.pixelFormat().equals(NATIVE_16);
        ByteBuffer plane = held.plane(0);
        frame.imageWidth = held.width();
        frame.imageHeight = held.height();
        frame.imageDepth = wide ? Frame.DEPTH_USHORT : Frame.DEPTH_UBYTE;
        frame.imageChannels = switch (held.pixelFormat()) {
            case "bgr24" -> 3;
            case "rgba" -> 4;
            default -> 1;
        };
        frame.imageStride = wide ? held.stride(0) / 2 : held.stride(0);
        frame.keyFrame = held.isKey();
        frame.pictType = held.pictureType();
        frame.image = new Buffer[] {wide ? plane.asShortBuffer() : plane};
    }

    private static void showSound(AvFrame held, Frame frame) {
        frame.sampleRate = held.sampleRate();
        frame.audioChannels = held.channels();
        frame.samples = new Buffer[held.planes()];
        String format = held.sampleFormat();
        for (int i = 0; i < frame.samples.length; i++) {
            ByteBuffer plane = held.plane(i);
            frame.samples[i] = switch (format) {
                case "u8", "u8p" -> plane;
                case "s16", "s16p" -> plane.asShortBuffer();
                case "s32", "s32p" -> plane.asIntBuffer();
                case "flt", "fltp" -> plane.asFloatBuffer();
                case "dbl", "dblp" -> plane.asDoubleBuffer();
                default -> throw MediaException.unsupported("sound as " + format + " is not bridged");
            };
        }
    }

    /** The picture of a frame, without a time; {@code null} if it has none. */
    static @Nullable AvFrame picture(Frame frame) {
        if (frame.image == null || frame.image.length == 0 || frame.image[0] == null) {
            return null;
        }
        String format = pixelFormat(frame);
        if (frame.image[0] instanceof ByteBuffer bytes && bytes.isDirect()) {
            ByteBuffer all = bytes.duplicate().position(0);
            return AvFrame.lendVideo(format, frame.imageWidth, frame.imageHeight, List.of(all), frame.imageStride);
        }
        return copyPicture(frame, format);
    }

    private static AvFrame copyPicture(Frame frame, String format) {
        AvFrame copy = AvFrame.allocateVideo(format, frame.imageWidth, frame.imageHeight);
        try {
            ByteBuffer source = bytes(frame.image[0]);
            int unit = Math.abs(frame.imageDepth) / 8;
            ByteBuffer target = copy.plane(0);
            for (int y = 0; y < frame.imageHeight; y++) {
                target.put(y * copy.stride(0), source, y * frame.imageStride * unit, copy.rowBytes(0));
            }
            return copy;
        } catch (RuntimeException e) {
            copy.close();
            throw e instanceof IndexOutOfBoundsException
                    ? MediaException.invalidArgument("the picture is larger than its buffer")
                    : e;
        }
    }

    /** The sound of a frame, without a time; {@code null} if it has none. */
    static @Nullable AvFrame sound(Frame frame) {
        if (frame.samples == null || frame.samples.length == 0) {
            return null;
        }
        boolean planar = frame.samples.length > 1;
        String format = sampleFormat(frame.samples[0]) + (planar ? "p" : "");
        int values = Integer.MAX_VALUE;
        for (Buffer buffer : frame.samples) {
            values = Math.min(values, buffer.remaining());
        }
        int samples = planar ? values : values / Math.max(frame.audioChannels, 1);
        AvFrame copy = AvFrame.allocateAudio(format, frame.sampleRate, frame.audioChannels, samples);
        try {
            for (int i = 0; i < copy.planes(); i++) {
                ByteBuffer source = bytes(frame.samples[i]);
                int unit = source.capacity() / Math.max(frame.samples[i].capacity(), 1);
                copy.plane(i).put(0, source, frame.samples[i].position() * unit, copy.rowBytes(i));
            }
            return copy;
        } catch (RuntimeException e) {
            copy.close();
            throw e;
        }
    }

    private static String sampleFormat(Buffer buffer) {
        if (buffer instanceof ShortBuffer) {
            return "s16";
        }
        if (buffer instanceof FloatBuffer) {
            return "flt";
        }
        if (buffer instanceof IntBuffer) {
            return "s32";
        }
        if (buffer instanceof DoubleBuffer) {
            return "dbl";
        }
        if (buffer instanceof ByteBuffer) {
            return "u8";
        }
        throw MediaException.unsupported("sound in a " + buffer.getClass().getSimpleName() + " is not bridged");
    }

    /** All bytes of a buffer in the machine's order, from its first element on; a copy unless it is bytes already. */
    static ByteBuffer bytes(Buffer buffer) {
        if (buffer instanceof ByteBuffer bytes) {
            return bytes.duplicate().clear();
        }
        Buffer all = buffer.duplicate().clear();
        ByteBuffer copy = ByteBuffer.allocate(Math.multiplyExact(all.remaining(), width(all)))
                .order(ByteOrder.nativeOrder());
        if (all instanceof ShortBuffer shorts) {
            copy.asShortBuffer().put(shorts);
        } else if (all instanceof FloatBuffer floats) {
            copy.asFloatBuffer().put(floats);
        } else if (all instanceof IntBuffer ints) {
            copy.asIntBuffer().put(ints);
        } else if (all instanceof DoubleBuffer doubles) {
            copy.asDoubleBuffer().put(doubles);
        }
        return copy;
    }

    private static int width(Buffer buffer) {
        if (buffer instanceof ShortBuffer) {
            return Short.BYTES;
        }
        if (buffer instanceof FloatBuffer || buffer instanceof IntBuffer) {
            return Float.BYTES;
        }
        if (buffer instanceof DoubleBuffer) {
            return Double.BYTES;
        }
        throw MediaException.unsupported("a " + buffer.getClass().getSimpleName() + " is not bridged");
    }
}

package io.headend.ffmpeg;

import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_CONTENT_LIGHT_LEVEL;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_DISPLAYMATRIX;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_MASTERING_DISPLAY_METADATA;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_side_data_get;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_side_data_new;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_CONTENT_LIGHT_LEVEL;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_MASTERING_DISPLAY_METADATA;
import static org.bytedeco.ffmpeg.global.avutil.av_display_rotation_get;
import static org.bytedeco.ffmpeg.global.avutil.av_display_rotation_set;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_side_data;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_new_side_data;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_remove_side_data;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_side_data_new;

import io.headend.core.Chromaticity;
import io.headend.core.ColorInfo;
import io.headend.core.ContentLightLevel;
import io.headend.core.MasteringDisplay;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avutil.AVContentLightMetadata;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVFrameSideData;
import org.bytedeco.ffmpeg.avutil.AVMasteringDisplayMetadata;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/** What FFmpeg keeps beside pictures and streams as side data: HDR10's static metadata and how the picture is turned. */
final class StaticMetadata {

    private static final int DISPLAY_BYTES = Pointer.sizeof(AVMasteringDisplayMetadata.class);
    private static final int LIGHT_BYTES = Pointer.sizeof(AVContentLightMetadata.class);
    private static final int MATRIX_BYTES = 9 * Integer.BYTES;

    private StaticMetadata() {}

    static ColorInfo of(AVFrame frame, ColorInfo color) {
        return with(
                color,
                data(av_frame_get_side_data(frame, AV_FRAME_DATA_MASTERING_DISPLAY_METADATA), DISPLAY_BYTES),
                data(av_frame_get_side_data(frame, AV_FRAME_DATA_CONTENT_LIGHT_LEVEL), LIGHT_BYTES));
    }

    static ColorInfo of(AVCodecParameters parameters, ColorInfo color) {
        return with(
                color,
                data(parameters, AV_PKT_DATA_MASTERING_DISPLAY_METADATA, DISPLAY_BYTES),
                data(parameters, AV_PKT_DATA_CONTENT_LIGHT_LEVEL, LIGHT_BYTES));
    }

    private static ColorInfo with(ColorInfo color, @Nullable Pointer display, @Nullable Pointer light) {
        if (display == null && light == null) {
            return color;
        }
        return color.withStaticMetadata(
                display == null ? null : display(new AVMasteringDisplayMetadata(display)),
                light == null ? null : light(new AVContentLightMetadata(light)));
    }

    /** Replaces what a frame carries. */
    static void attach(AVFrame frame, ColorInfo color) {
        av_frame_remove_side_data(frame, AV_FRAME_DATA_MASTERING_DISPLAY_METADATA);
        av_frame_remove_side_data(frame, AV_FRAME_DATA_CONTENT_LIGHT_LEVEL);
        MasteringDisplay display = color.masteringDisplay();
        if (display != null) {
            put(
                    display,
                    required(av_frame_new_side_data(frame, AV_FRAME_DATA_MASTERING_DISPLAY_METADATA, DISPLAY_BYTES))
                            .data());
        }
        ContentLightLevel light = color.contentLight();
        if (light != null) {
            put(
                    light,
                    required(av_frame_new_side_data(frame, AV_FRAME_DATA_CONTENT_LIGHT_LEVEL, LIGHT_BYTES))
                            .data());
        }
    }

    private static AVFrameSideData required(AVFrameSideData data) {
        return Averror.notNull(data, "av_frame_new_side_data");
    }

    /** Describes a stream before it is opened; freed with the parameters. */
    static void put(AVCodecParameters parameters, ColorInfo color, int rotation) {
        try (AVPacketSideData list = new AVPacketSideData(parameters.coded_side_data());
                IntPointer count = new IntPointer(1L)) {
            count.put(0, parameters.nb_coded_side_data());
            MasteringDisplay display = color.masteringDisplay();
            if (display != null) {
                put(display, add(list, count, AV_PKT_DATA_MASTERING_DISPLAY_METADATA, DISPLAY_BYTES));
            }
            ContentLightLevel light = color.contentLight();
            if (light != null) {
                put(light, add(list, count, AV_PKT_DATA_CONTENT_LIGHT_LEVEL, LIGHT_BYTES));
            }
            if (rotation != 0) {
                av_display_rotation_set(
                        new IntPointer(add(list, count, AV_PKT_DATA_DISPLAYMATRIX, MATRIX_BYTES)), rotation);
            }
            parameters.coded_side_data(list).nb_coded_side_data(count.get(0));
        }
    }

    private static BytePointer add(AVPacketSideData list, IntPointer count, int type, int bytes) {
        Averror.notNull(av_packet_side_data_new(list, count, type, bytes, 0), "av_packet_side_data_new");
        return new AVPacketSideData(list).position(count.get(0) - 1L).data();
    }

    /** Describes what an encoder will be given; freed with the context. */
    static void put(AVCodecContext encoder, ColorInfo color) {
        MasteringDisplay display = color.masteringDisplay();
        ContentLightLevel light = color.contentLight();
        // The call moves the handle to the array that it allocates.
        try (PointerPointer<AVFrameSideData> list = new PointerPointer<>((Pointer) null);
                IntPointer count = new IntPointer(1L)) {
            count.put(0, 0);
            if (display != null) {
                put(
                        display,
                        required(av_frame_side_data_new(
                                        list, count, AV_FRAME_DATA_MASTERING_DISPLAY_METADATA, DISPLAY_BYTES, 0))
                                .data());
            }
            if (light != null) {
                put(
                        light,
                        required(av_frame_side_data_new(list, count, AV_FRAME_DATA_CONTENT_LIGHT_LEVEL, LIGHT_BYTES, 0))
                                .data());
            }
            if (count.get(0) > 0) {
                encoder.decoded_side_data(list).nb_decoded_side_data(count.get(0));
            }
        }
    }

    /** By how many degrees clockwise pictures of a stream are to be turned, to the nearest quarter. */
    static int rotation(AVCodecParameters parameters) {
        Pointer matrix = data(parameters, AV_PKT_DATA_DISPLAYMATRIX, MATRIX_BYTES);
        if (matrix == null) {
            return 0;
        }
        double counterClockwise = av_display_rotation_get(new IntPointer(matrix));
        return Double.isNaN(counterClockwise) ? 0 : Math.floorMod(-90 * Math.round(counterClockwise / 90), 360);
    }

    private static @Nullable Pointer data(AVCodecParameters parameters, int type, int bytes) {
        AVPacketSideData list = parameters.coded_side_data();
        AVPacketSideData found =
                list == null ? null : av_packet_side_data_get(list, parameters.nb_coded_side_data(), type);
        return found == null || found.isNull() || found.size() < bytes ? null : found.data();
    }

    private static @Nullable Pointer data(@Nullable AVFrameSideData found, int bytes) {
        return found == null || found.isNull() || found.size() < bytes ? null : found.data();
    }

    private static @Nullable MasteringDisplay display(AVMasteringDisplayMetadata from) {
        if (from.has_primaries() == 0 || from.has_luminance() == 0) {
            return null;
        }
        return new MasteringDisplay(
                new Chromaticity(point(from.display_primaries(0, 0)), point(from.display_primaries(0, 1))),
                new Chromaticity(point(from.display_primaries(1, 0)), point(from.display_primaries(1, 1))),
                new Chromaticity(point(from.display_primaries(2, 0)), point(from.display_primaries(2, 1))),
                new Chromaticity(point(from.white_point(0)), point(from.white_point(1))),
                steps(from.max_luminance(), MasteringDisplay.STEPS, 0xffff_ffffL),
                steps(from.min_luminance(), MasteringDisplay.STEPS, 0xffff_ffffL));
    }

    private static int point(AVRational value) {
        return (int) steps(value, Chromaticity.STEPS, Chromaticity.STEPS);
    }

    private static long steps(AVRational value, int perUnit, long most) {
        if (value.den() <= 0 || value.num() <= 0) {
            return 0;
        }
        return Math.min(most, ((long) value.num() * perUnit + value.den() / 2) / value.den());
    }

    private static ContentLightLevel light(AVContentLightMetadata from) {
        return new ContentLightLevel(level(from.MaxCLL()), level(from.MaxFALL()));
    }

    private static int level(int value) {
        return Math.max(0, Math.min(0xffff, value));
    }

    private static void put(MasteringDisplay from, BytePointer data) {
        AVMasteringDisplayMetadata to = new AVMasteringDisplayMetadata(data);
        put(from.red(), to, 0);
        put(from.green(), to, 1);
        put(from.blue(), to, 2);
        to.white_point(0).num(from.whitePoint().x()).den(Chromaticity.STEPS);
        to.white_point(1).num(from.whitePoint().y()).den(Chromaticity.STEPS);
        luminance(from.maxLuminance(), to.max_luminance());
        luminance(from.minLuminance(), to.min_luminance());
        to.has_primaries(1).has_luminance(1);
    }

    private static void put(Chromaticity from, AVMasteringDisplayMetadata to, int color) {
        to.display_primaries(color, 0).num(from.x()).den(Chromaticity.STEPS);
        to.display_primaries(color, 1).num(from.y()).den(Chromaticity.STEPS);
    }

    private static void luminance(long steps, AVRational to) {
        to.num((int) Math.min(Integer.MAX_VALUE, steps)).den(MasteringDisplay.STEPS);
    }

    private static void put(ContentLightLevel from, BytePointer data) {
        new AVContentLightMetadata(data).MaxCLL(from.maxContent()).MaxFALL(from.maxPictureAverage());
    }
}

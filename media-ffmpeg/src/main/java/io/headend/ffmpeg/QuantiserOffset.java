package io.headend.ffmpeg;

import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_REGIONS_OF_INTEREST;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_new_side_data;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_remove_side_data;

import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVFrameSideData;
import org.bytedeco.ffmpeg.avutil.AVRegionOfInterest;
import org.bytedeco.javacpp.Pointer;

/** One region of interest that covers a whole picture. */
final class QuantiserOffset {

    /** The quantiser range that FFmpeg's qoffset of 1 stands for, with 8-bit samples. */
    static final int RANGE = 51;

    private static final int DENOMINATOR = RANGE * 1_000;
    private static final int BYTES = Pointer.sizeof(AVRegionOfInterest.class);

    private QuantiserOffset() {}

    static void attach(AVFrame frame, double offset) {
        av_frame_remove_side_data(frame, AV_FRAME_DATA_REGIONS_OF_INTEREST);
        AVFrameSideData data = Averror.notNull(
                av_frame_new_side_data(frame, AV_FRAME_DATA_REGIONS_OF_INTEREST, BYTES), "av_frame_new_side_data");
        AVRegionOfInterest region = new AVRegionOfInterest(data.data());
        region.self_size(BYTES).top(0).left(0).bottom(frame.height()).right(frame.width());
        region.qoffset().num((int) Math.round(offset * 1_000)).den(DENOMINATOR);
    }
}

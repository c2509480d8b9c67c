package io.headend.ffmpeg;

import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_REGIONS_OF_INTEREST;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_new_side_data;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_remove_side_data;

import java.nio.ByteOrder;
import java.nio.IntBuffer;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVFrameSideData;
import org.bytedeco.ffmpeg.avutil.AVRegionOfInterest;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/** Regions of interest that cover a whole picture: one, or runs of blocks. */
final class QuantiserOffset {

    /** The quantiser range that FFmpeg's qoffset of 1 stands for, with 8-bit samples. */
    static final int RANGE = 51;

    // Offsets are rounded to this part of a step, so that neighbours join in one region.
    private static final int PARTS = 8;
    private static final int DENOMINATOR = RANGE * 1_000;
    private static final int BYTES = Pointer.sizeof(AVRegionOfInterest.class);
    private static final int WORDS = BYTES / Integer.BYTES;

    private QuantiserOffset() {}

    static void attach(AVFrame frame, double offset, @Nullable QuantiserMap map) {
        av_frame_remove_side_data(frame, AV_FRAME_DATA_REGIONS_OF_INTEREST);
        if (map == null) {
            put(words(frame, 1), 0, frame.height(), 0, frame.width(), (int) Math.round(offset * 1_000));
            return;
        }
        map.check(frame.width(), frame.height());
        int[] steps = new int[map.offsets().length];
        int runs = 0;
        for (int i = 0; i < steps.length; i++) {
            double sum = Math.max(-RANGE, Math.min(RANGE, offset + map.offsets()[i]));
            steps[i] = (int) Math.round(sum * PARTS);
            runs += i % map.columns() == 0 || steps[i] != steps[i - 1] ? 1 : 0;
        }
        IntBuffer words = words(frame, runs);
        int start = 0;
        for (int i = 1; i <= steps.length; i++) {
            if (i == steps.length || i % map.columns() == 0 || steps[i] != steps[start]) {
                int row = start / map.columns();
                int column = start % map.columns();
                put(
                        words,
                        row * QuantiserMap.BLOCK,
                        Math.min(frame.height(), (row + 1) * QuantiserMap.BLOCK),
                        column * QuantiserMap.BLOCK,
                        Math.min(frame.width(), (column + i - start) * QuantiserMap.BLOCK),
                        steps[start] * 1_000 / PARTS);
                start = i;
            }
        }
    }

    private static IntBuffer words(AVFrame frame, int regions) {
        int bytes = Math.multiplyExact(regions, BYTES);
        AVFrameSideData data = Averror.notNull(
                av_frame_new_side_data(frame, AV_FRAME_DATA_REGIONS_OF_INTEREST, bytes), "av_frame_new_side_data");
        return data.data()
                .capacity(bytes)
                .asByteBuffer()
                .order(ByteOrder.nativeOrder())
                .asIntBuffer();
    }

    // AVRegionOfInterest: self_size, top, bottom, left, right and the two words of qoffset, all of 32 bits. Written as words
    // because a call into the natives for each of some thousand regions would cost more than the regions.
    private static void put(IntBuffer words, int top, int bottom, int left, int right, int thousandths) {
        int end = words.position() + WORDS;
        words.put(BYTES).put(top).put(bottom).put(left).put(right).put(thousandths).put(DENOMINATOR);
        words.position(end);
    }
}

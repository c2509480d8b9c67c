package io.headend.ingest.ts;

import io.headend.core.Codec;
import io.headend.core.CodecConfig;
import io.headend.core.ColorInfo;
import io.headend.core.PictureSize;
import io.headend.core.Rational;
import io.headend.core.VideoFormat;

/** MPEG-1 and MPEG-2 video (ISO/IEC 13818-2): a unit is a frame, or the two fields of one, with the headers before it. */
final class Mpeg2VideoReader extends PictureReader {

    private static final int PICTURE = 0x00;
    private static final int USER_DATA = 0xB2;
    private static final int SEQUENCE = 0xB3;
    private static final int EXTENSION = 0xB5;
    private static final int GROUP = 0xB8;
    private static final int CODING_EXTENSION = 8;
    private static final int FRAME = 3;

    private static final int[][] RATES = {
        {24_000, 1001}, {24, 1}, {25, 1}, {30_000, 1001}, {30, 1}, {50, 1}, {60_000, 1001}, {60, 1}
    };

    private int pictures;
    private boolean field;
    private long frameDuration;

    Mpeg2VideoReader(Target target) {
        super(target);
    }

    @Override
    int lookAhead() {
        return 7;
    }

    @Override
    boolean begins(int code, boolean unitOpen) {
        if (code < 0) {
            pictures = 0;
            field = false;
            return false;
        }
        int type = es.u8(code + 3);
        if (type == EXTENSION && es.u8(code + 4) >> 4 == CODING_EXTENSION) {
            field = (es.u8(code + 6) & 3) != FRAME;
            return false;
        }
        if (type != PICTURE && type != SEQUENCE && type != GROUP) {
            return false;
        }
        boolean secondField = type == PICTURE && field && pictures == 1;
        boolean begins = !unitOpen || (pictures > 0 && !secondField);
        if (begins) {
            pictures = 0;
            field = false;
        }
        pictures += type == PICTURE ? 1 : 0;
        return begins;
    }

    @Override
    void unit() {
        boolean sync = false;
        boolean captions = false;
        int sequence = -1;
        int picture = -1;
        for (int i = 0; i < count; i++) {
            int type = es.u8(codes[i] + 3);
            if (type == SEQUENCE) {
                sequence = i;
            } else if (type == PICTURE && picture < 0) {
                picture = i;
                sync = (es.u8(codes[i] + 5) >> 3 & 7) == 1;
            } else if (type == USER_DATA) {
                captions |= Captions.isGa94(es, codes[i] + 4, codes[i + 1]);
            }
        }
        target.counters().captions += captions ? 1 : 0;
        if (sequence >= 0) {
            configure(sequence);
        }
        if (picture >= 0) {
            give(es.copy(codes[0], codes[count]), es.pts, es.dts, frameDuration, sync, es.arrival);
        }
    }

    /** 6.2.2.1 and 6.2.2.3: the sequence header and the extension that follows it. */
    private void configure(int index) {
        int at = codes[index] + 4;
        int end = codes[index + 1];
        if (end - at < 8) {
            return;
        }
        int width = es.u8(at) << 4 | es.u8(at + 1) >> 4;
        int height = (es.u8(at + 1) & 15) << 8 | es.u8(at + 2);
        int aspect = es.u8(at + 3) >> 4;
        int rateCode = es.u8(at + 3) & 15;
        int rateNum = 1;
        int rateDen = 1;
        int chroma = 1;
        boolean extended = false;
        if (index + 1 < count
                && es.u8(end + 3) == EXTENSION
                && es.u8(end + 4) >> 4 == 1
                && codes[index + 2] - end >= 10) {
            int x = end + 4;
            extended = true;
            chroma = es.u8(x + 1) >> 1 & 3;
            width |= (es.u8(x + 1) & 1) << 13 | (es.u8(x + 2) & 0x80) << 5;
            height |= (es.u8(x + 2) >> 5 & 3) << 12;
            rateNum = (es.u8(x + 5) >> 5 & 3) + 1;
            rateDen = (es.u8(x + 5) & 31) + 1;
            end = codes[index + 2];
            for (int i = index + 2; i < count && es.u8(codes[i] + 3) == EXTENSION; i++) {
                end = codes[i + 1];
            }
        }
        if (width < 1
                || height < 1
                || width > PictureSize.MAX
                || height > PictureSize.MAX
                || rateCode < 1
                || rateCode > 8) {
            return;
        }
        int[] base = RATES[rateCode - 1];
        Rational rate = Rational.of(base[0] * rateNum, base[1] * rateDen);
        frameDuration = Durations.ofFrame(rate);
        CodecConfig config = extended
                ? new CodecConfig(Codec.MPEG2_VIDEO, "mpeg2video", es.copy(codes[index], end))
                : new CodecConfig(Codec.OTHER_VIDEO, "mpeg1video", es.copy(codes[index], end));
        describe(new VideoFormat(
                config,
                new PictureSize(width, height),
                aspectRatio(aspect, width, height, extended),
                rate,
                chroma == 3 ? "yuv444p" : chroma == 2 ? "yuv422p" : "yuv420p",
                ColorInfo.UNSPECIFIED));
    }

    private static Rational aspectRatio(int code, int width, int height, boolean display) {
        return switch (display ? code : 0) {
            case 2 -> Rational.of(4 * height, 3 * width);
            case 3 -> Rational.of(16 * height, 9 * width);
            case 4 -> Rational.of(221 * height, 100 * width);
            default -> Rational.ONE;
        };
    }
}

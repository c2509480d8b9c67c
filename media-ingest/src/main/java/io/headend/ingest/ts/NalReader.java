package io.headend.ingest.ts;

import io.headend.core.Codec;
import io.headend.core.CodecConfig;
import io.headend.core.MediaException;
import io.headend.core.Rational;
import io.headend.core.VideoFormat;
import io.headend.formats.BitReader;
import io.headend.formats.h26x.AvcDecoderConfigurationRecord;
import io.headend.formats.h26x.AvcSps;
import io.headend.formats.h26x.HevcDecoderConfigurationRecord;
import io.headend.formats.h26x.Sps;
import java.nio.ByteBuffer;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * AVC (ITU-T H.264, 7.4.1.2.3) or HEVC (ITU-T H.265, 7.4.2.4.4) as access units of NAL units with 4-byte lengths, with an {@code
 * avcC} or {@code hvcC} record that follows the parameter sets in the stream.
 */
final class NalReader extends PictureReader {

    private static final int SEI_RECOVERY_POINT = 6;
    private static final int SEI_REGISTERED_USER_DATA = 4;

    private final boolean avc;
    private boolean hasPicture;
    private @Nullable AvcSps interlaced;
    private boolean field;
    private @Nullable ByteBuffer record;
    private long frameDuration;
    private long lastPts = EsBuffer.NO_TIME;
    private long lastDts = EsBuffer.NO_TIME;

    NalReader(Target target, boolean avc) {
        super(target);
        this.avc = avc;
    }

    @Override
    int lookAhead() {
        return avc ? 5 : 6;
    }

    private int type(int code) {
        int header = es.u8(code + 3);
        return avc ? header & 0x1F : header >> 1 & 0x3F;
    }

    @Override
    boolean begins(int code, boolean unitOpen) {
        if (code < 0) {
            hasPicture = false;
            return false;
        }
        int type = type(code);
        boolean picture = avc ? type == 1 || type == 2 || type == 5 : type <= 31;
        if (picture) {
            boolean first = (es.u8(code + (avc ? 4 : 5)) & 0x80) != 0;
            if (!first && !unitOpen) {
                return false;
            }
            boolean begins = !unitOpen || (first && hasPicture);
            hasPicture = true;
            return begins;
        }
        boolean leads = avc
                ? (type >= 6 && type <= 9) || (type >= 14 && type <= 18)
                : (type >= 32 && type <= 35) || type == 39 || (type >= 41 && type <= 44) || (type >= 48 && type <= 55);
        if (leads && (hasPicture || !unitOpen)) {
            hasPicture = false;
            return true;
        }
        return false;
    }

    @Override
    void unit() {
        boolean sync = false;
        boolean parameters = false;
        boolean captions = false;
        int total = 0;
        for (int i = 0; i < count; i++) {
            int size = nalEnd(i) - codes[i] - 3;
            total += size > 0 ? 4 + size : 0;
        }
        ByteBuffer out = ByteBuffer.allocate(total);
        for (int i = 0; i < count; i++) {
            int begin = codes[i] + 3;
            int size = nalEnd(i) - begin;
            if (size <= 0) {
                continue;
            }
            out.putInt(size);
            es.copy(begin, size, out);
            int type = type(codes[i]);
            parameters |= type == (avc ? 7 : 33);
            sync |= avc ? type == 5 : type >= 16 && type <= 23;
            if (interlaced != null && (type == 1 || type == 5)) {
                field = isField(interlaced, begin + 1, size - 1);
            }
            if (type == (avc ? 6 : 39)) {
                sync |= avc && hasMessage(begin + 1, begin + size, SEI_RECOVERY_POINT);
                captions |= hasMessage(begin + (avc ? 1 : 2), begin + size, SEI_REGISTERED_USER_DATA);
            }
        }
        out.flip();
        target.counters().captions += captions ? 1 : 0;
        if (parameters) {
            configure(out);
        }
        give(out, sync);
    }

    private void give(ByteBuffer out, boolean sync) {
        long pts = es.pts;
        long dts = es.dts;
        long duration = field ? frameDuration / 2 : frameDuration;
        if (pts == EsBuffer.NO_TIME && lastDts != EsBuffer.NO_TIME && duration > 0) {
            // A second field, or a picture that shares its PES packet with the one before.
            pts = lastPts + duration & (1L << 33) - 1;
            dts = lastDts + duration & (1L << 33) - 1;
        }
        lastPts = pts;
        lastDts = dts;
        give(out, pts, dts, duration, sync, es.arrival);
    }

    /** field_pic_flag of a slice header (H.264, 7.3.3). */
    private boolean isField(AvcSps sps, int from, int size) {
        BitReader in = new BitReader(es.bytes().slice(from, Math.min(size, 16)));
        try {
            for (int i = 0; i < 3; i++) {
                int zeros = 0;
                while (!in.readFlag() && zeros < 31) {
                    zeros++;
                }
                in.skip(zeros);
            }
            in.skip(sps.log2MaxFrameNum());
            return in.readFlag();
        } catch (MediaException e) {
            // A slice of a few bytes is damaged; it is taken for a frame.
            return false;
        }
    }

    private int nalEnd(int i) {
        int end = codes[i + 1];
        while (end > codes[i] + 3 && es.u8(end - 1) == 0) {
            end--;
        }
        return end;
    }

    /** Whether an SEI NAL unit has such a message; captions are told from other user data. */
    private boolean hasMessage(int from, int to, int wanted) {
        int at = from;
        while (at + 2 <= to) {
            int type = 0;
            while (at < to && es.u8(at) == 0xFF) {
                type += 255;
                at++;
            }
            type += at < to ? es.u8(at++) : 0;
            int size = 0;
            while (at < to && es.u8(at) == 0xFF) {
                size += 255;
                at++;
            }
            size += at < to ? es.u8(at++) : 0;
            if (type == wanted && size <= to - at) {
                return wanted != SEI_REGISTERED_USER_DATA || Captions.isAtsc(es, at, at + size);
            }
            at += size;
        }
        return false;
    }

    private void configure(ByteBuffer sample) {
        try {
            Sps sps;
            ByteBuffer now;
            if (avc) {
                AvcDecoderConfigurationRecord avcC = AvcDecoderConfigurationRecord.ofSample(sample);
                sps = avcC.sps();
                interlaced = avcC.sps().frameMbsOnly() ? null : avcC.sps();
                now = avcC.toByteBuffer();
            } else {
                HevcDecoderConfigurationRecord hvcC = HevcDecoderConfigurationRecord.ofSample(sample);
                sps = hvcC.sps();
                now = hvcC.toByteBuffer();
            }
            if (now.equals(record)) {
                return;
            }
            record = now;
            CodecConfig config = new CodecConfig(avc ? Codec.AVC : Codec.HEVC, avc ? "h264" : "hevc", now);
            Rational rate = Durations.plausible(sps.frameRate());
            frameDuration = Durations.ofFrame(rate);
            describe(new VideoFormat(config, sps.size(), sps.sampleAspectRatio(), rate, pixelFormat(sps), sps.color()));
        } catch (MediaException e) {
            // Damaged parameter sets: the ones in force stay, and the next key picture brings others.
            target.counters().undescribed += described() ? 0 : 1;
        }
    }

    private static String pixelFormat(Sps sps) {
        String[] layouts = {"gray", "yuv420p", "yuv422p", "yuv444p"};
        String layout = layouts[sps.chromaFormatIdc() & 3];
        if (sps.color().fullRange() && sps.chromaFormatIdc() > 0 && sps.bitDepthLuma() == 8) {
            layout = layout.replace("yuv", "yuvj");
        }
        return sps.bitDepthLuma() == 8 ? layout : String.format(Locale.ROOT, "%s%dle", layout, sps.bitDepthLuma());
    }
}

package io.headend.ingest.rtmp;

import io.headend.core.AudioFormat;
import io.headend.core.Codec;
import io.headend.core.CodecConfig;
import io.headend.formats.BitReader;
import io.headend.formats.BitWriter;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Reads what a track must say of AC-3 and E-AC-3 from the first frame (ETSI TS 102 366, 4.4 and E.1.3); RTMP has no header for it. */
final class DolbySyncFrame {

    private static final int SYNC_WORD = 0x0B77;
    private static final int[] RATES = {48_000, 44_100, 32_000};
    private static final int[] CHANNELS = {2, 1, 2, 3, 3, 4, 4, 5};

    private DolbySyncFrame() {}

    /** With {@code dac3} or {@code dec3} payload as its record; {@code null} if the frame does not say. */
    static @Nullable AudioFormat format(boolean enhanced, ByteBuffer frame) {
        if (frame.remaining() < 8) {
            return null;
        }
        BitReader in = new BitReader(frame);
        if (in.read(16) != SYNC_WORD) {
            return null;
        }
        return enhanced ? enhanced(in) : plain(in);
    }

    private static @Nullable AudioFormat plain(BitReader in) {
        in.skip(16);
        int rate = in.read(2);
        int size = in.read(6);
        int id = in.read(5);
        int mode = in.read(3);
        int coding = in.read(3);
        if (rate == 3 || id > 10) {
            return null;
        }
        if ((coding & 1) != 0 && coding != 1) {
            in.skip(2);
        }
        if ((coding & 4) != 0) {
            in.skip(2);
        }
        if (coding == 2) {
            in.skip(2);
        }
        int lowFrequency = in.read(1);
        BitWriter record = new BitWriter();
        record.write(2, rate);
        record.write(5, id);
        record.write(3, mode);
        record.write(3, coding);
        record.write(1, lowFrequency);
        record.write(5, size >> 1);
        record.write(5, 0);
        return AudioFormat.of(
                new CodecConfig(Codec.AC3, "ac3", record.toBytes()), RATES[rate], CHANNELS[coding] + lowFrequency);
    }

    private static @Nullable AudioFormat enhanced(BitReader in) {
        int streamType = in.read(2);
        in.skip(3);
        int frameBytes = 2 * (in.read(11) + 1);
        int rateCode = in.read(2);
        int blocksCode = in.read(2);
        int coding = in.read(3);
        int lowFrequency = in.read(1);
        int id = in.read(5);
        if (streamType == 1 || (rateCode == 3 && blocksCode == 3)) {
            return null;
        }
        int rate = rateCode == 3 ? RATES[blocksCode] / 2 : RATES[rateCode];
        int blocks = rateCode == 3 || blocksCode == 3 ? 6 : blocksCode + 1;
        int kilobits = (int) Math.min(8191, (long) frameBytes * 8 * rate / (256L * blocks) / 1000);
        BitWriter record = new BitWriter();
        record.write(13, kilobits);
        record.write(3, 0);
        record.write(2, rateCode);
        record.write(5, id);
        record.write(1, 0);
        record.write(1, 0);
        record.write(3, 0);
        record.write(3, coding);
        record.write(1, lowFrequency);
        record.write(3, 0);
        record.write(4, 0);
        record.write(1, 0);
        return AudioFormat.of(
                new CodecConfig(Codec.EAC3, "eac3", record.toBytes()), rate, CHANNELS[coding] + lowFrequency);
    }
}

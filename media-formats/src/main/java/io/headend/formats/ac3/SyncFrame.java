package io.headend.formats.ac3;

import io.headend.core.MediaException;
import io.headend.formats.BitReader;
import io.headend.formats.BitWriter;
import java.nio.ByteBuffer;

/**
 * The head of a frame of AC-3 (ETSI TS 102 366, 4.3) or Enhanced AC-3 (E.1.2).
 *
 * @param bsid bit stream identification: up to 10 AC-3, 11 to 16 Enhanced AC-3
 * @param fscod sample rate code
 * @param acmod audio coding mode
 * @param lfeon whether there is a low-frequency channel
 * @param size bytes of the frame
 * @param detail what only one of the two codings says
 */
public record SyncFrame(int bsid, int fscod, int acmod, boolean lfeon, int size, Detail detail) {

    private static final int SYNC_WORD = 0x0B77;
    private static final int[] RATES = {48_000, 44_100, 32_000};
    private static final int[] KILOBITS = {
        32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640
    };
    private static final int[] CHANNELS = {2, 1, 2, 3, 3, 4, 4, 5};

    /**
     * Fields of one coding.
     *
     * @param bsmod bit stream mode
     * @param rateCode AC-3: bit_rate_code
     * @param streamType Enhanced AC-3: 0 independent, 1 dependent
     * @param blocks audio blocks of 256 samples
     * @param halfRate Enhanced AC-3: whether the sample rate is half of what {@code fscod} says
     * @param channelMap Enhanced AC-3: of a dependent stream, else 0
     */
    public record Detail(int bsmod, int rateCode, int streamType, int blocks, boolean halfRate, int channelMap) {}

    /**
     * Reads the head of the first frame in a sample.
     *
     * @throws MediaException {@code MALFORMED} if there is none
     */
    public static SyncFrame parse(ByteBuffer sample) {
        if (sample.remaining() < 8 || (sample.getShort(sample.position()) & 0xFFFF) != SYNC_WORD) {
            throw MediaException.malformed("the sound does not begin with an AC-3 sync word");
        }
        int bsid = sample.get(sample.position() + 5) >> 3 & 31;
        BitReader in = new BitReader(sample);
        in.skip(16);
        return bsid > 10 ? enhanced(in) : plain(in);
    }

    private static SyncFrame plain(BitReader in) {
        in.skip(16);
        int fscod = in.read(2);
        int code = in.read(6);
        int bsid = in.read(5);
        int bsmod = in.read(3);
        int acmod = in.read(3);
        in.skip((acmod & 1) != 0 && acmod != 1 ? 2 : 0);
        in.skip((acmod & 4) != 0 ? 2 : 0);
        in.skip(acmod == 2 ? 2 : 0);
        boolean lfe = in.readFlag();
        if (fscod == 3 || code / 2 >= KILOBITS.length) {
            throw MediaException.malformed("an AC-3 frame has a reserved sample rate or bit rate");
        }
        int kilobits = KILOBITS[code / 2];
        int words = switch (fscod) {
            case 0 -> 2 * kilobits;
            case 1 -> 320 * kilobits / 147 + (code & 1);
            default -> 3 * kilobits;
        };
        return new SyncFrame(bsid, fscod, acmod, lfe, words * 2, new Detail(bsmod, code / 2, 0, 6, false, 0));
    }

    private static SyncFrame enhanced(BitReader in) {
        int type = in.read(2);
        in.skip(3);
        int size = (in.read(11) + 1) * 2;
        int fscod = in.read(2);
        boolean half = fscod == 3;
        int code = in.read(2);
        if (half) {
            fscod = code;
        }
        int blocks = half ? 6 : new int[] {1, 2, 3, 6}[code];
        int acmod = in.read(3);
        boolean lfe = in.readFlag();
        int bsid = in.read(5);
        if (fscod == 3) {
            throw MediaException.malformed("an Enhanced AC-3 frame has a reserved sample rate");
        }
        in.skip(5);
        in.skip(in.readFlag() ? 8 : 0);
        if (acmod == 0) {
            in.skip(5);
            in.skip(in.readFlag() ? 8 : 0);
        }
        int map = type == 1 && in.readFlag() ? in.read(16) : 0;
        return new SyncFrame(bsid, fscod, acmod, lfe, size, new Detail(0, 0, type, blocks, half, map));
    }

    public boolean isEnhanced() {
        return bsid > 10;
    }

    /** Samples per second. */
    public int sampleRate() {
        return detail.halfRate() ? RATES[fscod] / 2 : RATES[fscod];
    }

    /** Channels of this frame alone, the low-frequency one included. */
    public int channels() {
        return CHANNELS[acmod] + (lfeon ? 1 : 0);
    }

    /** Samples of each channel. */
    public int samples() {
        return detail.blocks() * 256;
    }

    /**
     * The payload of {@code dac3} or {@code dec3} (F.4, F.6) for samples like this one.
     *
     * @param sample one access unit, all of its frames
     */
    public static ByteBuffer specificBox(ByteBuffer sample) {
        SyncFrame first = parse(sample);
        BitWriter out = new BitWriter();
        if (!first.isEnhanced()) {
            out.write(2, first.fscod);
            out.write(5, first.bsid);
            out.write(3, first.detail.bsmod());
            out.write(3, first.acmod);
            out.write(1, first.lfeon ? 1 : 0);
            out.write(5, first.detail.rateCode());
            out.write(5, 0);
            return out.toBytes();
        }
        int kilobits = (int) Math.min(8191, sample.remaining() * 8L * first.sampleRate() / first.samples() / 1000);
        int dependent = 0;
        int map = 0;
        int at = first.size;
        while (at + 8 <= sample.remaining()) {
            SyncFrame next = parse(sample.slice(sample.position() + at, sample.remaining() - at));
            if (next.detail.streamType() != 1) {
                break;
            }
            dependent++;
            map |= next.detail.channelMap();
            at += next.size;
        }
        out.write(13, kilobits);
        out.write(3, 0);
        out.write(2, first.fscod);
        out.write(5, first.bsid);
        out.write(2, 0);
        out.write(3, first.detail.bsmod());
        out.write(3, first.acmod);
        out.write(1, first.lfeon ? 1 : 0);
        out.write(3, 0);
        out.write(4, dependent);
        if (dependent > 0) {
            for (int bit = 8; bit >= 0; bit--) {
                out.write(1, map >> (10 - bit) & 1);
            }
        } else {
            out.write(1, 0);
        }
        return out.toBytes();
    }

    /**
     * Complexity of Dolby Atmos carried in Enhanced AC-3 (joint object coding), by the extension of {@code dec3}; 0 where there is none.
     *
     * @param dec3 payload of the box
     */
    public static int objectComplexity(ByteBuffer dec3) {
        BitReader in = new BitReader(dec3);
        if (in.remaining() < 16) {
            return 0;
        }
        in.skip(13);
        int streams = in.read(3) + 1;
        for (int i = 0; i < streams; i++) {
            if (in.remaining() < 24) {
                return 0;
            }
            in.skip(19);
            in.skip(in.read(4) > 0 ? 9 : 1);
        }
        return in.remaining() >= 16 && (in.read(8) & 1) == 1 ? in.read(8) : 0;
    }
}

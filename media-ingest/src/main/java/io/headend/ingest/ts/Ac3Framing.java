package io.headend.ingest.ts;

import io.headend.core.AudioFormat;
import io.headend.core.Codec;
import io.headend.core.CodecConfig;

/**
 * AC-3 and Enhanced AC-3 (ETSI TS 102 366, 4.3 and E.1.2). The frames of dependent substreams belong to the independent one
 * before them.
 */
final class Ac3Framing implements SoundReader.Framing {

    private static final int SYNC = 0x0B77;
    private static final int[] RATES = {48_000, 44_100, 32_000};
    private static final int[] KILOBITS = {
        32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640
    };
    private static final int[] CHANNELS = {2, 1, 2, 3, 3, 4, 4, 5};
    private static final int[] BLOCKS = {1, 2, 3, 6};
    private static final int DEPENDENT = 1;
    /** Frames that may be tied to one. */
    private static final int MAX_TAIL = 8;

    @Override
    public int headerSize() {
        return 8;
    }

    private static boolean enhanced(EsBuffer es, int at) {
        return es.u8(at + 5) >> 3 > 10;
    }

    @Override
    public int size(EsBuffer es, int at) {
        if ((es.u8(at) << 8 | es.u8(at + 1)) != SYNC) {
            return 0;
        }
        if (enhanced(es, at)) {
            boolean known = es.u8(at + 5) >> 3 <= 16 && (es.u8(at + 4) >> 6 != 3 || (es.u8(at + 4) >> 4 & 3) != 3);
            int size = 2 * (((es.u8(at + 2) & 7) << 8 | es.u8(at + 3)) + 1);
            return known && size > 8 ? size : 0;
        }
        int code = es.u8(at + 4) & 63;
        int rate = es.u8(at + 4) >> 6;
        if (rate == 3 || code >= 2 * KILOBITS.length) {
            return 0;
        }
        int bits = KILOBITS[code / 2];
        return switch (rate) {
            case 0 -> 4 * bits;
            case 1 -> 2 * (320 * bits / 147 + (code & 1));
            default -> 6 * bits;
        };
    }

    @Override
    public int tail(EsBuffer es, int next) {
        int at = next;
        for (int i = 0; i < MAX_TAIL; i++) {
            if (at + headerSize() > es.end()) {
                // Only an enhanced frame can have more tied to it; most streams never do.
                return at == next ? 0 : -1;
            }
            int size = size(es, at);
            boolean dependent = size > 0 && enhanced(es, at) && es.u8(at + 2) >> 6 == DEPENDENT;
            if (!dependent) {
                break;
            }
            if (at + size > es.end()) {
                return -1;
            }
            at += size;
        }
        return at - next;
    }

    @Override
    public SoundReader.Frame read(EsBuffer es, int at, int size) {
        boolean enhanced = enhanced(es, at);
        int rateCode = es.u8(at + 4) >> 6;
        int blocks = 6;
        int mode;
        boolean lfe;
        int rate = rateCode < 3 ? RATES[rateCode] : RATES[es.u8(at + 4) >> 4 & 3] / 2;
        if (enhanced) {
            blocks = rateCode == 3 ? 6 : BLOCKS[es.u8(at + 4) >> 4 & 3];
            mode = es.u8(at + 4) >> 1 & 7;
            lfe = (es.u8(at + 4) & 1) == 1;
        } else {
            mode = es.u8(at + 6) >> 5;
            int bits = (es.u8(at + 6) << 8 | es.u8(at + 7)) << 3 & 0xFFFF;
            bits = (mode & 1) != 0 && mode != 1 ? bits << 2 & 0xFFFF : bits;
            bits = (mode & 4) != 0 ? bits << 2 & 0xFFFF : bits;
            bits = mode == 2 ? bits << 2 & 0xFFFF : bits;
            lfe = (bits & 0x8000) != 0;
            rate >>= Math.max(0, (es.u8(at + 5) >> 3) - 8);
        }
        CodecConfig codec = enhanced ? CodecConfig.of(Codec.EAC3, "eac3") : CodecConfig.of(Codec.AC3, "ac3");
        return new SoundReader.Frame(
                size,
                256 * blocks,
                AudioFormat.of(codec, rate, CHANNELS[mode] + (lfe ? 1 : 0)),
                es.copy(at, at + size));
    }
}

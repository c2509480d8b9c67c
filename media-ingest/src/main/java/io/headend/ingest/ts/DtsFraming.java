package io.headend.ingest.ts;

import io.headend.core.AudioFormat;
import io.headend.core.Codec;
import io.headend.core.CodecConfig;
import org.jspecify.annotations.Nullable;

/** The core frames of DTS (ETSI TS 102 114, 5.3). */
final class DtsFraming implements SoundReader.Framing {

    private static final int SYNC = 0x7FFE8001;
    private static final int[] RATES = {
        0, 8_000, 16_000, 32_000, 0, 0, 11_025, 22_050, 44_100, 0, 0, 12_000, 24_000, 48_000, 0, 0
    };
    private static final int[] CHANNELS = {1, 2, 2, 2, 2, 3, 3, 4, 4, 5, 6, 6, 6, 7, 8, 8};

    @Override
    public int headerSize() {
        return 12;
    }

    @Override
    public int size(EsBuffer es, int at) {
        if (es.bytes().getInt(at) != SYNC || RATES[es.u8(at + 8) >> 2 & 15] == 0) {
            return 0;
        }
        int size = ((es.u8(at + 5) & 3) << 12 | es.u8(at + 6) << 4 | es.u8(at + 7) >> 4) + 1;
        return size >= 96 ? size : 0;
    }

    @Override
    public SoundReader.@Nullable Frame read(EsBuffer es, int at, int size) {
        int blocks = ((es.u8(at + 4) & 1) << 6 | es.u8(at + 5) >> 2) + 1;
        int mode = (es.u8(at + 7) & 15) << 2 | es.u8(at + 8) >> 6;
        if (mode >= CHANNELS.length) {
            return null;
        }
        int lfe = es.u8(at + 10) >> 1 & 3;
        return new SoundReader.Frame(
                size,
                32 * blocks,
                AudioFormat.of(
                        CodecConfig.of(Codec.OTHER_AUDIO, "dts"),
                        RATES[es.u8(at + 8) >> 2 & 15],
                        CHANNELS[mode] + (lfe == 1 || lfe == 2 ? 1 : 0)),
                es.copy(at, at + size));
    }
}

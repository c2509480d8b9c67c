package io.headend.ingest.ts;

import io.headend.core.AudioFormat;
import io.headend.core.Codec;
import io.headend.core.CodecConfig;

/** MPEG-1 and MPEG-2 sound of layers I to III (ISO/IEC 11172-3, 2.4.1.3; ISO/IEC 13818-3, 2.4.1.3). */
final class MpegAudioFraming implements SoundReader.Framing {

    private static final int[] RATES = {44_100, 48_000, 32_000};
    private static final int[][] KILOBITS = {
        {0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448},
        {0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384},
        {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320},
        {0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256},
        {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160},
    };

    @Override
    public int headerSize() {
        return 4;
    }

    private static int version(EsBuffer es, int at) {
        return es.u8(at + 1) >> 3 & 3;
    }

    /** 1 to 3, or 4 for a reserved value. */
    private static int layer(EsBuffer es, int at) {
        return 4 - (es.u8(at + 1) >> 1 & 3);
    }

    private static int rate(EsBuffer es, int at) {
        int rate = RATES[es.u8(at + 2) >> 2 & 3];
        return switch (version(es, at)) {
            case 3 -> rate;
            case 2 -> rate / 2;
            default -> rate / 4;
        };
    }

    private static int samples(EsBuffer es, int at) {
        int layer = layer(es, at);
        return layer == 1 ? 384 : layer == 3 && version(es, at) != 3 ? 576 : 1152;
    }

    @Override
    public int size(EsBuffer es, int at) {
        int bitrate = es.u8(at + 2) >> 4;
        int layer = layer(es, at);
        boolean header = es.u8(at) == 0xFF
                && (es.u8(at + 1) & 0xE0) == 0xE0
                && version(es, at) != 1
                && layer < 4
                && bitrate != 0
                && bitrate != 15
                && (es.u8(at + 2) >> 2 & 3) != 3;
        if (!header) {
            return 0;
        }
        int table = version(es, at) == 3 ? layer - 1 : layer == 1 ? 3 : 4;
        int bits = KILOBITS[table][bitrate] * 1000;
        int padding = es.u8(at + 2) >> 1 & 1;
        return layer == 1
                ? (12 * bits / rate(es, at) + padding) * 4
                : samples(es, at) / 8 * bits / rate(es, at) + padding;
    }

    @Override
    public SoundReader.Frame read(EsBuffer es, int at, int size) {
        int layer = layer(es, at);
        CodecConfig codec = layer == 3
                ? CodecConfig.of(Codec.MP3, "mp3")
                : layer == 2 ? CodecConfig.of(Codec.MP2, "mp2") : CodecConfig.of(Codec.OTHER_AUDIO, "mp1");
        int channels = es.u8(at + 3) >> 6 == 3 ? 1 : 2;
        return new SoundReader.Frame(
                size, samples(es, at), AudioFormat.of(codec, rate(es, at), channels), es.copy(at, at + size));
    }
}

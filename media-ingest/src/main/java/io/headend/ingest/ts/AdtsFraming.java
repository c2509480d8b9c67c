package io.headend.ingest.ts;

import io.headend.core.AudioFormat;
import io.headend.core.Codec;
import io.headend.core.CodecConfig;
import io.headend.formats.aac.AudioSpecificConfig;
import org.jspecify.annotations.Nullable;

/** AAC with a header before each frame (ISO/IEC 13818-7, 6.2), given as raw access units. */
final class AdtsFraming implements SoundReader.Framing {

    private static final int[] RATES = {
        96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350
    };
    private static final int[] CHANNELS = {0, 1, 2, 3, 4, 5, 6, 8};

    @Override
    public int headerSize() {
        return 7;
    }

    @Override
    public int size(EsBuffer es, int at) {
        boolean header =
                es.u8(at) == 0xFF && (es.u8(at + 1) & 0xF6) == 0xF0 && (es.u8(at + 2) >> 2 & 15) < RATES.length;
        int size = (es.u8(at + 3) & 3) << 11 | es.u8(at + 4) << 3 | es.u8(at + 5) >> 5;
        return header && size > 7 ? size : 0;
    }

    @Override
    public SoundReader.@Nullable Frame read(EsBuffer es, int at, int size) {
        int type = (es.u8(at + 2) >> 6) + 1;
        int rate = RATES[es.u8(at + 2) >> 2 & 15];
        int channels = (es.u8(at + 2) & 1) << 2 | es.u8(at + 3) >> 6;
        int header = (es.u8(at + 1) & 1) == 1 ? 7 : 9;
        boolean oneBlock = (es.u8(at + 6) & 3) == 0;
        if (channels == 0 || !oneBlock || size <= header) {
            return null;
        }
        AudioSpecificConfig config = new AudioSpecificConfig(type, rate, channels, false, 0, false);
        CodecConfig codec = new CodecConfig(Codec.AAC, "aac", config.toBytes());
        return new SoundReader.Frame(
                size, 1024, AudioFormat.of(codec, rate, CHANNELS[channels]), es.copy(at + header, at + size));
    }
}

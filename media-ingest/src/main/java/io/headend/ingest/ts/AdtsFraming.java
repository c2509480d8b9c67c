package io.headend.ingest.ts;

import io.headend.core.AudioFormat;
import io.headend.core.Codec;
import io.headend.core.CodecConfig;
import io.headend.formats.aac.AudioSpecificConfig;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * AAC with a header before each frame (ISO/IEC 13818-7, 6.2), given as raw access units.
 *
 * <p>The header has no word for spectral band replication (ISO/IEC 14496-3, 1.6.5): at low rates the frames are asked.
 */
final class AdtsFraming implements SoundReader.Framing {

    private static final int[] RATES = {
        96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350
    };
    private static final int[] CHANNELS = {0, 1, 2, 3, 4, 5, 6, 8};

    private final BandReplication replication = new BandReplication();

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
        ByteBuffer data = es.copy(at + header, at + size);
        AudioSpecificConfig core = new AudioSpecificConfig(type, rate, channels, false, 0, false);
        AudioSpecificConfig config = replication.signalled(core, data);
        CodecConfig codec = new CodecConfig(Codec.AAC, "aac", config.toBytes());
        AudioFormat format = AudioFormat.of(codec, config.outputRate(), channels(core));
        return new SoundReader.Frame(size, config.frameSize(), format, data);
    }

    static int channels(AudioSpecificConfig core) {
        return CHANNELS[core.channelConfiguration()];
    }
}

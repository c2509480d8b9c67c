package io.headend.ingest.ts;

import io.headend.core.AudioFormat;
import io.headend.core.Codec;
import io.headend.core.CodecConfig;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Opus with a control header before each packet, as FFmpeg and DVB receivers read it. */
final class OpusFraming implements SoundReader.Framing {

    private static final int RATE = 48_000;
    private static final int[] FRAME_SAMPLES = {480, 960, 1920, 2880};

    private final AudioFormat format;

    OpusFraming(int channels) {
        int known = channels < 1 ? 2 : channels;
        format = AudioFormat.of(new CodecConfig(Codec.OPUS, "opus", head(known)), RATE, known);
    }

    /** The identification header (RFC 7845, 5.1), with the usual order of channels. */
    private static ByteBuffer head(int channels) {
        int coupled = new int[] {0, 0, 1, 1, 2, 2, 2, 2, 3}[channels];
        byte[][] orders = {
            {},
            {0},
            {0, 1},
            {0, 2, 1},
            {0, 1, 2, 3},
            {0, 4, 1, 2, 3},
            {0, 4, 1, 2, 3, 5},
            {0, 4, 1, 2, 3, 5, 6},
            {0, 6, 1, 2, 3, 4, 5, 7}
        };
        ByteBuffer out = ByteBuffer.allocate(channels > 2 ? 21 + channels : 19).order(ByteOrder.LITTLE_ENDIAN);
        out.put("OpusHead".getBytes(StandardCharsets.US_ASCII)).put((byte) 1).put((byte) channels);
        out.putShort((short) 0).putInt(RATE).putShort((short) 0).put((byte) (channels > 2 ? 1 : 0));
        if (channels > 2) {
            out.put((byte) (channels - coupled)).put((byte) coupled).put(orders[channels]);
        }
        return out.flip();
    }

    @Override
    public int headerSize() {
        return 4;
    }

    /** Bytes of the control header, or 0 where it is not whole. */
    private static int controlSize(EsBuffer es, int at) {
        int flags = es.u8(at + 1);
        int next = at + 2;
        while (next < es.end() && es.u8(next) == 0xFF) {
            next++;
        }
        next++;
        next += (flags & 0x10) != 0 ? 2 : 0;
        next += (flags & 0x08) != 0 ? 2 : 0;
        if ((flags & 0x04) != 0) {
            next += next < es.end() ? 1 + es.u8(next) : 1;
        }
        return next < es.end() ? next - at : 0;
    }

    @Override
    public int size(EsBuffer es, int at) {
        if (es.u8(at) != 0x7F || (es.u8(at + 1) & 0xE0) != 0xE0) {
            return 0;
        }
        int control = controlSize(es, at);
        int size = 0;
        int next = at + 2;
        while (next < es.end() && es.u8(next) == 0xFF) {
            size += 255;
            next++;
        }
        size += next < es.end() ? es.u8(next) : 0;
        return control == 0 || size == 0 ? 0 : control + size;
    }

    @Override
    public SoundReader.@Nullable Frame read(EsBuffer es, int at, int size) {
        int packet = at + controlSize(es, at);
        int samples = samples(es, packet, at + size);
        return samples == 0 ? null : new SoundReader.Frame(size, samples, format, es.copy(packet, at + size));
    }

    /** RFC 6716, 3.1: by the first byte and the number of frames. */
    private static int samples(EsBuffer es, int at, int end) {
        int config = es.u8(at) >> 3;
        int each;
        if (config < 12) {
            each = FRAME_SAMPLES[config & 3];
        } else if (config < 16) {
            each = FRAME_SAMPLES[config & 1];
        } else {
            each = 120 << (config & 3);
        }
        int code = es.u8(at) & 3;
        int frames = code == 0 ? 1 : code < 3 ? 2 : at + 1 < end ? es.u8(at + 1) & 63 : 0;
        return each * frames > 5760 ? 0 : each * frames;
    }
}

package io.headend.ingest.ts;

import io.headend.core.AudioFormat;
import io.headend.core.Codec;
import io.headend.core.CodecConfig;
import io.headend.core.MediaException;
import io.headend.formats.BitReader;
import io.headend.formats.BitWriter;
import io.headend.formats.aac.AudioSpecificConfig;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * AAC in LOAS and LATM (ISO/IEC 14496-3, 1.7), given as raw access units: one program, one layer, one frame in each element.
 */
final class LatmFraming implements SoundReader.Framing {

    private @Nullable AudioFormat format;
    private int samples;

    @Override
    public int headerSize() {
        return 3;
    }

    @Override
    public int size(EsBuffer es, int at) {
        boolean sync = es.u8(at) == 0x56 && (es.u8(at + 1) & 0xE0) == 0xE0;
        int size = (es.u8(at + 1) & 0x1F) << 8 | es.u8(at + 2);
        return sync && size > 0 ? 3 + size : 0;
    }

    @Override
    public SoundReader.@Nullable Frame read(EsBuffer es, int at, int size) {
        try {
            BitReader in = new BitReader(es.bytes().slice(at + 3, size - 3));
            if (!in.readFlag()) {
                configure(in);
            }
            AudioFormat known = format;
            if (known == null) {
                return null;
            }
            int length = 0;
            int part;
            do {
                part = in.read(8);
                length += part;
            } while (part == 255);
            ByteBuffer data = ByteBuffer.allocate(Math.min(length, size));
            for (int i = 0; i < length; i++) {
                data.put((byte) in.read(8));
            }
            return new SoundReader.Frame(size, samples, known, data.flip());
        } catch (MediaException e) {
            // Whatever was cut short or is not handled: this frame is left out and counted.
            return null;
        }
    }

    /** StreamMuxConfig. */
    private void configure(BitReader in) {
        boolean version1 = in.readFlag();
        if (version1 && in.readFlag()) {
            throw MediaException.unsupported("LATM of a reserved version");
        }
        if (version1) {
            value(in);
        }
        boolean simple = in.readFlag() && in.read(6) == 0 && in.read(4) == 0 && in.read(3) == 0;
        if (!simple) {
            throw MediaException.unsupported("LATM with several frames, programs or layers in one element");
        }
        BitWriter config = new BitWriter();
        if (version1) {
            int bits = value(in);
            for (int i = 0; i < bits; i++) {
                config.write(1, in.read(1));
            }
        } else {
            copyConfig(in, config);
        }
        if (in.read(3) != 0) {
            throw MediaException.unsupported("LATM with frames of fixed length");
        }
        in.skip(8);
        if (in.readFlag()) {
            if (version1) {
                value(in);
            } else {
                boolean more;
                do {
                    more = in.readFlag();
                    in.skip(8);
                } while (more);
            }
        }
        if (in.readFlag()) {
            in.skip(8);
        }
        AudioSpecificConfig parsed = AudioSpecificConfig.parse(config.toBytes());
        int channels = parsed.parametricStereo() ? 2 : parsed.channelConfiguration();
        if (channels == 0) {
            throw MediaException.unsupported("LATM with a program config element");
        }
        format = AudioFormat.of(
                new CodecConfig(Codec.AAC, "aac", parsed.toBytes()), parsed.outputRate(), channels == 7 ? 8 : channels);
        samples = parsed.frameSize();
    }

    private static int value(BitReader in) {
        int bytes = in.read(2) + 1;
        int value = in.read(8 * bytes);
        if (value < 0 || value > 1 << 16) {
            throw MediaException.malformed("a LATM length of " + (value & 0xFFFF_FFFFL) + " bits");
        }
        return value;
    }

    // AudioSpecificConfig without a length: its syntax tells where it ends.
    private static void copyConfig(BitReader in, BitWriter out) {
        int type = copy(in, out, 5);
        rate(in, out);
        int channels = copy(in, out, 4);
        if (type == 5 || type == 29) {
            rate(in, out);
            type = copy(in, out, 5);
        }
        if (type < 1 || type > 4 || channels == 0) {
            throw MediaException.unsupported("LATM with audio object type " + type + ", channels " + channels);
        }
        copy(in, out, 1);
        if (copy(in, out, 1) == 1) {
            copy(in, out, 14);
        }
        copy(in, out, 1);
    }

    private static void rate(BitReader in, BitWriter out) {
        if (copy(in, out, 4) == 15) {
            copy(in, out, 24);
        }
    }

    private static int copy(BitReader in, BitWriter out, int bits) {
        int value = in.read(bits);
        out.write(bits, value);
        return value;
    }
}

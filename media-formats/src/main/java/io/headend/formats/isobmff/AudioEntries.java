package io.headend.formats.isobmff;

import io.headend.core.AudioFormat;
import io.headend.core.MediaException;
import io.headend.formats.aac.AudioSpecificConfig;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** AudioSampleEntry (ISO/IEC 14496-12, 12.2.3) of each coding. */
final class AudioEntries {

    static final int FIELDS = 28;
    private static final int STREAM_INFO = 34;

    private AudioEntries() {}

    static String type(AudioFormat format) {
        return switch (format.codec().codec()) {
            case AAC, MP3 -> "mp4a";
            case AC3 -> "ac-3";
            case EAC3 -> "ec-3";
            case OPUS -> "Opus";
            case FLAC -> "fLaC";
            default ->
                throw MediaException.unsupported(
                        "there is no sample entry for " + format.codec().name());
        };
    }

    static ByteBuffer fields(AudioFormat format) {
        ByteBuffer out = ByteBuffer.allocate(FIELDS);
        out.position(6);
        out.putShort((short) 1).position(16);
        out.putShort((short) format.channels()).putShort((short) 16).putInt(0);
        // 16.16; a rate that does not fit is said by the codec's own box alone
        return out.putInt(format.sampleRate() > 0xFFFF ? 0 : format.sampleRate() << 16)
                .flip();
    }

    static List<Box> children(AudioFormat format) {
        ByteBuffer record = format.codec().record();
        return List.of(
                switch (format.codec().codec()) {
                    case AAC -> OpaqueBox.full("esds", 0, 0, elementaryStreamDescriptor(0x40, aac(format)));
                    case MP3 -> OpaqueBox.full("esds", 0, 0, elementaryStreamDescriptor(0x6B, ByteBuffer.allocate(0)));
                    case AC3 -> new OpaqueBox("dac3", atLeast(record, 3, "dac3"));
                    case EAC3 -> new OpaqueBox("dec3", atLeast(record, 5, "dec3"));
                    case OPUS -> new OpaqueBox("dOps", opus(format));
                    default -> OpaqueBox.full("dfLa", 0, 0, flac(record));
                });
    }

    private static ByteBuffer aac(AudioFormat format) {
        ByteBuffer record = format.codec().record();
        if (record.hasRemaining()) {
            AudioSpecificConfig.parse(record);
            return record;
        }
        return AudioSpecificConfig.lowComplexity(format.sampleRate(), format.channels())
                .toBytes();
    }

    private static ByteBuffer atLeast(ByteBuffer record, int least, String what) {
        if (record.remaining() < least) {
            throw MediaException.malformed("the track's configuration record is no " + what + " payload");
        }
        return record;
    }

    /** ES_Descriptor of ISO/IEC 14496-1, 7.2.6.5, as ISO/IEC 14496-14 wants it. */
    private static ByteBuffer elementaryStreamDescriptor(int objectType, ByteBuffer specific) {
        int n = specific.remaining();
        if (n > 64) {
            throw MediaException.malformed("an AudioSpecificConfig of " + n + " bytes is too long");
        }
        int info = n == 0 ? 0 : 2 + n; // what has no configuration has no descriptor for it
        ByteBuffer out = ByteBuffer.allocate(5 + 15 + info + 3);
        out.put((byte) 3).put((byte) (21 + info)).putShort((short) 0).put((byte) 0);
        out.put((byte) 4).put((byte) (13 + info)).put((byte) objectType).put((byte) 0x15);
        out.put(new byte[11]);
        if (n > 0) {
            out.put((byte) 5).put((byte) n).put(specific.duplicate());
        }
        out.put((byte) 6).put((byte) 1).put((byte) 2);
        return out.flip();
    }

    /** From {@code OpusHead} (RFC 7845, 5.1), which is little-endian, to the body of {@code dOps}. */
    private static ByteBuffer opus(AudioFormat format) {
        ByteBuffer head = format.codec().record().order(ByteOrder.LITTLE_ENDIAN);
        if (head.remaining() < 19) {
            ByteBuffer plain = ByteBuffer.allocate(11);
            plain.put((byte) 0).put((byte) format.channels()).putShort((short) 312);
            return plain.putInt(format.sampleRate())
                    .putShort((short) 0)
                    .put((byte) 0)
                    .flip();
        }
        int rest = head.remaining() - 18;
        ByteBuffer out = ByteBuffer.allocate(10 + rest);
        out.put((byte) 0)
                .put(head.get(9))
                .putShort(head.getShort(10))
                .putInt(head.getInt(12))
                .putShort(head.getShort(16));
        return out.put(head.position(18)).flip();
    }

    /** A last metadata block of type STREAMINFO. */
    private static ByteBuffer flac(ByteBuffer record) {
        int size = atLeast(record, STREAM_INFO, "STREAMINFO block").remaining();
        ByteBuffer info = record.slice(size - STREAM_INFO, STREAM_INFO);
        if (size > STREAM_INFO && size >= 42 && record.getInt(0) == 0x664C_6143) {
            info = record.slice(8, STREAM_INFO);
        }
        return ByteBuffer.allocate(4 + STREAM_INFO)
                .putInt(0x8000_0000 | STREAM_INFO)
                .put(info)
                .flip();
    }
}

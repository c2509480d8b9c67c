package io.headend.drm.hls;

import io.headend.core.Codec;
import io.headend.core.MediaException;
import io.headend.core.Track;
import io.headend.formats.aac.AudioSpecificConfig;
import io.headend.formats.mpegts.ElementaryStream;
import io.headend.formats.mpegts.TsDescriptor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** How encrypted streams are described (MPEG-2 Stream Encryption Format for HTTP Live Streaming, 2.3). */
final class EncryptedStreams {

    private static final int PRIVATE_DATA_INDICATOR = 0x0F;
    private static final int AC3_SETUP = 10;

    private EncryptedStreams() {}

    static ElementaryStream describe(ElementaryStream clear, Track track) {
        Codec codec = track.format().codec().codec();
        ByteBuffer record = track.format().codec().record();
        List<TsDescriptor> all = new ArrayList<>();
        int type = switch (codec) {
            case AVC -> {
                all.add(indicator("zavc"));
                yield 0xDB;
            }
            case AAC -> {
                AudioSpecificConfig config = AudioSpecificConfig.parse(record);
                all.add(indicator("aacd"));
                all.add(setup(profile(config), record));
                yield 0xCF;
            }
            case AC3 -> {
                all.add(indicator("ac3d"));
                all.add(setup("zac3", ac3(record)));
                yield 0xC1;
            }
            case EAC3 -> {
                all.add(indicator("ec3d"));
                all.add(setup("zec3", record));
                yield 0xC2;
            }
            default ->
                throw MediaException.unsupported("Track '" + track.name() + "' is coded as " + codec
                        + ", which sample encryption of transport streams does not know; use CMAF for it.");
        };
        // the registrations of the clear stream types would name the clear coding
        clear.descriptors().stream()
                .filter(descriptor -> descriptor.tag() != TsDescriptor.REGISTRATION)
                .forEach(all::add);
        return new ElementaryStream(type, clear.pid(), all);
    }

    private static String profile(AudioSpecificConfig config) {
        return config.parametricStereo() ? "zacp" : config.extensionRate() > 0 ? "zach" : "zaac";
    }

    private static TsDescriptor indicator(String name) {
        return new TsDescriptor(PRIVATE_DATA_INDICATOR, StandardCharsets.US_ASCII.encode(name));
    }

    /** {@code audio_setup_information} in a registration descriptor. */
    private static TsDescriptor setup(String type, ByteBuffer data) {
        ByteBuffer out = ByteBuffer.allocate(12 + data.remaining());
        out.put(StandardCharsets.US_ASCII.encode("apad")).put(StandardCharsets.US_ASCII.encode(type));
        out.putShort((short) 0).put((byte) 1).put((byte) data.remaining()).put(data.duplicate());
        return new TsDescriptor(TsDescriptor.REGISTRATION, out.flip());
    }

    /** The first bytes of a syncframe like those of the stream, but for its check sum. */
    private static ByteBuffer ac3(ByteBuffer dac3) {
        if (dac3.remaining() < 3) {
            throw MediaException.malformed("the AC-3 track has no dac3 record");
        }
        int bits = (dac3.get(dac3.position()) & 0xFF) << 16 | (dac3.getShort(dac3.position() + 1) & 0xFFFF);
        int rate = bits >> 22 & 3;
        int bsid = bits >> 17 & 31;
        int bsmod = bits >> 14 & 7;
        int acmod = bits >> 11 & 7;
        int size = bits >> 5 & 31;
        ByteBuffer out = ByteBuffer.allocate(AC3_SETUP).putShort((short) 0x0B77).putShort((short) 0);
        out.put((byte) (rate << 6 | size << 1)).put((byte) (bsid << 3 | bsmod)).put((byte) (acmod << 5));
        return out.clear();
    }
}

package io.headend.formats.aac;

import io.headend.core.MediaException;
import java.nio.ByteBuffer;

/** Writes ADTS headers (ISO/IEC 14496-3, 1.A.2.2) in front of raw access units. */
public final class AdtsHeader {

    /** Bytes of a header without checksum. */
    public static final int SIZE = 7;

    private static final int MAX_FRAME = (1 << 13) - 1;

    private final int profile;
    private final int rateIndex;
    private final int channels;

    private AdtsHeader(int profile, int rateIndex, int channels) {
        this.profile = profile;
        this.rateIndex = rateIndex;
        this.channels = channels;
    }

    /**
     * The headers of a stream; band replication and parametric stereo are left to the decoder to find, as ADTS has no room for them.
     *
     * @throws MediaException {@code UNSUPPORTED} for a sample rate or channel configuration that ADTS cannot say
     */
    public static AdtsHeader of(AudioSpecificConfig config) {
        int index = AudioSpecificConfig.rateIndex(config.sampleRate());
        if (index < 0 || config.channelConfiguration() < 1 || config.channelConfiguration() > 7) {
            throw MediaException.unsupported("ADTS cannot say " + config.sampleRate()
                    + " Hz with channel configuration " + config.channelConfiguration() + "; use CMAF for this sound");
        }
        return new AdtsHeader(config.objectType() - 1, index, config.channelConfiguration());
    }

    /**
     * Writes the header of one access unit.
     *
     * @param payload bytes of the access unit
     * @param out room for {@link #SIZE} bytes
     * @throws MediaException {@code MALFORMED} if it is longer than ADTS can say
     */
    public void write(int payload, ByteBuffer out) {
        int length = payload + SIZE;
        if (length > MAX_FRAME) {
            throw MediaException.malformed("an AAC access unit of " + payload + " bytes is too long");
        }
        out.putShort((short) 0xFFF1);
        out.put((byte) (profile << 6 | rateIndex << 2 | channels >> 2));
        out.put((byte) ((channels & 3) << 6 | length >> 11));
        out.put((byte) (length >> 3));
        out.put((byte) (length << 5 | 0x1F));
        out.put((byte) 0xFC);
    }
}

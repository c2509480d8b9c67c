package io.headend.formats.aac;

import io.headend.core.MediaException;
import io.headend.formats.BitReader;
import io.headend.formats.BitWriter;
import java.nio.ByteBuffer;

/**
 * AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1) of AAC: low complexity, HE and HE v2.
 *
 * @param objectType of the core coding: 1 main, 2 low complexity, 3 SSR, 4 LTP
 * @param sampleRate of the core coding, samples per second
 * @param channelConfiguration 1 to 7 or 11, 12, 14; 0 where a program config element follows (not kept)
 * @param shortFrames frames of 960 samples instead of 1024
 * @param extensionRate sample rate with spectral band replication, 0 without
 * @param parametricStereo whether it is HE-AAC v2
 */
public record AudioSpecificConfig(
        int objectType,
        int sampleRate,
        int channelConfiguration,
        boolean shortFrames,
        int extensionRate,
        boolean parametricStereo) {

    private static final int SBR = 5;
    private static final int PS = 29;
    private static final int SYNC_EXTENSION = 0x2B7;
    private static final int PS_EXTENSION = 0x548;
    private static final int[] RATES = {
        96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350
    };

    public AudioSpecificConfig {
        boolean rates = sampleRate > 0 && sampleRate < 1 << 24 && extensionRate >= 0 && extensionRate < 1 << 24;
        if (objectType < 1 || objectType > 4 || !rates || channelConfiguration < 0 || channelConfiguration > 15) {
            throw MediaException.malformed("AudioSpecificConfig with object type " + objectType + ", " + sampleRate
                    + " Hz and channel configuration " + channelConfiguration + " is not AAC");
        }
        if (parametricStereo && extensionRate == 0) {
            throw MediaException.malformed("AudioSpecificConfig has parametric stereo without band replication");
        }
    }

    /** AAC-LC with frames of 1024 samples. */
    public static AudioSpecificConfig lowComplexity(int sampleRate, int channels) {
        return new AudioSpecificConfig(2, sampleRate, channels == 8 ? 7 : channels, false, 0, false);
    }

    /** The same coding with spectral band replication to twice its rate, as HE-AAC has it. */
    public AudioSpecificConfig withReplication() {
        return new AudioSpecificConfig(
                objectType, sampleRate, channelConfiguration, shortFrames, 2 * sampleRate, parametricStereo);
    }

    /**
     * @throws MediaException {@code MALFORMED} if the bytes are cut short, {@code UNSUPPORTED} for other codings
     *     of MPEG-4 audio
     */
    public static AudioSpecificConfig parse(ByteBuffer bytes) {
        BitReader in = new BitReader(bytes);
        int type = objectType(in);
        int rate = rate(in);
        int channels = in.read(4);
        int extension = 0;
        boolean stereo = false;
        if (type == SBR || type == PS) {
            stereo = type == PS;
            extension = rate(in);
            type = objectType(in);
        }
        if (type < 1 || type > 4) {
            throw MediaException.unsupported(
                    "MPEG-4 audio object type " + type + " is not handled; AAC types 1 to 4 are");
        }
        boolean shortFrames = in.read(1) == 1;
        if (in.read(1) == 1) {
            in.skip(14);
        }
        in.skip(1);
        if (channels == 0) {
            return new AudioSpecificConfig(type, rate, 0, shortFrames, extension, stereo);
        }
        if (extension == 0 && in.remaining() >= 16 && in.read(11) == SYNC_EXTENSION) {
            if (objectType(in) == SBR && in.read(1) == 1) {
                extension = rate(in);
                stereo = in.remaining() >= 12 && in.read(11) == PS_EXTENSION && in.read(1) == 1;
            }
        }
        return new AudioSpecificConfig(type, rate, channels, shortFrames, extension, stereo);
    }

    private static int objectType(BitReader in) {
        int type = in.read(5);
        return type == 31 ? 32 + in.read(6) : type;
    }

    private static int rate(BitReader in) {
        int index = in.read(4);
        if (index == 15) {
            return in.read(24);
        }
        if (index >= RATES.length) {
            throw MediaException.malformed("AudioSpecificConfig has the reserved sampling frequency index " + index);
        }
        return RATES[index];
    }

    /** The bytes, with explicit (hierarchical) signalling of extensions. */
    public ByteBuffer toBytes() {
        BitWriter out = new BitWriter();
        out.write(5, extensionRate == 0 ? objectType : parametricStereo ? PS : SBR);
        rate(out, sampleRate);
        out.write(4, channelConfiguration);
        if (extensionRate != 0) {
            rate(out, extensionRate);
            out.write(5, objectType);
        }
        out.write(1, shortFrames ? 1 : 0);
        out.write(2, 0);
        return out.toBytes();
    }

    private static void rate(BitWriter out, int rate) {
        for (int i = 0; i < RATES.length; i++) {
            if (RATES[i] == rate) {
                out.write(4, i);
                return;
            }
        }
        out.write(4, 15);
        out.write(24, rate);
    }

    /** Index of a sample rate in the table of ISO/IEC 14496-3, 1.6.3.3, or -1. */
    static int rateIndex(int rate) {
        for (int i = 0; i < RATES.length; i++) {
            if (RATES[i] == rate) {
                return i;
            }
        }
        return -1;
    }

    /** The object type that a codec string names: 5 or 29 with extensions, else that of the core. */
    public int signalledObjectType() {
        return extensionRate == 0 ? objectType : parametricStereo ? PS : SBR;
    }

    /** Samples per second that a decoder gives. */
    public int outputRate() {
        return extensionRate == 0 ? sampleRate : extensionRate;
    }

    /** Samples per access unit and channel that a decoder gives. */
    public int frameSize() {
        int core = shortFrames ? 960 : 1024;
        return extensionRate > sampleRate ? core * 2 : core;
    }
}

package io.headend.formats.flv;

import org.jspecify.annotations.Nullable;

/** Codings of sound in FLV and RTMP, by number (FLV 10.1, E.4.2.1) or by FourCC (Enhanced RTMP v2). */
public enum AudioCodec {
    PCM_PLATFORM(0, ""),
    ADPCM(1, ""),
    MP3(2, ".mp3"),
    PCM_LITTLE_ENDIAN(3, ""),
    NELLYMOSER_16K(4, ""),
    NELLYMOSER_8K(5, ""),
    NELLYMOSER(6, ""),
    G711_A(7, ""),
    G711_MU(8, ""),
    AAC(10, "mp4a"),
    SPEEX(11, ""),
    MP3_8K(14, ""),
    DEVICE(15, ""),
    AC3(-1, "ac-3"),
    EAC3(-1, "ec-3"),
    OPUS(-1, "Opus"),
    FLAC(-1, "fLaC");

    private final int id;
    private final String fourCc;

    AudioCodec(int id, String fourCc) {
        this.id = id;
        this.fourCc = fourCc;
    }

    /** The number in a header without FourCC, or -1. */
    public int id() {
        return id;
    }

    /** Empty where there is none. */
    public String fourCc() {
        return fourCc;
    }

    static @Nullable AudioCodec ofId(int id) {
        for (AudioCodec codec : values()) {
            if (codec.id == id) {
                return codec;
            }
        }
        return null;
    }

    static @Nullable AudioCodec ofFourCc(String fourCc) {
        for (AudioCodec codec : values()) {
            if (!codec.fourCc.isEmpty() && codec.fourCc.equals(fourCc)) {
                return codec;
            }
        }
        return null;
    }
}

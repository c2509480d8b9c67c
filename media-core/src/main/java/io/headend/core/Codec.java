package io.headend.core;

/** The codings this product names. Anything else travels as {@code OTHER_*} with FFmpeg's name beside it. */
public enum Codec {
    /** ITU-T H.264. Samples are length-prefixed NAL units, configuration is an {@code avcC} payload. */
    AVC(Kind.VIDEO),
    /** ITU-T H.265. Samples are length-prefixed NAL units, configuration is an {@code hvcC} payload. */
    HEVC(Kind.VIDEO),
    AV1(Kind.VIDEO),
    VP9(Kind.VIDEO),
    VP8(Kind.VIDEO),
    MPEG2_VIDEO(Kind.VIDEO),
    /** Uncompressed pictures: planes of {@link VideoFormat#pixelFormat()} one after another, rows without padding. */
    RAW_VIDEO(Kind.VIDEO),
    OTHER_VIDEO(Kind.VIDEO),
    /** MPEG-4 AAC, raw access units without ADTS; configuration is an AudioSpecificConfig. */
    AAC(Kind.AUDIO),
    AC3(Kind.AUDIO),
    EAC3(Kind.AUDIO),
    OPUS(Kind.AUDIO),
    FLAC(Kind.AUDIO),
    MP2(Kind.AUDIO),
    MP3(Kind.AUDIO),
    /** Interleaved signed 16-bit little-endian samples. */
    PCM_S16LE(Kind.AUDIO),
    OTHER_AUDIO(Kind.AUDIO),
    WEBVTT(Kind.TEXT),
    IMSC1(Kind.TEXT),
    OTHER_TEXT(Kind.TEXT),
    SCTE35(Kind.DATA),
    ID3(Kind.DATA),
    OTHER_DATA(Kind.DATA);

    /** What a coding carries. */
    public enum Kind {
        VIDEO,
        AUDIO,
        TEXT,
        DATA
    }

    private final Kind kind;

    Codec(Kind kind) {
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}

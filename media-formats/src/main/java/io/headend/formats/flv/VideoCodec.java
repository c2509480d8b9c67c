package io.headend.formats.flv;

import org.jspecify.annotations.Nullable;

/** Codings of pictures in FLV and RTMP, by number (FLV 10.1, E.4.3.1) or by FourCC (Enhanced RTMP v2). */
public enum VideoCodec {
    SORENSON_H263(2, ""),
    SCREEN_VIDEO(3, ""),
    VP6(4, ""),
    VP6_ALPHA(5, ""),
    SCREEN_VIDEO_2(6, ""),
    AVC(7, "avc1"),
    /** Number 12 is in wide use without a specification; its layout is that of AVC. */
    HEVC(12, "hvc1"),
    VVC(-1, "vvc1"),
    AV1(-1, "av01"),
    VP8(-1, "vp08"),
    VP9(-1, "vp09");

    private final int id;
    private final String fourCc;

    VideoCodec(int id, String fourCc) {
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

    /** Whether coded pictures carry a composition time. */
    boolean reorders() {
        return this == AVC || this == HEVC || this == VVC;
    }

    static @Nullable VideoCodec ofId(int id) {
        for (VideoCodec codec : values()) {
            if (codec.id == id) {
                return codec;
            }
        }
        return null;
    }

    static @Nullable VideoCodec ofFourCc(String fourCc) {
        for (VideoCodec codec : values()) {
            if (!codec.fourCc.isEmpty() && codec.fourCc.equals(fourCc)) {
                return codec;
            }
        }
        return null;
    }
}

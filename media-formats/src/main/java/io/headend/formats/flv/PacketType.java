package io.headend.formats.flv;

import org.jspecify.annotations.Nullable;

/** What a message carries (VideoPacketType and AudioPacketType of Enhanced RTMP v2; AVCPacketType and AACPacketType before). */
public enum PacketType {
    /** The decoder configuration record. */
    SEQUENCE_START(0, 0),
    /** Coded data; in a video message with a composition time where the coding reorders. */
    CODED_FRAMES(1, 1),
    SEQUENCE_END(2, 2),
    /** Coded pictures whose composition time is 0. */
    CODED_FRAMES_X(3, -1),
    /** Metadata such as colour, in AMF; video only. */
    METADATA(4, -1),
    /** A configuration in the form of a transport stream's descriptor; video only. */
    MPEG2TS_SEQUENCE_START(5, -1),
    /** Order of channels; audio only. */
    MULTICHANNEL_CONFIG(-1, 4);

    static final int VIDEO_MULTITRACK = 6;
    static final int AUDIO_MULTITRACK = 5;
    static final int MOD_EX = 7;

    private final int video;
    private final int audio;

    PacketType(int video, int audio) {
        this.video = video;
        this.audio = audio;
    }

    int value(boolean ofVideo) {
        return ofVideo ? video : audio;
    }

    static @Nullable PacketType of(boolean ofVideo, int value) {
        for (PacketType type : values()) {
            if (type.value(ofVideo) == value) {
                return type;
            }
        }
        return null;
    }
}

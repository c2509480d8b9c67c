package io.headend.ingest.rtmp;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.formats.flv.AudioMessage;
import io.headend.formats.flv.PacketType;
import io.headend.formats.flv.VideoMessage;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What the relay reads out of a message before it passes it on.
 *
 * @param configuration a sequence header or the like, kept for those who join later
 * @param keyFrame pictures of the main track from which decoding can start
 * @param coded pictures or sound
 * @param slot what the configuration replaces: one of the same slot
 */
record MessageTraits(boolean configuration, boolean keyFrame, boolean coded, String slot) {

    private static final MessageTraits OTHER = new MessageTraits(false, false, false, "");
    private static final MessageTraits OPAQUE = new MessageTraits(false, false, true, "");

    /** {@code null} where the message is damaged and goes no further. */
    static @Nullable MessageTraits of(int type, ByteBuffer payload) {
        if (!payload.hasRemaining()) {
            return type == MessageType.AUDIO || type == MessageType.VIDEO ? null : OTHER;
        }
        try {
            return switch (type) {
                case MessageType.VIDEO -> of(VideoMessage.parse(payload));
                case MessageType.AUDIO -> of(AudioMessage.parse(payload));
                default -> OTHER;
            };
        } catch (MediaException e) {
            // What is not known here may be known to the viewers.
            return e.code() == MediaErrorCode.UNSUPPORTED ? OPAQUE : null;
        }
    }

    private static MessageTraits of(VideoMessage message) {
        if (message.tracks().isEmpty()) {
            return OTHER;
        }
        int track = message.tracks().get(0).trackId();
        return switch (message.packetType()) {
            case CODED_FRAMES, CODED_FRAMES_X ->
                new MessageTraits(false, message.keyFrame() && mainTrack(message), true, "");
            case SEQUENCE_END -> OTHER;
            default -> new MessageTraits(true, false, false, "v" + message.packetType() + track);
        };
    }

    private static boolean mainTrack(VideoMessage message) {
        return message.tracks().stream().anyMatch(track -> track.trackId() == 0);
    }

    private static MessageTraits of(AudioMessage message) {
        int track = message.tracks().get(0).trackId();
        PacketType packet = message.packetType();
        if (packet == PacketType.CODED_FRAMES) {
            return OPAQUE;
        }
        return packet == PacketType.SEQUENCE_END ? OTHER : new MessageTraits(true, false, false, "a" + packet + track);
    }
}

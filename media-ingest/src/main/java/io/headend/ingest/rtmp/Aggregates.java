package io.headend.ingest.rtmp;

import io.headend.core.MediaException;
import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;

/** Takes aggregate messages apart (RTMP 1.0, 7.1.6): messages with the headers of FLV tags, one after another. */
final class Aggregates {

    private static final int HEADER = 11;
    private static final int BACK_POINTER = 4;

    private Aggregates() {}

    /**
     * @param whole stays the caller's
     * @param to takes over each message
     * @throws MediaException {@code MALFORMED} if a part is longer than what is there
     */
    static void split(RtmpMessage whole, Consumer<RtmpMessage> to) {
        ByteBuf in = whole.payload().duplicate();
        boolean first = true;
        int shift = 0;
        while (in.readableBytes() >= HEADER) {
            int type = in.readUnsignedByte() & 0x1F;
            int length = in.readUnsignedMedium();
            int timestamp = in.readUnsignedMedium() | in.readByte() << 24;
            in.skipBytes(3);
            if (length > in.readableBytes()) {
                throw MediaException.malformed("an aggregate message is cut short");
            }
            if (first) {
                // The times inside are relative to that of the whole.
                shift = whole.timestamp() - timestamp;
                first = false;
            }
            RtmpMessage part = new RtmpMessage(type, whole.streamId(), timestamp + shift, in.readRetainedSlice(length));
            in.skipBytes(Math.min(BACK_POINTER, in.readableBytes()));
            if (type == MessageType.AUDIO || type == MessageType.VIDEO || type == MessageType.DATA_AMF0) {
                to.accept(part);
            } else {
                part.release();
            }
        }
    }
}

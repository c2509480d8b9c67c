package io.headend.ingest.rtmp;

import io.netty.buffer.ByteBuf;

/**
 * One whole message.
 *
 * @param type see {@link MessageType}
 * @param streamId message stream, 0 for the connection itself
 * @param timestamp milliseconds, 32 bits, unsigned
 * @param payload belongs to whoever holds the message
 */
record RtmpMessage(int type, int streamId, int timestamp, ByteBuf payload) {

    void release() {
        payload.release();
    }
}

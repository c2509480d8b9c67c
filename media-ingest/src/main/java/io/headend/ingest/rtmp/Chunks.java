package io.headend.ingest.rtmp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** Cuts messages into chunks: a type 0 header with the absolute timestamp, then type 3 (RTMP 1.0, 5.3.1). */
final class Chunks {

    /** Size announced to every peer; pictures of usual size travel in one chunk. */
    static final int SIZE = 65_536;

    static final int CONTROL = 2;
    static final int COMMAND = 3;
    static final int AUDIO = 4;
    static final int DATA = 5;
    static final int VIDEO = 6;

    private static final int EXTENDED = 0xFF_FFFF;
    private static final int HEADER = 12;

    private Chunks() {}

    /** Bytes before the payload. */
    static int headerSize(int timestamp) {
        return isExtended(timestamp) ? HEADER + 4 : HEADER;
    }

    private static boolean isExtended(int timestamp) {
        return Integer.compareUnsigned(timestamp, EXTENDED) >= 0;
    }

    private static int continuationSize(int timestamp) {
        return isExtended(timestamp) ? 5 : 1;
    }

    static int chunkStream(int type) {
        return switch (type) {
            case MessageType.AUDIO -> AUDIO;
            case MessageType.VIDEO -> VIDEO;
            case MessageType.DATA_AMF0, MessageType.DATA_AMF3 -> DATA;
            case MessageType.COMMAND_AMF0, MessageType.COMMAND_AMF3 -> COMMAND;
            default -> CONTROL;
        };
    }

    /**
     * @param payload read from its reader index on; not moved, not released
     * @return a direct buffer that the caller owns
     */
    static ByteBuf write(
            ByteBufAllocator alloc, int type, int streamId, int timestamp, ByteBuf payload, int chunkSize) {
        int length = payload.readableBytes();
        int continuations = Math.max(0, (length - 1) / chunkSize);
        int size = headerSize(timestamp) + length + continuations * continuationSize(timestamp);
        ByteBuf out = alloc.directBuffer(size, size);
        int chunkStream = chunkStream(type);
        boolean extended = isExtended(timestamp);
        out.writeByte(chunkStream);
        out.writeMedium(extended ? EXTENDED : timestamp);
        out.writeMedium(length);
        out.writeByte(type);
        out.writeIntLE(streamId);
        if (extended) {
            out.writeInt(timestamp);
        }
        int at = payload.readerIndex();
        int left = length;
        while (true) {
            int n = Math.min(left, chunkSize);
            out.writeBytes(payload, at, n);
            at += n;
            left -= n;
            if (left == 0) {
                return out;
            }
            out.writeByte(0xC0 | chunkStream);
            if (extended) {
                out.writeInt(timestamp);
            }
        }
    }

    /** Copies the payload out of the chunks that {@link #write} made with {@link #SIZE}. */
    static void copyPayload(ByteBuf chunks, int timestamp, int length, byte[] to, int offset) {
        int at = chunks.readerIndex() + headerSize(timestamp);
        int done = 0;
        while (done < length) {
            int n = Math.min(SIZE, length - done);
            chunks.getBytes(at, to, offset + done, n);
            done += n;
            at += n + continuationSize(timestamp);
        }
    }
}

package io.headend.ingest.rtmp;

import io.headend.core.MediaException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts messages together from chunks (RTMP 1.0, 5.3). Set Chunk Size and Abort are obeyed here, where they take effect; the rest is
 * passed on. What a peer can make it hold is bounded: message length, chunk streams, bytes of unfinished messages.
 */
final class ChunkDecoder extends ByteToMessageDecoder {

    private static final int EXTENDED = 0xFF_FFFF;
    private static final int FIRST_ALLOCATION = 4096;

    private static final class ChunkStream {
        int timestamp;
        int delta;
        int field;
        boolean extended;
        int length;
        int type;
        int streamId;
        boolean known;

        @Nullable
        ByteBuf partial;
    }

    private final RtmpLimits limits;
    private final Map<Integer, ChunkStream> streams = new HashMap<>();
    private int chunkSize = 128;
    private long pending;
    private @Nullable ChunkStream current;
    private int chunkLeft;
    private long received;
    private boolean broken;

    ChunkDecoder(RtmpLimits limits) {
        this.limits = limits;
    }

    /** Bytes received behind the handshake. */
    long received() {
        return received;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object bytes) throws Exception {
        if (bytes instanceof ByteBuf buffer) {
            received += buffer.readableBytes();
        }
        super.channelRead(ctx, bytes);
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (broken) {
            in.skipBytes(in.readableBytes());
            return;
        }
        try {
            decodeSome(ctx, in, out);
        } catch (MediaException e) {
            // Nothing can be made of what follows, however much of it has come already.
            broken = true;
            throw e;
        }
    }

    private void decodeSome(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        ChunkStream stream = current;
        if (stream == null) {
            stream = readHeader(in);
            if (stream == null) {
                return;
            }
            current = stream;
            ByteBuf partial = stream.partial;
            int have = partial == null ? 0 : partial.readableBytes();
            chunkLeft = Math.min(chunkSize, stream.length - have);
        }
        readPayload(ctx.alloc(), stream, in, out);
    }

    private void readPayload(ByteBufAllocator alloc, ChunkStream stream, ByteBuf in, List<Object> out) {
        ByteBuf partial = stream.partial;
        if (partial == null) {
            // The length is only what the peer says; memory grows with what it sends.
            partial = alloc.buffer(
                    Math.min(stream.length, Math.max(in.readableBytes(), FIRST_ALLOCATION)),
                    Math.max(1, stream.length));
            stream.partial = partial;
        }
        int n = Math.min(chunkLeft, in.readableBytes());
        partial.writeBytes(in, n);
        chunkLeft -= n;
        pending += n;
        if (pending > limits.maxPendingBytes()) {
            throw MediaException.malformed(
                    "the peer keeps more than " + limits.maxPendingBytes() + " bytes in unfinished messages");
        }
        if (chunkLeft > 0) {
            return;
        }
        current = null;
        if (partial.readableBytes() == stream.length) {
            stream.partial = null;
            pending -= stream.length;
            RtmpMessage message = new RtmpMessage(stream.type, stream.streamId, stream.timestamp, partial);
            if (!obeyed(message)) {
                out.add(message);
            }
        }
    }

    /** Reads a chunk's headers; {@code null} and nothing consumed if they are not all there. */
    private @Nullable ChunkStream readHeader(ByteBuf in) {
        int start = in.readerIndex();
        int readable = in.readableBytes();
        if (readable < 1) {
            return null;
        }
        int first = in.getByte(start) & 0xFF;
        int format = first >> 6;
        int id = first & 63;
        int at = 1;
        if (id == 0) {
            at = 2;
        } else if (id == 1) {
            at = 3;
        }
        int headerSize = format == 0 ? 11 : format == 1 ? 7 : format == 2 ? 3 : 0;
        if (readable < at + headerSize) {
            return null;
        }
        if (id == 0) {
            id = 64 + in.getUnsignedByte(start + 1);
        } else if (id == 1) {
            id = 64 + in.getUnsignedShortLE(start + 1);
        }
        ChunkStream stream = streams.get(id);
        if (stream == null) {
            if (streams.size() >= limits.maxChunkStreams()) {
                throw MediaException.malformed(
                        "the peer uses more than " + limits.maxChunkStreams() + " chunk streams");
            }
            stream = new ChunkStream();
            streams.put(id, stream);
        }
        if (format == 3) {
            return continued(stream, in, start + at, readable - at);
        }
        return started(stream, format, in, start + at, readable - at);
    }

    private @Nullable ChunkStream started(ChunkStream stream, int format, ByteBuf in, int at, int readable) {
        int field = in.getUnsignedMedium(at);
        int size = format == 0 ? 11 : format == 1 ? 7 : 3;
        boolean extended = field == EXTENDED;
        if (extended) {
            if (readable < size + 4) {
                return null;
            }
            field = in.getInt(at + size);
        }
        if (stream.partial != null) {
            throw MediaException.malformed("a message begins on a chunk stream where another is not finished");
        }
        if (format > 0 && !stream.known) {
            throw MediaException.malformed("a chunk stream begins without a full header");
        }
        if (format <= 1) {
            int length = in.getUnsignedMedium(at + 3);
            if (length > limits.maxMessageBytes()) {
                throw MediaException.malformed("a message of " + length + " bytes is longer than the "
                        + limits.maxMessageBytes() + " allowed");
            }
            stream.length = length;
            stream.type = in.getUnsignedByte(at + 6);
        }
        if (format == 0) {
            stream.streamId = in.getIntLE(at + 7);
            stream.timestamp = field;
        } else {
            stream.timestamp += field;
        }
        stream.delta = field;
        stream.field = field;
        stream.extended = extended;
        stream.known = true;
        in.readerIndex(at + size + (extended ? 4 : 0));
        return stream;
    }

    private @Nullable ChunkStream continued(ChunkStream stream, ByteBuf in, int at, int readable) {
        if (!stream.known) {
            throw MediaException.malformed("a chunk stream begins without a full header");
        }
        int skip = 0;
        if (stream.extended) {
            if (readable < 4) {
                return null;
            }
            // Some senders leave the extended timestamp out of type 3 chunks.
            skip = in.getInt(at) == stream.field ? 4 : 0;
        }
        if (stream.partial == null) {
            stream.timestamp += stream.delta;
        }
        in.readerIndex(at + skip);
        return stream;
    }

    private boolean obeyed(RtmpMessage message) {
        ByteBuf payload = message.payload();
        if (message.type() == MessageType.SET_CHUNK_SIZE) {
            int size = payload.readableBytes() < 4 ? 0 : payload.getInt(payload.readerIndex());
            payload.release();
            if (size < 1) {
                throw MediaException.malformed("the peer sets a chunk size of " + size);
            }
            chunkSize = size;
            return true;
        }
        if (message.type() == MessageType.ABORT) {
            int id = payload.readableBytes() < 4 ? 0 : payload.getInt(payload.readerIndex());
            payload.release();
            ChunkStream stream = streams.get(id);
            if (stream != null) {
                drop(stream);
            }
            return true;
        }
        return false;
    }

    private void drop(ChunkStream stream) {
        ByteBuf partial = stream.partial;
        if (partial != null) {
            pending -= partial.readableBytes();
            partial.release();
            stream.partial = null;
        }
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext ctx) {
        streams.values().forEach(this::drop);
    }
}

package io.headend.ingest.rtmp;

import io.headend.formats.flv.FlvTag;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way to the viewers: cut into chunks once, the bytes shared by all of them.
 *
 * <p><b>Ownership:</b> whoever holds one has one reference; {@link #retain} makes another.
 */
final class RelayMessage {

    /** What the relay must know of a message. */
    record Traits(int type, boolean configuration, boolean syncPoint, boolean coded) {}

    private static final int OVERHEAD = 256;

    private final Traits traits;
    private final long sequence;
    private final int configVersion;
    private final int sourceTimestamp;
    private final int timestamp;
    private final int length;
    private final long arrivalNanos;
    private final ByteBuf chunks;
    private volatile @Nullable ByteBuffer flv;

    RelayMessage(
            Traits traits,
            long sequence,
            int configVersion,
            int sourceTimestamp,
            int timestamp,
            int length,
            long arrivalNanos,
            ByteBuf chunks) {
        this.traits = traits;
        this.sequence = sequence;
        this.configVersion = configVersion;
        this.sourceTimestamp = sourceTimestamp;
        this.timestamp = timestamp;
        this.length = length;
        this.arrivalNanos = arrivalNanos;
        this.chunks = chunks;
    }

    int type() {
        return traits.type();
    }

    Traits traits() {
        return traits;
    }

    /** Counts the messages of a stream. */
    long sequence() {
        return sequence;
    }

    /** Of the sequence headers that this message needs. */
    int configVersion() {
        return configVersion;
    }

    /** As the publisher said it. */
    int sourceTimestamp() {
        return sourceTimestamp;
    }

    /** As the viewers see it: it goes on where the publisher before stopped. */
    int timestamp() {
        return timestamp;
    }

    /** Payload bytes. */
    int length() {
        return length;
    }

    /** Memory that it holds, at least: small messages cost more than their payload. */
    int weight() {
        return length + OVERHEAD;
    }

    long arrivalNanos() {
        return arrivalNanos;
    }

    /** With message stream id 1; not retained for the caller. */
    ByteBuf chunks() {
        return chunks;
    }

    RelayMessage retain() {
        chunks.retain();
        return this;
    }

    void release() {
        chunks.release();
    }

    /** The same as an FLV tag, made by whoever asks first; lives on the heap and on its own. */
    ByteBuffer flvTag() {
        ByteBuffer made = flv;
        if (made == null) {
            byte[] bytes = new byte[FlvTag.HEADER_SIZE + length + 4];
            ByteBuffer out = ByteBuffer.wrap(bytes);
            FlvTag.putHeader(out, type(), timestamp, length);
            Chunks.copyPayload(chunks, timestamp, length, bytes, FlvTag.HEADER_SIZE);
            out.position(FlvTag.HEADER_SIZE + length);
            out.putInt(FlvTag.HEADER_SIZE + length);
            made = out.flip().asReadOnlyBuffer();
            flv = made;
        }
        return made.duplicate();
    }

    /** The payload on the heap. */
    ByteBuffer payload() {
        return flvTag().slice(FlvTag.HEADER_SIZE, length);
    }
}

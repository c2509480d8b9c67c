package io.headend.packaging;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A CMAF chunk: one {@code moof} and its {@code mdat}, built once. Its bytes serve the low-latency part, the chunk of a transfer and, one
 * behind the other, the whole segment.
 *
 * @param parts the bytes in order, for a gathering write; lent by the muxer until the call that was given the chunk returns
 * @param bytes their sum
 * @param start presentation time of the first sample, in the timebase of the track
 * @param duration in the timebase of the track
 * @param independent whether it begins with a sync sample
 */
public record Chunk(List<ByteBuffer> parts, int bytes, long start, long duration, boolean independent) {

    private static final int STYP = 0x7374_7970;

    /** All bytes in one heap buffer of their own. */
    ByteBuffer copy() {
        ByteBuffer whole = ByteBuffer.allocate(bytes);
        for (ByteBuffer part : parts) {
            whole.put(part.duplicate());
        }
        return whole.flip().asReadOnlyBuffer();
    }

    /** The same times with other bytes. */
    Chunk as(ByteBuffer other) {
        return new Chunk(List.of(other), other.remaining(), start, duration, independent);
    }

    /** The same with other boxes before the {@code moof}, behind the {@code styp} where it has one. */
    Chunk with(ByteBuffer boxes) {
        ByteBuffer header = parts.get(0).duplicate();
        int at = header.remaining() >= 8 && header.getInt(header.position() + 4) == STYP
                ? header.getInt(header.position())
                : 0;
        List<ByteBuffer> all = new ArrayList<>(parts.size() + 2);
        if (at > 0) {
            all.add(header.slice(header.position(), at));
        }
        all.add(boxes);
        all.add(header.slice(header.position() + at, header.remaining() - at));
        all.addAll(parts.subList(1, parts.size()));
        return new Chunk(all, Math.addExact(bytes, boxes.remaining()), start, duration, independent);
    }
}

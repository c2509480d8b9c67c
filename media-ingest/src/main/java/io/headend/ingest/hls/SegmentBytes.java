package io.headend.ingest.hls;

import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;

/** Two arrays one after the other as a channel. One thread. */
final class SegmentBytes implements SeekableByteChannel {

    private final byte[] first;
    private final byte[] second;
    private long position;
    private boolean open = true;

    SegmentBytes(byte[] first, byte[] second) {
        this.first = first;
        this.second = second;
    }

    @Override
    public int read(ByteBuffer target) throws ClosedChannelException {
        if (!open) {
            throw new ClosedChannelException();
        }
        if (position >= size()) {
            return -1;
        }
        boolean head = position < first.length;
        byte[] from = head ? first : second;
        int at = (int) (head ? position : position - first.length);
        int count = Math.min(target.remaining(), from.length - at);
        target.put(from, at, count);
        position += count;
        return count;
    }

    @Override
    public int write(ByteBuffer source) {
        throw new NonWritableChannelException();
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public SegmentBytes position(long newPosition) {
        position = newPosition;
        return this;
    }

    @Override
    public long size() {
        return (long) first.length + second.length;
    }

    @Override
    public SegmentBytes truncate(long size) {
        throw new NonWritableChannelException();
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() {
        open = false;
    }
}

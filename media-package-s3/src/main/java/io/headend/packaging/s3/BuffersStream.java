package io.headend.packaging.s3;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;

/** Reads buffers one behind the other, without a copy of all of them. */
final class BuffersStream extends InputStream {

    private final List<ByteBuffer> parts;
    private int index;

    BuffersStream(List<ByteBuffer> parts) {
        this.parts = parts;
    }

    private boolean atEnd() {
        while (index < parts.size() && !parts.get(index).hasRemaining()) {
            index++;
        }
        return index == parts.size();
    }

    @Override
    public int read() {
        return atEnd() ? -1 : parts.get(index).get() & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (length == 0) {
            return 0;
        }
        if (atEnd()) {
            return -1;
        }
        ByteBuffer part = parts.get(index);
        int count = Math.min(length, part.remaining());
        part.get(into, offset, count);
        return count;
    }

    @Override
    public int available() {
        long left = 0;
        for (ByteBuffer part : parts) {
            left += part.remaining();
        }
        return (int) Math.min(Integer.MAX_VALUE, left);
    }
}

package io.headend.packaging;

import io.headend.core.http.MediaBody;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** A segment in memory: the chunks that it has so far. Guarded by the lock of its store. */
final class Segment implements StoreReader.Entry {

    private final long number;
    private final List<ByteBuffer> chunks = new ArrayList<>(2);
    private final CRC32 crc = new CRC32();
    private long bytes;
    private @Nullable StoredObject whole;

    Segment(long number) {
        this.number = number;
    }

    long number() {
        return number;
    }

    long bytes() {
        return bytes;
    }

    boolean isComplete() {
        return whole != null;
    }

    void add(ByteBuffer chunk) {
        chunks.add(chunk);
        crc.update(chunk.duplicate());
        bytes += chunk.remaining();
    }

    void complete() {
        whole = new StoredObject(new MediaBody.Bytes(chunks), EntityTag.of(crc, bytes));
    }

    @Override
    public @Nullable StoredObject whole() {
        return whole;
    }

    @Override
    public @Nullable StoredObject chunk(int index) {
        if (index < 0 || index >= chunks.size()) {
            return null;
        }
        ByteBuffer chunk = chunks.get(index);
        return new StoredObject(new MediaBody.Bytes(chunk), EntityTag.of(chunk));
    }
}

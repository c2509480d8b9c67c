package io.headend.packaging;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.http.MediaBody;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A segment of an {@link ObjectSegmentStore}: in memory while it grows, then acknowledged by the storage, in memory for as long as
 * there is room. Guarded by the lock of its store.
 */
final class StoredSegment implements StoreReader.Entry {

    private final String name;
    private final ObjectStorage storage;
    private @Nullable Segment memory;
    private String tag = "";
    private long size;
    private boolean acknowledged;

    /** One that begins. */
    StoredSegment(String name, long number, ObjectStorage storage) {
        this.name = name;
        this.storage = storage;
        this.memory = new Segment(number);
    }

    /** One that an earlier run stored. */
    StoredSegment(String name, ObjectStorage storage, long size) {
        this.name = name;
        this.storage = storage;
        this.size = size;
        this.acknowledged = true;
    }

    String name() {
        return name;
    }

    boolean isAcknowledged() {
        return acknowledged;
    }

    long bytesInMemory() {
        return memory == null ? 0 : memory.bytes();
    }

    void add(ByteBuffer chunk) {
        Segment growing = memory;
        if (growing == null || acknowledged || growing.isComplete()) {
            throw new MediaException(MediaErrorCode.CONFLICT, "segment " + name + " is complete");
        }
        growing.add(chunk);
    }

    /** All that was added; nothing more may be. */
    MediaBody.Bytes seal() {
        Segment growing = memory;
        if (growing == null || growing.bytes() == 0) {
            throw new MediaException(MediaErrorCode.INVALID_STATE, "segment " + name + " has no bytes");
        }
        if (!growing.isComplete()) {
            growing.complete();
        }
        StoredObject whole = growing.whole();
        if (whole == null || !(whole.body() instanceof MediaBody.Bytes bytes)) {
            throw new IllegalStateException("a complete segment in memory has bytes");
        }
        tag = whole.entityTag();
        size = bytes.length();
        return bytes;
    }

    /** The storage has it. */
    void acknowledge() {
        acknowledged = true;
    }

    /** Lets the bytes in memory go. */
    void forget() {
        memory = null;
    }

    @Override
    public @Nullable StoredObject whole() {
        if (!acknowledged) {
            return null;
        }
        StoredObject near = memory == null ? null : memory.whole();
        return near != null ? near : new StoredObject(new MediaBody.Pulled(new Fetch(), size), tag);
    }

    @Override
    public @Nullable StoredObject chunk(int index) {
        return memory == null ? null : memory.chunk(index);
    }

    /** The object, asked for when the first of its bytes are. */
    private final class Fetch implements MediaBody.ChunkSource {
        private boolean asked;

        @Override
        public CompletionStage<Optional<ByteBuffer>> next() {
            if (asked) {
                return CompletableFuture.completedFuture(Optional.empty());
            }
            asked = true;
            return storage.get(name).thenApply(found -> {
                MediaBody.Bytes bytes = found.orElseThrow(() ->
                        new MediaException(MediaErrorCode.IO, "object " + name + " is no longer where it was stored"));
                return Optional.of(ObjectCalls.joined(bytes));
            });
        }

        @Override
        public void close() {}
    }
}

package io.headend.packaging;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import java.nio.ByteBuffer;
import java.util.Set;

/** A heap store whose writer refuses some segments, as a full disk does. */
final class FaultyStore implements SegmentStore {

    private final HeapSegmentStore store = HeapSegmentStore.builder().build();
    private final Set<Long> refused;
    private final boolean refusesManifests;

    FaultyStore(Set<Long> refused) {
        this(refused, false);
    }

    FaultyStore(Set<Long> refused, boolean refusesManifests) {
        this.refused = refused;
        this.refusesManifests = refusesManifests;
    }

    long bytes() {
        return store.bytes();
    }

    @Override
    public SegmentWriter writer() {
        SegmentWriter writer = store.writer();
        return new SegmentWriter() {
            @Override
            public void init(String rendition, String name, ByteBuffer bytes) {
                writer.init(rendition, name, bytes);
            }

            @Override
            public void append(String rendition, long number, Chunk chunk) {
                if (refused.contains(number)) {
                    throw new MediaException(MediaErrorCode.IO, "cannot write segment: No space left on device");
                }
                writer.append(rendition, number, chunk);
            }

            @Override
            public void complete(String rendition, long number) {
                writer.complete(rendition, number);
            }

            @Override
            public void drop(String rendition, long number) {
                writer.drop(rendition, number);
            }

            @Override
            public long oldest(String rendition) {
                return writer.oldest(rendition);
            }

            @Override
            public void publish(Presentation presentation) {
                if (refusesManifests) {
                    throw new MediaException(MediaErrorCode.IO, "cannot write manifests: No space left on device");
                }
                writer.publish(presentation);
            }

            @Override
            public void discard() {
                writer.discard();
            }
        };
    }

    @Override
    public SegmentReader reader() {
        return store.reader();
    }

    @Override
    public void close() {
        store.close();
    }
}

package io.headend.packaging;

import java.nio.file.Path;

/** Keeps segments and manifests below a directory. */
public final class FileSegmentStore implements SegmentStore {

    private FileSegmentStore() {}

    /**
     * @param directory made where it does not exist
     * @throws io.headend.core.MediaException {@code ACCESS_DENIED} or {@code IO} if nothing can be written there
     */
    public static FileSegmentStore open(Path directory) {
        throw new UnsupportedOperationException(directory.toString());
    }

    @Override
    public SegmentWriter writer() {
        throw new UnsupportedOperationException();
    }

    @Override
    public SegmentReader reader() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}

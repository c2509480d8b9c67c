package io.headend.packaging;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Objects in a folder; nothing outside of it. */
record FileSource(Path folder) implements Conformance.Source {

    private static final long MOST = 1L << 30;

    @Override
    public Optional<ByteBuffer> find(String path) {
        Path root = folder.toAbsolutePath().normalize();
        Path file = root.resolve(path).normalize();
        if (!file.startsWith(root) || !Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            return read(file, 0, Files.size(file));
        } catch (IOException e) {
            throw new MediaException(MediaErrorCode.IO, "cannot read '" + file + "': " + e.getMessage(), e);
        }
    }

    static Optional<ByteBuffer> read(Path file, long offset, long length) {
        if (length > MOST) {
            throw MediaException.unsupported("'" + file + "' is larger than what is checked");
        }
        try (FileChannel in = FileChannel.open(file)) {
            ByteBuffer bytes = ByteBuffer.allocate((int) length);
            while (bytes.hasRemaining() && in.read(bytes, offset + bytes.position()) >= 0) {}
            return Optional.of(bytes.flip());
        } catch (IOException e) {
            throw new MediaException(MediaErrorCode.IO, "cannot read '" + file + "': " + e.getMessage(), e);
        }
    }
}

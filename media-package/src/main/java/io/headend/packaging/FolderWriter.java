package io.headend.packaging;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;

/** Writes files below a directory that nobody reads yet. */
final class FolderWriter {

    private final Path directory;
    private final Set<Path> made = new HashSet<>();

    FolderWriter(Path directory) {
        this.directory = directory;
    }

    /** A file being written. */
    static final class Open implements AutoCloseable {
        private final Path path;
        private final FileChannel channel;

        private Open(Path path, FileChannel channel) {
            this.path = path;
            this.channel = channel;
        }

        void append(Chunk chunk) {
            ByteBuffer[] parts =
                    chunk.parts().stream().map(ByteBuffer::duplicate).toArray(ByteBuffer[]::new);
            append(parts, chunk.bytes());
        }

        void append(ByteBuffer[] parts, long bytes) {
            try {
                long left = bytes;
                while (left > 0) {
                    left -= channel.write(parts);
                }
            } catch (IOException e) {
                throw failed(path, e);
            }
        }

        /** Writes over what is there. */
        void replace(ByteBuffer bytes, long at) {
            try {
                long place = at;
                while (bytes.hasRemaining()) {
                    place += channel.write(bytes, place);
                }
            } catch (IOException e) {
                throw failed(path, e);
            }
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                throw failed(path, e);
            }
        }
    }

    Open open(String name) {
        Path path = directory.resolve(name);
        try {
            Path folder = path.getParent();
            if (folder != null && made.add(folder)) {
                Files.createDirectories(folder);
            }
            return new Open(
                    path,
                    FileChannel.open(
                            path,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING,
                            StandardOpenOption.WRITE));
        } catch (IOException e) {
            throw failed(path, e);
        }
    }

    void file(String name, ByteBuffer bytes) {
        try (Open file = open(name)) {
            file.append(new ByteBuffer[] {bytes.duplicate()}, bytes.remaining());
        }
    }

    private static MediaException failed(Path path, IOException cause) {
        return new MediaException(MediaErrorCode.IO, "cannot write '" + path + "': " + cause.getMessage(), cause);
    }
}

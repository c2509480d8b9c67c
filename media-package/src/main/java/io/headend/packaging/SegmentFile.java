package io.headend.packaging;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.http.MediaBody;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** A segment on disk: a hidden temporary file while it grows, then under its own name. Written by one thread, read by any. */
final class SegmentFile implements StoreReader.Entry {

    private final Path file;
    private final Path temporary;
    private final CRC32 crc = new CRC32();
    private final List<Long> ends = new CopyOnWriteArrayList<>();
    private @Nullable FileChannel channel;
    private volatile @Nullable StoredObject whole;

    private SegmentFile(Path file, Path temporary, @Nullable FileChannel channel) {
        this.file = file;
        this.temporary = temporary;
        this.channel = channel;
    }

    static SegmentFile create(Path file) throws IOException {
        Path temporary = temporary(file);
        FileChannel channel = FileChannel.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        return new SegmentFile(file, temporary, channel);
    }

    /** One that an earlier run completed. Its bytes are read, for their checksum. */
    static SegmentFile existing(Path file) throws IOException {
        SegmentFile segment = new SegmentFile(file, temporary(file), null);
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        segment.crc.update(bytes);
        segment.ends.add((long) bytes.limit());
        segment.whole = new StoredObject(
                new MediaBody.FileRegion(file, 0, bytes.limit()), EntityTag.of(segment.crc, bytes.limit()));
        return segment;
    }

    /** Writes a whole file so that a reader sees either the one before or this one. */
    static void replace(Path file, ByteBuffer bytes) throws IOException {
        Path temporary = temporary(file);
        try (FileChannel channel = FileChannel.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer rest = bytes.duplicate();
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
        } catch (IOException e) {
            Files.deleteIfExists(temporary);
            throw e;
        }
        Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private static Path temporary(Path file) {
        return file.resolveSibling("." + file.getFileName() + ".tmp");
    }

    private FileChannel open() throws IOException {
        FileChannel current = channel;
        if (current == null) {
            throw new IOException("segment " + file + " is complete");
        }
        return current;
    }

    void append(Chunk chunk) throws IOException {
        FileChannel out = open();
        ByteBuffer[] parts = chunk.parts().stream().map(ByteBuffer::duplicate).toArray(ByteBuffer[]::new);
        long left = chunk.bytes();
        while (left > 0) {
            left -= out.write(parts);
        }
        for (ByteBuffer part : chunk.parts()) {
            crc.update(part.duplicate());
        }
        ends.add(size() + chunk.bytes());
    }

    private long size() {
        return ends.isEmpty() ? 0 : ends.get(ends.size() - 1);
    }

    void complete() throws IOException {
        open().close();
        channel = null;
        Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        whole = new StoredObject(new MediaBody.FileRegion(file, 0, size()), EntityTag.of(crc, size()));
    }

    /** Removes what is there, complete or not. */
    void delete() throws IOException {
        FileChannel current = channel;
        if (current != null) {
            channel = null;
            current.close();
        }
        Files.deleteIfExists(temporary);
        if (whole != null) {
            Files.deleteIfExists(file);
        }
    }

    boolean isComplete() {
        return whole != null;
    }

    @Override
    public @Nullable StoredObject whole() {
        return whole;
    }

    /** Read into memory, for its file may be renamed before it is sent. */
    @Override
    public @Nullable StoredObject chunk(int index) {
        if (index < 0 || index >= ends.size()) {
            return null;
        }
        long start = index == 0 ? 0 : ends.get(index - 1);
        ByteBuffer bytes = ByteBuffer.allocate((int) (ends.get(index) - start));
        try {
            read(bytes, start);
        } catch (IOException e) {
            throw new MediaException(MediaErrorCode.IO, "cannot read " + file + ": " + e.getMessage(), e);
        }
        bytes.flip();
        return new StoredObject(new MediaBody.Bytes(bytes), EntityTag.of(bytes));
    }

    private void read(ByteBuffer into, long from) throws IOException {
        try (FileChannel in = FileChannel.open(temporary, StandardOpenOption.READ)) {
            read(in, into, from);
        } catch (NoSuchFileException e) {
            // completed since
            try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
                read(in, into, from);
            }
        }
    }

    private static void read(FileChannel in, ByteBuffer into, long from) throws IOException {
        long at = from;
        while (into.hasRemaining()) {
            int count = in.read(into, at);
            if (count < 0) {
                throw new IOException("segment file is shorter than what was written");
            }
            at += count;
        }
    }
}

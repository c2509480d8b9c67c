package io.headend.examples;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A file that appears whole or not at all: it is written under another name beside its place and moved there at the end. What was there
 * before stays until then.
 */
final class PartialFile implements AutoCloseable {

    private final Path place;
    private final Path work;
    private boolean kept;

    private PartialFile(Path place, Path work) {
        this.place = place;
        this.work = work;
    }

    /**
     * @throws MediaException if nothing can be written there
     */
    static PartialFile at(Path file) {
        Path place = file.toAbsolutePath().normalize();
        Path parent = place.getParent();
        Path name = place.getFileName();
        if (parent == null || name == null || Files.isDirectory(place)) {
            throw MediaException.invalidArgument("'" + file + "' is no file that can be made");
        }
        try {
            Files.createDirectories(parent);
            Path work = parent.resolve("." + ProcessHandle.current().pid() + ".partial-" + name);
            Files.deleteIfExists(work);
            Files.createFile(work);
            return new PartialFile(place, work);
        } catch (IOException e) {
            throw new MediaException(
                    MediaErrorCode.ACCESS_DENIED,
                    "cannot write to '" + parent + "'; name a folder that can be written",
                    e);
        }
    }

    /** Where to write. */
    Path work() {
        return work;
    }

    /** Moves the file to its place. */
    void keep() {
        try {
            Files.move(work, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            kept = true;
        } catch (IOException e) {
            throw new MediaException(MediaErrorCode.IO, "cannot move the result to '" + place + "'", e);
        }
    }

    @Override
    public void close() {
        if (!kept) {
            try {
                Files.deleteIfExists(work);
            } catch (IOException e) {
                throw new MediaException(MediaErrorCode.IO, "cannot remove '" + work + "'", e);
            }
        }
    }
}

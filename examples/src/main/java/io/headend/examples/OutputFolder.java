package io.headend.examples;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A folder that appears whole or not at all: it is filled under another name beside its place and moved there at the end. Closed
 * before that, also when the program is interrupted, it leaves nothing behind.
 */
final class OutputFolder implements AutoCloseable {

    private final Path place;
    private final Path work;
    private final Thread onInterrupt = new Thread(this::discard, "discard-output");
    private boolean kept;

    private OutputFolder(Path place, Path work) {
        this.place = place;
        this.work = work;
    }

    /**
     * @throws MediaException if the place is taken, or nothing can be written there
     */
    static OutputFolder at(Path folder) {
        Path place = folder.toAbsolutePath().normalize();
        requireFree(place);
        Path parent = place.getParent();
        Path name = place.getFileName();
        if (parent == null || name == null) {
            throw MediaException.invalidArgument("'" + folder + "' is no folder that can be made");
        }
        try {
            Files.createDirectories(parent);
            OutputFolder output = new OutputFolder(place, Files.createTempDirectory(parent, "." + name + ".partial-"));
            output.discardOnInterrupt();
            return output;
        } catch (IOException e) {
            throw new MediaException(
                    MediaErrorCode.ACCESS_DENIED,
                    "cannot write to '" + parent + "'; name a folder that can be written",
                    e);
        }
    }

    private static void requireFree(Path place) {
        if (!Files.exists(place)) {
            return;
        }
        if (!Files.isDirectory(place)) {
            throw MediaException.invalidArgument("'" + place + "' is a file; name a folder");
        }
        try (Stream<Path> inside = Files.list(place)) {
            if (inside.findAny().isPresent()) {
                throw new MediaException(
                        MediaErrorCode.CONFLICT, "'" + place + "' is not empty; name another folder or empty it");
            }
        } catch (IOException e) {
            throw new MediaException(MediaErrorCode.ACCESS_DENIED, "cannot read '" + place + "'", e);
        }
    }

    private void discardOnInterrupt() {
        try {
            Runtime.getRuntime().addShutdownHook(onInterrupt);
        } catch (IllegalStateException e) {
            // The program is ending already, and waits for this folder.
        }
    }

    /** Where to write. */
    Path work() {
        return work;
    }

    /** Moves the folder to its place. */
    void keep() {
        try {
            // Temporary folders are private where files have POSIX permissions; the result is not.
            if (Files.getFileStore(work).supportsFileAttributeView(PosixFileAttributeView.class)) {
                Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
            Files.deleteIfExists(place);
            Files.move(work, place, StandardCopyOption.ATOMIC_MOVE);
            kept = true;
        } catch (IOException e) {
            throw new MediaException(MediaErrorCode.IO, "cannot move the result to '" + place + "'", e);
        }
    }

    @Override
    public void close() {
        discard();
        try {
            Runtime.getRuntime().removeShutdownHook(onInterrupt);
        } catch (IllegalStateException e) {
            // The program is ending, and the hook does the rest.
        }
    }

    private void discard() {
        if (kept) {
            return;
        }
        try {
            Files.walkFileTree(work, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
                        throws IOException {
                    Files.deleteIfExists(folder);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (NoSuchFileException e) {
            // Nothing was left.
        } catch (IOException e) {
            System.err.println("headend: could not remove '" + work + "': " + e.getMessage());
        }
    }
}

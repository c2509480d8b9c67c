package io.headend.packaging;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Remembers what a store made besides its segments, to remove just that. Safe for use by several threads. */
final class WrittenFiles {

    private final Set<Path> files = ConcurrentHashMap.newKeySet();
    private final Set<Path> folders = ConcurrentHashMap.newKeySet();

    void file(Path file) {
        files.add(file);
    }

    void forget(Path file) {
        files.remove(file);
    }

    void folder(Path folder) {
        folders.add(folder);
    }

    /** Removes the files, and the folders that are empty then. */
    void delete(Optional<Path> root) throws IOException {
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
        for (Path folder : folders) {
            deleteIfEmpty(folder);
        }
        if (root.isPresent()) {
            deleteIfEmpty(root.get());
        }
        files.clear();
        folders.clear();
    }

    private static void deleteIfEmpty(Path folder) throws IOException {
        try {
            Files.deleteIfExists(folder);
        } catch (DirectoryNotEmptyException e) {
            // somebody else's files are there: they stay, and so does the folder
            return;
        }
    }
}

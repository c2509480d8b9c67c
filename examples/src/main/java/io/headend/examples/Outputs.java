package io.headend.examples;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that a command is going to write. */
final class Outputs {

    private Outputs() {}

    /** Fails before long work rather than after it. */
    static void requireWritable(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        if (parent == null || !Files.isWritable(parent) || Files.isDirectory(file)) {
            throw new MediaException(
                    MediaErrorCode.ACCESS_DENIED,
                    "cannot write '" + file + "'; name a file in a folder that can be written");
        }
    }
}

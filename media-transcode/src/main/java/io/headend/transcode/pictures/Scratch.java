package io.headend.transcode.pictures;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A folder of files that nobody needs later. */
public final class Scratch {

    private static final Logger log = LoggerFactory.getLogger(Scratch.class);

    private Scratch() {}

    /** Deletes it with all files in it; what cannot be deleted is logged. */
    public static void delete(Path folder) {
        deleteFiles(folder, "*");
        try {
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            log.warn("cannot delete '{}': {}", folder, e.toString());
        }
    }

    /** Deletes the files in a folder whose names match a pattern such as {@code *.part}. */
    public static void deleteFiles(Path folder, String pattern) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, pattern)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            log.warn("cannot delete in '{}': {}", folder, e.toString());
        }
    }
}

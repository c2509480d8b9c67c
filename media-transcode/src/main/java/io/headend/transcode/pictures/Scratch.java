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
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            log.warn("cannot delete '{}': {}", folder, e.toString());
        }
    }
}

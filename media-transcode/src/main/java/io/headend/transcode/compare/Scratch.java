package io.headend.transcode.compare;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A folder of files that nobody needs later. */
final class Scratch {

    private static final Logger log = LoggerFactory.getLogger(Scratch.class);

    private Scratch() {}

    static void delete(Path folder) {
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

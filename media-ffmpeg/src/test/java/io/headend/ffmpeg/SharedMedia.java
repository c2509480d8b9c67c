package io.headend.ffmpeg;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Real media beside the repository. */
final class SharedMedia {

    private SharedMedia() {}

    /** A file or directory below {@code shared/media}; the test is skipped where it is missing. */
    static Path path(String name) {
        Path media = directory();
        assumeTrue(media != null, "skipped: ../shared is missing");
        return media.resolve(name);
    }

    static @Nullable Path directory() {
        for (Path up = Path.of("").toAbsolutePath(); up != null; up = up.getParent()) {
            Path media = up.resolve("shared").resolve("media");
            if (Files.isDirectory(media)) {
                return media;
            }
        }
        return null;
    }
}

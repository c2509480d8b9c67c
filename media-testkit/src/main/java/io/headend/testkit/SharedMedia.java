package io.headend.testkit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/**
 * The folder {@code shared} beside the repository, which holds media files too large to be kept in it. Tests that need it are
 * skipped where it is missing.
 */
public final class SharedMedia {

    private SharedMedia() {}

    /** The folder, looked for beside the working directory and each folder above it. */
    public static Optional<Path> root() {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path shared = at.resolve("shared");
            if (Files.isDirectory(shared.resolve("media"))) {
                return Optional.of(shared);
            }
        }
        return Optional.empty();
    }

    /** A file or folder below {@code shared}, if there is one. */
    public static Optional<Path> find(String relative) {
        return root().map(root -> root.resolve(relative)).filter(Files::exists);
    }

    /** A file or folder below {@code shared}; where {@code shared} or the file is missing the calling test is skipped. */
    public static Path require(String relative) {
        Optional<Path> found = find(relative);
        Assumptions.assumeTrue(
                found.isPresent(),
                () -> root().isPresent()
                        ? "skipped: ../shared/" + relative + " is missing"
                        : "skipped: ../shared is missing");
        return found.orElseThrow();
    }

    /** A file below {@code shared/media}, such as {@code functional/vfr.mkv}. */
    public static Path media(String relative) {
        return require("media/" + relative);
    }
}

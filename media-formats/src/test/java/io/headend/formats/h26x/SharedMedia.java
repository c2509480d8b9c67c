package io.headend.formats.h26x;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.opentest4j.TestAbortedException;

/** Real files beside the repository. */
final class SharedMedia {

    private SharedMedia() {}

    static ByteBuffer map(String name) throws IOException {
        Path file = find(name);
        try (FileChannel channel = FileChannel.open(file)) {
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
        }
    }

    private static Path find(String name) {
        for (Path up = Path.of("").toAbsolutePath(); up != null; up = up.getParent()) {
            Path file = up.resolve("shared").resolve(name);
            if (Files.isReadable(file)) {
                return file;
            }
        }
        throw new TestAbortedException("skipped: ../shared is missing " + name);
    }

    /** The payload of the first box of that type, found by its name alone. */
    static ByteBuffer box(ByteBuffer file, String type) {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        for (int i = 4; i + 4 <= file.limit(); i++) {
            if (file.get(i) == name[0]
                    && file.get(i + 1) == name[1]
                    && file.get(i + 2) == name[2]
                    && file.get(i + 3) == name[3]) {
                return file.slice(i + 4, file.getInt(i - 4) - 8);
            }
        }
        assertThat(type).as("box in the file").isNull();
        throw new AssertionError();
    }
}

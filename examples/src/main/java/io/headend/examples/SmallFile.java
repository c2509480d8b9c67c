package io.headend.examples;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Files that a command line names for their content: up to a megabyte. */
final class SmallFile {

    private static final int MOST = 1 << 20;

    private SmallFile() {}

    static byte[] bytes(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MOST + 1);
            if (bytes.length > MOST) {
                throw MediaException.malformed(file + " is longer than a megabyte");
            }
            return bytes;
        } catch (NoSuchFileException e) {
            throw new MediaException(MediaErrorCode.NOT_FOUND, "there is no file " + file, e);
        } catch (IOException e) {
            throw new MediaException(MediaErrorCode.IO, "cannot read " + file, e);
        }
    }

    static String text(Path file) {
        return new String(bytes(file), StandardCharsets.UTF_8);
    }
}

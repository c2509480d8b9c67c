package io.headend.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Compares text with files that people have read and approved, {@code src/test/golden/NAME} of the module under test.
 *
 * <p>A deliberate change is taken over with {@code mvn verify -Dgolden.update=true} and reviewed in the diff like code. The test
 * that writes a file passes.
 */
public final class GoldenFiles {

    /** The system property that makes tests write the files instead of comparing. */
    public static final String UPDATE = "golden.update";

    private static final Path FOLDER = Path.of("src", "test", "golden");

    private GoldenFiles() {}

    /**
     * @param name file name below the folder, such as {@code vod/master.m3u8.txt}
     * @throws AssertionError if the file is missing or differs; says the first line that does
     */
    public static void assertMatches(String name, String text) {
        assertMatches(FOLDER, name, text, Boolean.getBoolean(UPDATE));
    }

    static void assertMatches(Path folder, String name, String text, boolean update) {
        Path file = folder.resolve(name).normalize();
        if (!file.startsWith(folder.normalize())) {
            throw new IllegalArgumentException("golden file " + name + " lies outside of " + folder);
        }
        String actual = normal(text);
        try {
            if (update) {
                Files.createDirectories(file.toAbsolutePath().getParent());
                Files.writeString(file, actual);
                return;
            }
            if (!Files.isRegularFile(file)) {
                throw new AssertionError("golden file " + file.toAbsolutePath() + " is missing; write it with -D"
                        + UPDATE + "=true and review it");
            }
            String difference = firstDifference(normal(Files.readString(file)), actual);
            if (!difference.isEmpty()) {
                throw new AssertionError("differs from " + file + " " + difference + "; if this is meant, run with -D"
                        + UPDATE + "=true and review the change");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String firstDifference(String expected, String actual) {
        String[] left = expected.split("\n", -1);
        String[] right = actual.split("\n", -1);
        for (int i = 0; i < Math.max(left.length, right.length); i++) {
            String old = i < left.length ? left[i] : "(nothing)";
            String now = i < right.length ? right[i] : "(nothing)";
            if (!old.equals(now)) {
                return "in line " + (i + 1) + ": expected [" + old + "], got [" + now + "]";
            }
        }
        return "";
    }

    private static String normal(String text) {
        String lines = text.replace("\r\n", "\n");
        return lines.endsWith("\n") ? lines : lines + "\n";
    }
}

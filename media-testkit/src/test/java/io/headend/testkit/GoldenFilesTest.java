package io.headend.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GoldenFilesTest {

    @TempDir
    Path folder;

    @Test
    void missingFileSaysHowToWriteIt() {
        assertThatThrownBy(() -> GoldenFiles.assertMatches(folder, "a.txt", "one\n", false))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("a.txt")
                .hasMessageContaining("-Dgolden.update=true");
    }

    @Test
    void updateWritesAndThenMatches() throws IOException {
        GoldenFiles.assertMatches(folder, "sub/a.txt", "one\ntwo", true);
        assertThat(folder.resolve("sub/a.txt")).hasContent("one\ntwo\n");
        GoldenFiles.assertMatches(folder, "sub/a.txt", "one\ntwo\n", false);
    }

    @Test
    void firstDifferingLineIsNamed() throws IOException {
        Files.writeString(folder.resolve("a.txt"), "one\r\ntwo\r\nthree\r\n");
        assertThatThrownBy(() -> GoldenFiles.assertMatches(folder, "a.txt", "one\n2\nthree\n", false))
                .hasMessageContaining("line 2: expected [two], got [2]");
        assertThat(GoldenFiles.firstDifference("a", "a\nb")).isEqualTo("in line 2: expected [(nothing)], got [b]");
        assertThat(GoldenFiles.firstDifference("a\nb", "a\nb")).isEmpty();
    }

    @Test
    void nothingIsWrittenOutsideOfTheFolder() {
        assertThatThrownBy(() -> GoldenFiles.assertMatches(folder, "../a.txt", "", true))
                .isInstanceOf(IllegalArgumentException.class);
    }
}

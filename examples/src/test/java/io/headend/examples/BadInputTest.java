package io.headend.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.testkit.LeakExtension;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is wrong is said in one line, with exit code 1 (2 for wrong usage), and nothing half-written stays. */
@ExtendWith(LeakExtension.class)
class BadInputTest {

    @TempDir
    Path folder;

    private void refusesToRead(String input, String... words) throws IOException {
        Path out = folder.resolve("out");
        CommandLineRun vod = CommandLineRun.of("vod", input, "-o", out.toString());
        isOneLine(vod, 1, words);
        isOneLine(CommandLineRun.of("probe", input), 1, words);
        CommandLineRun demo = CommandLineRun.of("demo", input, "--port", "0", "--duration", "20");
        isOneLine(demo, 1, words);
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left.filter(path -> path.getFileName().toString().contains("out")))
                    .isEmpty();
        }
    }

    private static void isOneLine(CommandLineRun run, int exitCode, String... words) {
        assertThat(run.exitCode()).as(run.err()).isEqualTo(exitCode);
        assertThat(run.err().lines().filter(line -> line.startsWith("headend: ")))
                .hasSize(1);
        if (exitCode == 1) {
            assertThat(run.err().lines()).hasSize(1);
        }
        assertThat(run.err()).contains(words).doesNotContain("unexpected").doesNotContain("Exception");
    }

    private String file(String name, byte[] bytes) throws IOException {
        return Files.write(folder.resolve(name), bytes).toString();
    }

    @Test
    void aMissingFile() throws IOException {
        refusesToRead(folder.resolve("none.mp4").toString(), "none.mp4", "no such file");
    }

    @Test
    void aDirectory() throws IOException {
        refusesToRead(folder.toString(), "is a directory");
    }

    @Test
    void zeroBytes() throws IOException {
        refusesToRead(file("zero.mp4", new byte[0]), "zero.mp4", "empty");
    }

    @Test
    void text() throws IOException {
        refusesToRead(file("text.mp4", "This is no film.\n".repeat(50).getBytes(StandardCharsets.UTF_8)), "text.mp4");
    }

    @Test
    void noise() throws IOException {
        byte[] noise = new byte[200_000];
        new Random(7).nextBytes(noise);
        refusesToRead(file("noise.mp4", noise), "noise.mp4");
    }

    @Test
    void anUnknownScheme() throws IOException {
        refusesToRead("gopher://127.0.0.1/film", "unknown scheme 'gopher'");
    }

    @Test
    void aPortInUse() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            isOneLine(CommandLineRun.of("demo", "--port", port, "--duration", "5"), 1, port, "in use");
        }
    }

    @Test
    void anOutputThatCannotBeMade() throws IOException {
        String taken = file("taken", new byte[1]);
        isOneLine(CommandLineRun.of("vod", "test:?duration=1", "-o", taken), 1, "is a file");
        isOneLine(CommandLineRun.of("vod", "test:?duration=1", "-o", taken + "/below"), 1, "cannot write to");
        isOneLine(CommandLineRun.of("vod", "test:?duration=1", "-o", folder.toString()), 1, "is not empty");
        assertThat(Files.readAllBytes(Path.of(taken))).hasSize(1);
    }

    @Test
    void wrongUsage() {
        isOneLine(CommandLineRun.of(), 2, "Say what to do");
        isOneLine(CommandLineRun.of("nonsense"), 2, "nonsense");
        isOneLine(CommandLineRun.of("vod", "film.mp4"), 2, "-o");
        isOneLine(CommandLineRun.of("vod", "test:", "-o", "x", "--rungs", "12x"), 2, "is no rung");
        isOneLine(CommandLineRun.of("demo", "--port", "x"), 2, "--port");
    }
}

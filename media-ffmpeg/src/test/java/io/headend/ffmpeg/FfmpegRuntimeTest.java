package io.headend.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.headend.core.MediaException;
import io.headend.core.Timebase;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FfmpegRuntimeTest {

    private static final String NATIVES = ".*(javacpp|ffmpeg)-[0-9.-]+-(linux|macosx|windows)-.*\\.jar";

    @TempDir
    Path directory;

    /** What a host without natives sees: run in a JVM of its own. */
    static final class Host {
        public static void main(String[] args) {
            try {
                FfmpegRuntime runtime = FfmpegRuntime.get();
                System.out.println("loaded " + runtime + " limit " + Pointer.maxPhysicalBytes());
            } catch (MediaException e) {
                System.out.println(e.code() + " " + e.getMessage());
                System.exit(7);
            }
        }
    }

    private record Result(int exit, String output) {}

    private Result run(Predicate<String> keep) throws Exception {
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(keep)
                .collect(Collectors.joining(File.pathSeparator));
        Path output = directory.resolve("out.txt");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-cp",
                        classPath,
                        Host.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Result(process.exitValue(), Files.readString(output));
    }

    @Test
    void withoutNativesTheErrorNamesTheArtifacts() throws Exception {
        Result result = run(jar -> !jar.matches(NATIVES));
        assertThat(result.output())
                .contains("NATIVES_MISSING")
                .containsPattern("org\\.bytedeco:javacpp:1\\.5\\.13:\\w+-\\w+")
                .containsPattern("org\\.bytedeco:ffmpeg:8\\.0\\.1-1\\.5\\.13:\\w+-\\w+")
                .contains("-gpl");
        assertThat(result.output().lines().filter(line -> line.startsWith("NATIVES_MISSING")))
                .as("one line")
                .hasSize(1);
        assertThat(result.exit()).isEqualTo(7);
    }

    @Test
    void theFfmpegArtifactIsTheOneThatCounts() throws Exception {
        assertThat(run(jar -> !jar.matches(NATIVES) || jar.contains("javacpp-")).output())
                .contains("NATIVES_MISSING");
    }

    @Test
    void loadingLiftsTheLimitOnNativeMemory() throws Exception {
        Result result = run(jar -> true);
        assertThat(result.output()).contains("loaded FFmpeg 8.0.1").contains("limit 0");
        assertThat(result.exit()).isZero();
    }

    @Test
    void versionsMatchTheNativesOfTheTests() {
        FfmpegRuntime runtime = FfmpegRuntime.get();
        assertThat(runtime.version()).isEqualTo("8.0.1");
        assertThat(runtime.licence()).isEqualTo("GPL version 3 or later");
        assertThat(runtime.encoders())
                .contains("libx264", "libx265", "libsvtav1", "aac", "libopus")
                .isSorted();
        assertThat(runtime.decoders()).contains("h264", "hevc", "rawvideo", "pcm_s16le");
        assertThat(runtime.hasEncoder("libx264")).isTrue();
        assertThat(runtime.hasEncoder("nothing")).isFalse();
        assertThat(runtime.hasDecoder("h264")).isTrue();
        assertThat(runtime.hasDecoder("amr_nb"))
                .as("a coding whose decoder is amrnb")
                .isTrue();
        assertThat(runtime.hasDecoder("no_such_coding")).isFalse();
        assertThat(FfmpegRuntime.get()).isSameAs(runtime);
    }

    @Test
    void theDeviceLibraryIsNeverLoaded() throws IOException {
        Path maps = Path.of("/proc/self/maps");
        assumeTrue(Files.exists(maps), "skipped: needs /proc");
        TestFiles.readAll(TestFiles.avcAac(directory.resolve("a.mp4"), 5));
        try (FilterGraph graph = FilterGraph.video("scale=64:64")) {
            graph.send(Pictures.gradient(32, 32, 0, 0, Timebase.MPEG));
        }
        List<String> libraries = Files.readAllLines(maps);
        assertThat(libraries).anyMatch(line -> line.contains("libavformat"));
        assertThat(libraries).noneMatch(line -> line.contains("avdevice") || line.contains("libpulse"));
    }
}

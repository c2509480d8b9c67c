package io.headend.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rule that keeps native types inside: a Bytedeco type in an exported signature does not compile. */
class ExportedTypesTest {

    @TempDir
    Path directory;

    private String compile(String member) throws Exception {
        Path sources = directory.resolve("src");
        Files.createDirectories(sources.resolve("room"));
        Files.writeString(
                sources.resolve("module-info.java"), "module room { requires org.bytedeco.ffmpeg; exports room; }");
        Files.writeString(sources.resolve("room/Door.java"), "package room; public class Door { " + member + " }");
        String modules = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(jar -> jar.contains("javacpp-") || jar.contains("ffmpeg-8"))
                .collect(Collectors.joining(File.pathSeparator));
        Path output = directory.resolve("javac.txt");
        Process javac = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "javac").toString(),
                        "-Xlint:exports",
                        "-Werror",
                        "-proc:none",
                        "-p",
                        modules,
                        "-d",
                        directory.resolve("classes").toString(),
                        sources.resolve("module-info.java").toString(),
                        sources.resolve("room/Door.java").toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(javac.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return javac.exitValue() == 0 ? "passed" : Files.readString(output);
    }

    @Test
    void aLeakIsRefused() throws Exception {
        assertThat(compile("public org.bytedeco.ffmpeg.avcodec.AVPacket packet() { return null; }"))
                .contains("[exports]")
                .contains("AVPacket")
                .contains("-Werror");
        assertThat(compile("public void take(org.bytedeco.javacpp.BytePointer bytes) {}"))
                .contains("[exports]");
    }

    @Test
    void useInsideIsAllowed() throws Exception {
        assertThat(compile("private org.bytedeco.ffmpeg.avcodec.AVPacket packet;"))
                .isEqualTo("passed");
        assertThat(compile("org.bytedeco.ffmpeg.avcodec.AVPacket packet() { return null; }"))
                .isEqualTo("passed");
    }
}

package io.headend.transcode.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;

/** What a host sees that did, or did not, add the vector module, and what fits in a small heap. */
class ChildJvmTest {

    private static String[] run(List<String> options, int width, int height, int frames)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), ScoreInChildJvm.class.getName()));
        command.addAll(List.of("" + width, "" + height, "" + frames));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(out).isZero();
        return out.trim().split(" ", -1);
    }

    @Test
    @EnabledForJreRange(minVersion = 21)
    void withoutTheModuleThePlainKernelsGiveTheSameScore() throws Exception {
        String[] plain = run(List.of(), 160, 120, 4);
        String[] vector = run(List.of("--add-modules", "jdk.incubator.vector"), 160, 120, 4);
        assertThat(plain[0]).isEqualTo("plain");
        assertThat(vector[0]).startsWith("vector");
        assertThat(Double.parseDouble(vector[1])).isCloseTo(Double.parseDouble(plain[1]), withPercentage(1e-4));
    }

    @Test
    void fullHdFitsInAQuarterOfAGigabyte() throws Exception {
        String[] out = run(List.of("-Xmx256m", "-XX:+UseSerialGC"), 1920, 1080, 5);
        assertThat(Double.parseDouble(out[1])).isBetween(60.0, 70.0);
    }
}

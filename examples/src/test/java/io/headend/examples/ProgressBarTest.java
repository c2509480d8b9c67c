package io.headend.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressBarTest {

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);

    @Test
    void saysHowFarHowFastAndHowLong() {
        ProgressBar bar = new ProgressBar("vod", out, true);

        assertThat(bar.line(Duration.ofSeconds(30), Duration.ofMinutes(2), Duration.ofSeconds(10)))
                .contains("[#######---------------------]", "25 %", "0:30 of 2:00", "3.00x", "ETA 0:30");
    }

    @Test
    void hasNoEndWhereTheLengthIsUnknown() {
        ProgressBar bar = new ProgressBar("vod", out, true);

        assertThat(bar.line(Duration.ofSeconds(5), Duration.ZERO, Duration.ofSeconds(10)))
                .isEqualTo("vod  0:05   0.50x");
    }

    @Test
    void printsNothingWhereThereIsNoTerminal() {
        try (ProgressBar bar = new ProgressBar("vod", out, false)) {
            bar.update(Duration.ofSeconds(1), Duration.ofSeconds(2));
        }
        assertThat(printed.size()).isZero();
    }

    @Test
    void leavesAnEmptyLine() {
        try (ProgressBar bar = new ProgressBar("vod", out, true)) {
            bar.update(Duration.ofSeconds(1), Duration.ofSeconds(2));
        }
        assertThat(printed.toString(StandardCharsets.UTF_8)).startsWith("\rvod").endsWith("\r");
    }
}

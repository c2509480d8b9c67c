package io.headend.examples;

import io.headend.live.ChannelSpec;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code headend demo}: one live channel end to end, with a page to watch it on. */
@Command(
        name = "demo",
        description = "Run one live channel end to end and show it on a page with a player and live plots.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = {
            "  ./headend demo film.mp4 --port 9000",
            "  ./headend demo film.mp4 --rate-control adaptive --target-vmaf 90 --scenario sports",
            "plays film.mp4 in a loop; without a file, synthetic pictures and tones.",
            "  ./headend demo --ts",
            "lists the channel with transport streams, too, at /demo/master-ts.m3u8.",
            "  ./headend demo --drm cbcs",
            "encrypts with keys of chance, and gives them to whoever asks (W3C ClearKey).",
            "  ./headend demo --drm aes-128 --key-period 30",
            "encrypts whole segments for HLS, with another key every 30 s; with --ts also those of transport streams."
        })
final class DemoCommand implements Callable<Integer> {

    private static final Duration PART = Duration.ofMillis(200);

    @Parameters(
            paramLabel = "IN",
            arity = "0..1",
            defaultValue = "test:",
            description = "a file or URL (default: synthetic pictures and tones)")
    String input = "test:";

    @Option(
            names = "--low-latency",
            description = "show segments in parts of 0.2 s while they are written (LL-HLS, LL-DASH)")
    boolean lowLatency;

    @Mixin
    ProcessingOptions processing = new ProcessingOptions();

    @Mixin
    BandOptions band = new BandOptions();

    @Option(names = "--fps", paramLabel = "RATE", description = "frames per second, such as 50 (default: the source's)")
    @Nullable
    String fps;

    @Mixin
    ChannelRun run = new ChannelRun();

    @Override
    public Integer call() throws InterruptedException {
        ChannelSpec plain = ChannelSpec.of("demo");
        if (fps != null) {
            plain = plain.withFrameRate(LadderOptions.rate(fps));
        }
        run.run(
                lowLatency ? plain.withLowLatency(PART) : plain,
                processing.processing(),
                band::applied,
                Inputs.again(() -> Inputs.live(input)),
                input,
                true);
        return 0;
    }
}

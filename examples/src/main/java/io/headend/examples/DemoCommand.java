package io.headend.examples;

import io.headend.live.ChannelSpec;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code headend demo}: one live channel end to end, with a page to watch it on. */
@Command(
        name = "demo",
        description = "Run one live channel end to end and show it on a page with a player and live plots.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = {
            "  ./headend demo film.mp4 --port 9000",
            "plays film.mp4 in a loop; without a file, synthetic pictures and tones."
        })
final class DemoCommand implements Callable<Integer> {

    @Parameters(
            paramLabel = "IN",
            arity = "0..1",
            defaultValue = "test:",
            description = "a file or URL (default: synthetic pictures and tones)")
    String input = "test:";

    @Mixin
    ChannelRun run = new ChannelRun();

    @Override
    public Integer call() throws InterruptedException {
        run.run(ChannelSpec.of("demo"), Inputs.live(input), input);
        return 0;
    }
}

package io.headend.examples;

import io.headend.live.ChannelFile;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code headend live}: a channel that a file describes. */
@Command(
        name = "live",
        description = "Run the channel that a JSON file describes.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = {
            "  ./headend live news.json",
            "  ./headend live news.json --rate-control adaptive --floor 88 --ceiling 95",
            "where news.json is, at the least:  {\"name\": \"news\", \"input\": \"clip.mp4\", \"loop\": true}",
            "Options change every rung of the file; a rung's \"rateControl\" says it in the file."
        })
final class LiveCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", description = "the channel file")
    Path file = Path.of("");

    @Option(
            names = "--clear-key",
            description = "with --drm, give the keys to whoever asks this server (W3C ClearKey), for trying out;"
                    + " then keys of chance will do")
    boolean clearKey;

    @Mixin
    BandOptions band = new BandOptions();

    @Mixin
    ChannelRun run = new ChannelRun();

    @Override
    public Integer call() throws InterruptedException {
        ChannelFile channel = ChannelFile.read(file);
        run.run(
                channel.spec(),
                channel.processing(),
                band::applied,
                Inputs.again(() -> channel.loop() ? Inputs.live(channel.input()) : Inputs.recording(channel.input())),
                channel.input(),
                clearKey);
        return 0;
    }
}

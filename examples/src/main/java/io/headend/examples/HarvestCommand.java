package io.headend.examples;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.live.EdgeTranscoder;
import io.headend.packaging.Harvest;
import io.headend.packaging.Mezzanine;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code headend harvest}: a recording of a stretch of a live channel, exact to the picture. */
@Command(
        name = "harvest",
        description = "Make a recording of a stretch of a live channel that begins and ends at any picture.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = {
            "  ./headend harvest http://127.0.0.1:8080/live/master.m3u8 \\",
            "      --begin 2026-11-22T20:15:00.400Z --end 2026-11-22T20:16:30Z -o goal",
            "writes goal/master.m3u8, goal/manifest.mpd and one folder per rendition. The stretch must lie in the window that the",
            "channel keeps. Pictures next to the edges are coded anew; all others are those of the channel."
        })
final class HarvestCommand implements Callable<Integer> {

    @Parameters(paramLabel = "URL", description = "the channel's master.m3u8, or the folder that it is in")
    String url = "";

    @Option(
            names = "--begin",
            paramLabel = "INSTANT",
            required = true,
            description = "when the first picture is, such as 2026-11-22T20:15:00.400Z or seconds since 1970")
    String begin = "";

    @Option(names = "--end", paramLabel = "INSTANT", required = true, description = "what comes after the last picture")
    String end = "";

    @Option(names = "-o", paramLabel = "DIR", required = true, description = "the folder to make")
    Path output = Path.of("");

    @Option(
            names = "--lossless",
            description = "keep pictures at the edges bit by bit, in a profile that not every device plays")
    boolean lossless;

    @Option(names = "--json", description = "print the result as JSON")
    boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli fills it in before call
    CommandSpec spec;

    @SuppressWarnings("try") // closed early, so that nothing of it is kept
    @Override
    public Integer call() {
        Harvest harvest = Harvest.of(new ChannelFetch(url), instant("--begin", begin), instant("--end", end))
                .edges(lossless ? EdgeTranscoder.lossless() : EdgeTranscoder.create());
        try (OutputFolder folder = OutputFolder.at(output);
                Remuxed work = new Remuxed(folder.work().resolve(".harvested"))) {
            Harvest.Result result = harvest.into(folder.work().resolve(".harvested"));
            Mezzanine.Builder builder = Mezzanine.builder().segment(result.segment());
            result.files().forEach(builder::input);
            try (Mezzanine film = builder.open()) {
                film.write(folder.work(), EnumSet.of(Mezzanine.Output.HLS, Mezzanine.Output.DASH), done -> {});
                work.close();
                folder.keep();
                report(result, film.duration());
            }
        }
        return 0;
    }

    private static Instant instant(String option, String text) {
        try {
            if (text.matches("\\d{1,11}(\\.\\d{1,9})?")) {
                String[] parts = (text + ".0").split("\\.", -1);
                return Instant.ofEpochSecond(
                        Long.parseLong(parts[0]), Long.parseLong((parts[1] + "000000000").substring(0, 9)));
            }
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new MediaException(
                    MediaErrorCode.INVALID_ARGUMENT,
                    option + " is an instant such as 2026-11-22T20:15:00.400Z, not '" + text + "'",
                    e);
        }
    }

    private void report(Harvest.Result result, Duration length) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            ObjectNode node = Json.object();
            node.put("output", output.toString())
                    .put("first", result.first().toString())
                    .put("pictures", result.pictures())
                    .put("coded", result.coded())
                    .put("seconds", Json.rounded(length.toNanos() / 1e9));
            out.print(Json.pretty(node));
        } else {
            out.println(output + ": " + result.pictures() + " pictures from " + result.first() + " on; "
                    + result.coded() + " were coded anew in " + result.files().size() + " renditions");
        }
        out.flush();
    }
}

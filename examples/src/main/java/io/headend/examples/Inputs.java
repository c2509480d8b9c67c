package io.headend.examples;

import io.headend.core.EpochGrid;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.PictureSize;
import io.headend.core.Rational;
import io.headend.core.StreamSource;
import io.headend.core.Timestamp;
import io.headend.core.http.MediaRequest;
import io.headend.ingest.FileInput;
import io.headend.ingest.HttpInput;
import io.headend.ingest.Ingest;
import io.headend.ingest.InputSpec;
import io.headend.ingest.Playback;
import io.headend.ingest.Probe;
import io.headend.testkit.SyntheticSource;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * What a command line names as its input: everything that {@link InputSpec#parse} reads, and {@code test:}, the synthetic
 * source, as {@code test:?size=1280x720&rate=30000/1001&duration=10}.
 */
final class Inputs {

    private static final Duration TEST_LENGTH = Duration.ofSeconds(10);
    private static final Set<String> TEST_PARAMETERS = Set.of("size", "rate", "duration");

    private Inputs() {}

    /** As fast as it is read, once. */
    static StreamSource recording(String input) {
        return open(input, Playback.ONCE);
    }

    /** Again and again where it ends; a channel gives it its pace. */
    static StreamSource live(String input) {
        return open(input, Playback.ONCE.withLoop(true));
    }

    /** The same input each time it is asked for; the first is made at once, so that a wrong name is told at once. */
    static Supplier<StreamSource> again(Supplier<StreamSource> making) {
        AtomicReference<StreamSource> first = new AtomicReference<>(making.get());
        return () -> {
            StreamSource made = first.getAndSet(null);
            return made != null ? made : making.get();
        };
    }

    /** Length of a recording, zero where it is not known without reading it. */
    static Duration duration(String input) {
        if (isTest(input)) {
            String seconds = testParameters(input).get("duration");
            return seconds == null ? TEST_LENGTH : Duration.ofMillis(Math.round(Double.parseDouble(seconds) * 1000));
        }
        InputSpec spec = spec(input);
        if (spec.isLive()) {
            return Duration.ZERO;
        }
        Timestamp length =
                Probe.builder(spec).look(Duration.ofMillis(1)).build().run().duration();
        return length == null ? Duration.ZERO : Duration.ofNanos(length.toNanos());
    }

    /**
     * Reads the address of an input.
     *
     * @throws MediaException if it is none, or a file that cannot be read
     */
    static InputSpec spec(String input) {
        InputSpec spec = InputSpec.parse(input);
        if (spec instanceof FileInput file) {
            requireReadable(file);
        }
        return spec;
    }

    static boolean isTest(String input) {
        return input.equals("test:") || input.startsWith("test:?");
    }

    private static StreamSource open(String input, Playback playback) {
        if (isTest(input)) {
            return test(input, playback.loop());
        }
        InputSpec spec = spec(input);
        if (spec instanceof FileInput file) {
            return Ingest.builder(file.withPlayback(playback)).build();
        }
        if (spec instanceof HttpInput http) {
            return Ingest.builder(http.withPlayback(playback)).build();
        }
        return Ingest.builder(spec).build();
    }

    // FFmpeg's own words for these are "Input/output error" and "Invalid data".
    private static void requireReadable(FileInput input) {
        String file = input.file().toString();
        if (!Files.exists(input.file())) {
            throw MediaException.invalidArgument("'" + file + "': no such file");
        }
        if (Files.isDirectory(input.file())) {
            throw MediaException.invalidArgument("'" + file + "' is a directory; name a media file in it");
        }
        if (!Files.isReadable(input.file())) {
            throw MediaException.invalidArgument("'" + file + "' cannot be read; check its permissions");
        }
    }

    private static StreamSource test(String input, boolean endless) {
        Map<String, String> parameters = testParameters(input);
        for (String name : parameters.keySet()) {
            if (!TEST_PARAMETERS.contains(name)) {
                throw MediaException.invalidArgument(
                        "test: has no parameter '" + name + "'; it has size, rate and duration");
            }
        }
        try {
            Rational rate = Rational.parse(parameters.getOrDefault("rate", "25"));
            PictureSize size = size(parameters.getOrDefault("size", "1280x720"));
            SyntheticSource.Builder builder =
                    SyntheticSource.builder().frameRate(rate).size(size.width(), size.height());
            if (endless) {
                builder.startFrame(presentSegment(rate));
            } else {
                builder.duration(TEST_LENGTH);
            }
            String seconds = parameters.get("duration");
            if (seconds != null) {
                builder.duration(Duration.ofMillis(Math.round(Double.parseDouble(seconds) * 1000)));
            }
            return builder.build();
        } catch (IllegalArgumentException e) {
            throw new MediaException(
                    MediaErrorCode.INVALID_ARGUMENT,
                    "'" + input + "' is no test source (" + e.getMessage()
                            + "); write test:?size=1280x720&rate=25&duration=10",
                    e);
        }
    }

    private static Map<String, String> testParameters(String input) {
        return MediaRequest.get("/" + input.substring("test:".length())).queryParameters();
    }

    private static PictureSize size(String text) {
        int cross = text.indexOf('x');
        return new PictureSize(
                Integer.parseInt(text.substring(0, Math.max(0, cross))), Integer.parseInt(text.substring(cross + 1)));
    }

    // Where a channel begins a recording: so the burnt-in clock tells the time.
    private static long presentSegment(Rational rate) {
        EpochGrid grid = EpochGrid.nearest(rate, Duration.ofSeconds(2), Duration.ofSeconds(2));
        long present = grid.segmentAt(Timestamp.of(Clock.systemUTC().instant()));
        return (present - 1) * grid.segmentFrames();
    }
}

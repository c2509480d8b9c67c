package io.headend.examples;

import io.headend.core.MediaException;
import io.headend.core.StreamSource;
import io.headend.transcode.Deinterlace;
import io.headend.transcode.Loudness;
import io.headend.transcode.LoudnessMeter;
import io.headend.transcode.Overlay;
import io.headend.transcode.Processing;
import io.headend.transcode.SnapshotFolder;
import io.headend.transcode.Snapshots;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say what is done to pictures and sound before they are encoded; shared by {@code vod} and {@code demo}. */
final class ProcessingOptions {

    private static final int KEPT_SNAPSHOTS = 1000;

    @Option(
            names = "--deinterlace",
            paramLabel = "HOW",
            defaultValue = "AUTO",
            description = "interlaced pictures: auto, frames (25 per second of 1080i25), fields (50), off")
    Deinterlace deinterlace = Deinterlace.AUTO;

    @Option(names = "--logo", paramLabel = "FILE", description = "a PNG, with its transparency, over every picture")
    @Nullable
    Path logo;

    @Option(
            names = "--logo-corner",
            defaultValue = "TOP_RIGHT",
            description = "top_left, top_right, bottom_left, bottom_right or center (default: top_right)")
    Overlay.Corner logoCorner = Overlay.Corner.TOP_RIGHT;

    @Option(
            names = "--logo-width",
            paramLabel = "SHARE",
            defaultValue = "0.125",
            description = "of the picture's width, up to 1 (default: ${DEFAULT-VALUE})")
    double logoWidth = 0.125;

    @Option(names = "--logo-opacity", paramLabel = "0..1", defaultValue = "1", description = "1 is as the image says")
    double logoOpacity = 1;

    @Option(names = "--snapshots", paramLabel = "DIR", description = "a folder for JPEG pictures, the last 1000")
    @Nullable
    Path snapshots;

    @Option(names = "--snapshot-every", paramLabel = "SECONDS", defaultValue = "10", description = "how often")
    double snapshotSeconds = 10;

    @Option(
            names = "--loudness",
            paramLabel = "LUFS",
            description = "the loudness that the sound is brought to, such as -23 (EBU R 128); files in two passes")
    @Nullable
    Double loudness;

    /** What was asked for, in one pass. */
    Processing processing() {
        try {
            return asWritten();
        } catch (IllegalArgumentException e) {
            throw MediaException.invalidArgument(String.valueOf(e.getMessage()));
        }
    }

    private Processing asWritten() {
        Processing processing = Processing.STANDARD.withDeinterlace(deinterlace);
        if (logo != null) {
            processing = processing.withOverlay(
                    Overlay.of(logo).withCorner(logoCorner).withWidth(logoWidth).withOpacity(logoOpacity));
        }
        if (snapshots != null) {
            processing = processing.withSnapshots(Snapshots.of(
                    Duration.ofMillis(Math.round(snapshotSeconds * 1000)),
                    SnapshotFolder.at(snapshots, KEPT_SNAPSHOTS)));
        }
        return loudness == null ? processing : processing.withLoudness(Loudness.target(loudness));
    }

    /** The same, with the loudness measured first. */
    Processing processing(Supplier<StreamSource> source) {
        Processing plain = processing();
        Loudness target = plain.loudness();
        if (target == null) {
            return plain;
        }
        try (LoudnessMeter meter = new LoudnessMeter();
                StreamSource measured = source.get()) {
            measured.run(meter);
            return plain.withLoudness(target.withMeasured(meter.report()));
        }
    }
}

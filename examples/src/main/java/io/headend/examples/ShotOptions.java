package io.headend.examples;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code vod} that make it encode shot by shot. */
final class ShotOptions {

    @Option(
            names = "--target-vmaf",
            paramLabel = "N",
            description = "encode shot by shot, so that the mean VMAF of the top rung is N; GOPs of up to 4 s")
    @Nullable
    Double target;

    @Option(
            names = "--floor",
            paramLabel = "N",
            defaultValue = "0",
            description = "and no part of a shot below N; without --target-vmaf, no group of pictures (adaptive)")
    double floor;

    @Option(
            names = "--ladder",
            paramLabel = "standard|auto",
            defaultValue = "standard",
            description = "auto: sizes and number of rungs by what the pictures show (with --target-vmaf)")
    String ladder = "standard";

    boolean isWanted() {
        return target != null;
    }

    boolean isValid() {
        boolean ladders = isAutomatic() || ladder.equalsIgnoreCase("standard");
        return target != null && target > 0 && target <= 100 && floor >= 0 && floor <= 100 && ladders;
    }

    boolean isAutomatic() {
        return ladder.equalsIgnoreCase("auto");
    }
}

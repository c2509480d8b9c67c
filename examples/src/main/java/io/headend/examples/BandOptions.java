package io.headend.examples;

import io.headend.core.MediaException;
import io.headend.transcode.EncoderSettings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a channel is encoded, where it is to differ from its ladder; shared by {@code demo} and {@code live}. */
final class BandOptions {

    private static final double HALF_BAND = 2;

    @Mixin
    EncodingOptions encoding = new EncodingOptions();

    @Option(
            names = "--target-vmaf",
            paramLabel = "N",
            description = "adaptive: a band of 2 VMAF around N; short for --floor and --ceiling")
    @Nullable
    Double target;

    @Option(names = "--floor", paramLabel = "N", description = "adaptive: VMAF below which bits are added")
    @Nullable
    Double floor;

    /** A rung's settings as asked for. */
    EncoderSettings applied(EncoderSettings own) {
        if (target != null) {
            if (!(target > 0 && target <= 100)) {
                throw MediaException.invalidArgument("--target-vmaf is above 0 to 100, not " + target);
            }
            if (encoding.ceiling == null) {
                encoding.ceiling = Math.min(100, target + HALF_BAND);
            }
        }
        double least = floor != null ? floor : target != null ? Math.max(0, target - HALF_BAND) : 0;
        return encoding.applied(own, least);
    }
}

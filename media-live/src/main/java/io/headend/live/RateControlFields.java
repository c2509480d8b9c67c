package io.headend.live;

import io.headend.transcode.LatencyClass;
import io.headend.transcode.QualityTarget;
import io.headend.transcode.RateControl;
import io.headend.transcode.Scenario;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a channel file says of how a rung spends bits. */
final class RateControlFields {

    private static final double BUFFER_SECONDS = 2;

    private RateControlFields() {}

    /** @param said {@code null} for a capped constant rate factor */
    static RateControl of(ChannelFile.@Nullable Control said, double crf, long maxrate) {
        if (said == null) {
            return RateControl.CappedQuality.of(crf, maxrate);
        }
        String kind = said.kind() == null ? "capped" : said.kind().toLowerCase(Locale.ROOT);
        if (!kind.equals("adaptive") && (said.vmaf() != null || said.ssim() != null || said.scenario() != null)) {
            throw new IllegalArgumentException(
                    "a rate control '" + kind + "' has no band and no scenario; use adaptive");
        }
        return switch (kind) {
            case "capped" -> new RateControl.CappedQuality(crf, maxrate, buffer(said, maxrate, BUFFER_SECONDS));
            case "adaptive" -> adaptive(said, crf, maxrate);
            case "vbr" -> new RateControl.Vbr(bitrate(said), maxrate, buffer(said, maxrate, BUFFER_SECONDS));
            case "cbr" -> new RateControl.Cbr(bitrate(said), buffer(said, bitrate(said), 1));
            default ->
                throw new IllegalArgumentException(
                        "rateControl kind '" + said.kind() + "' is none of capped, adaptive, vbr, cbr");
        };
    }

    private static RateControl adaptive(ChannelFile.Control said, double crf, long maxrate) {
        QualityTarget target = new QualityTarget(
                floor(said.vmaf()),
                ceiling(said.vmaf(), 100),
                floor(said.ssim()),
                ceiling(said.ssim(), 1),
                word(QualityTarget.Pooling.class, "pooling", said.pooling(), QualityTarget.Pooling.MEAN));
        return new RateControl.ContentAdaptive(
                crf,
                target,
                maxrate,
                buffer(said, maxrate, BUFFER_SECONDS),
                word(LatencyClass.class, "latency", said.latency(), LatencyClass.NORMAL),
                word(Scenario.class, "scenario", said.scenario(), Scenario.AUTO));
    }

    private static <E extends Enum<E>> E word(Class<E> type, String field, @Nullable String said, E otherwise) {
        return said == null ? otherwise : ProcessingFields.word(type, field, said);
    }

    private static double floor(ChannelFile.@Nullable Band band) {
        return band == null || band.floor() == null ? 0 : band.floor();
    }

    private static double ceiling(ChannelFile.@Nullable Band band, double none) {
        return band == null || band.ceiling() == null ? none : band.ceiling();
    }

    private static long bitrate(ChannelFile.Control said) {
        if (said.bitrate() == null) {
            throw new IllegalArgumentException("a rate control '" + said.kind() + "' needs a \"bitrate\"");
        }
        return said.bitrate();
    }

    private static long buffer(ChannelFile.Control said, long rate, double otherwise) {
        double seconds = said.seconds() == null ? otherwise : said.seconds();
        if (!(seconds >= 0.05 && seconds <= 60)) {
            throw new IllegalArgumentException("the buffer of a rate control lasts 0.05 to 60 seconds, not " + seconds);
        }
        return Math.round(seconds * rate);
    }
}

package io.headend.transcode;

import io.headend.core.MediaEvent;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Tells the host of damaged samples, once a minute at most. */
final class DecodeErrors {

    private static final long INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final TranscoderBuilder settings;
    private long counted;
    private long told;
    private long toldAt = System.nanoTime() - INTERVAL_NANOS;

    DecodeErrors(TranscoderBuilder settings) {
        this.settings = settings;
    }

    void tell(@Nullable PictureInput pictures, @Nullable SoundInput sounds) {
        long errors = (pictures == null ? 0 : pictures.errors()) + (sounds == null ? 0 : sounds.errors());
        if (errors > counted) {
            settings.meters.count("headend.transcode.decode_errors", errors - counted);
            counted = errors;
        }
        long now = System.nanoTime();
        if (counted > told && now - toldAt >= INTERVAL_NANOS) {
            told = counted;
            toldAt = now;
            settings.event(
                    TranscodeEvent.Kind.DECODE_ERRORS,
                    "decoder",
                    MediaEvent.Severity.WARNING,
                    counted + " damaged samples of the source so far; decoding goes on");
        }
    }
}

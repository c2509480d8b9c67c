package io.headend.drm;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.SampleInfo;

/**
 * The 8-byte vectors of {@code cenc}. A sample's vector is a base plus its decoding time in ticks: two packagers of one
 * channel, or one that was restarted, give a sample the same vector, and no two samples of a track share one. The lower half of
 * the counter block counts blocks inside the sample.
 */
final class CounterVectors {

    private final long base;
    private boolean started;
    private long last;

    CounterVectors(long base) {
        this.base = base;
    }

    /**
     * @throws MediaException CONFLICT if decoding time does not increase, because a vector used twice gives the text away
     */
    long next(SampleInfo info) {
        if (started && info.dts() <= last) {
            throw new MediaException(
                    MediaErrorCode.CONFLICT,
                    "Decoding time goes from " + last + " to " + info.dts()
                            + "; counter-mode encryption needs it to increase, so normalise the timeline first.");
        }
        started = true;
        last = info.dts();
        return base + last;
    }
}

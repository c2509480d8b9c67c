package io.headend.drm;

import io.headend.core.MediaException;
import io.headend.core.SampleInfo;

/**
 * The 8-byte vectors of {@code cenc} under one key. A sample's vector is a base plus its decoding time in ticks: two packagers of one
 * channel, or one that was restarted, give a sample the same vector, and no two samples of a track share one. The lower half of
 * the counter block counts blocks inside the sample.
 */
final class CounterVectors {

    private final long base;
    private final VectorGuard guard;

    CounterVectors(long base, VectorGuard guard) {
        this.base = base;
        this.guard = guard;
    }

    /**
     * @throws MediaException CONFLICT if decoding time does not increase, because a vector used twice gives the text away
     */
    long next(SampleInfo info) {
        guard.sample(info);
        return base + info.dts();
    }
}

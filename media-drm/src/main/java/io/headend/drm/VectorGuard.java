package io.headend.drm;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.SampleInfo;

/**
 * Sees to it that decoding time increases along a track. An earlier segment may be made anew, as a packager on demand does: the same
 * sample then gets the same vector.
 */
final class VectorGuard {

    private boolean started;
    private long last;
    private long segment = Long.MIN_VALUE;

    void segment(long number) {
        if (number <= segment) {
            started = false;
        }
        segment = number;
    }

    void sample(SampleInfo info) {
        if (started && info.dts() <= last) {
            throw new MediaException(
                    MediaErrorCode.CONFLICT,
                    "Decoding time goes from " + last + " to " + info.dts()
                            + "; counter-mode encryption needs it to increase, so normalise the timeline first.");
        }
        started = true;
        last = info.dts();
    }
}

package io.headend.transcode;

import io.headend.core.Timestamp;
import java.nio.ByteBuffer;

/**
 * One still picture of a program.
 *
 * @param frame number of the frame
 * @param at start of the frame on the epoch timeline
 * @param jpeg the coded picture, read-only; each call gives a view of its own
 */
public record Snapshot(long frame, Timestamp at, ByteBuffer jpeg) {

    public Snapshot {
        jpeg = jpeg.asReadOnlyBuffer();
    }

    @Override
    public ByteBuffer jpeg() {
        return jpeg.duplicate();
    }
}

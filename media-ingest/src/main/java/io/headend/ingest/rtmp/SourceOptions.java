package io.headend.ingest.rtmp;

import io.headend.core.MediaException;
import io.headend.core.OverflowPolicy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a stream is read as a source.
 *
 * @param overflow what happens when the reader is slower than the publisher: {@code BLOCK} holds the publisher back, viewers of the
 *     stream included; {@code DROP_UNTIL_SYNC} drops up to the next key frame
 * @param maxBytes payload that may wait
 * @param firstPublisher how long to wait for the first publisher; zero for ever
 * @param linger how long to wait for the next publisher when the connection of one broke, before the source ends; one that
 *     unpublishes ends it at once. {@code null}: the source waits for ever, whatever publishers do
 */
public record SourceOptions(
        OverflowPolicy overflow,
        long maxBytes,
        Duration firstPublisher,
        @Nullable Duration linger) {

    /** For a channel: drops when late, holds 32 MiB, never ends. */
    public static final SourceOptions LIVE =
            new SourceOptions(OverflowPolicy.DROP_UNTIL_SYNC, 32 << 20, Duration.ZERO, null);

    /** For a recording: loses nothing, ends with the publisher. */
    public static final SourceOptions RECORDING =
            new SourceOptions(OverflowPolicy.BLOCK, 32 << 20, Duration.ZERO, Duration.ZERO);

    public SourceOptions {
        if (maxBytes < 1 || firstPublisher.isNegative() || (linger != null && linger.isNegative())) {
            throw MediaException.invalidArgument("a source holds at least one byte and waits no negative time");
        }
    }

    public SourceOptions withWaiting(Duration first, @Nullable Duration newLinger) {
        return new SourceOptions(overflow, maxBytes, first, newLinger);
    }
}

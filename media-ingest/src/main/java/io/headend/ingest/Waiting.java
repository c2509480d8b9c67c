package io.headend.ingest;

import io.headend.core.SampleInfo;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How long a source waits and with what it stamps samples.
 *
 * @param open longest time for opening
 * @param read longest time without a sample
 * @param total longest time for everything, zero for no limit
 * @param stop ends every wait at once when true
 * @param arrival wall clock in nanoseconds since 1970, {@link SampleInfo#NO_ARRIVAL} for recordings
 * @param http for sources that read by HTTP, or {@code null} for one of their own
 */
record Waiting(
        Duration open,
        Duration read,
        Duration total,
        BooleanSupplier stop,
        LongSupplier arrival,
        @Nullable HttpClient http) {

    Waiting or(BooleanSupplier alsoStop) {
        return new Waiting(open, read, total, () -> stop.getAsBoolean() || alsoStop.getAsBoolean(), arrival, http);
    }
}

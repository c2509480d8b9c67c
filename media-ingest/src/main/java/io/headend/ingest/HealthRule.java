package io.headend.ingest;

import io.headend.core.MediaException;
import java.time.Duration;

/**
 * When a problem is one.
 *
 * @param threshold in the unit that {@link InputProblem} names
 * @param hold how long it lasts, or within which time it happens, before it is told; at most an hour
 */
public record HealthRule(double threshold, Duration hold) {

    public HealthRule {
        if (hold.isNegative() || hold.isZero() || hold.compareTo(Duration.ofHours(1)) > 0 || Double.isNaN(threshold)) {
            throw MediaException.invalidArgument(
                    "a hold time is more than zero and at most an hour, not " + hold + ", and a threshold a number");
        }
    }
}

package io.headend.ingest;

import io.headend.core.MediaEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/**
 * A problem of an input begins or is over.
 *
 * @param origin name of the input
 * @param begins whether it begins
 * @param lasted how long it has lasted when it is told
 */
public record HealthEvent(Instant at, String origin, InputProblem problem, boolean begins, Duration lasted)
        implements MediaEvent {

    @Override
    public Severity severity() {
        return begins ? Severity.WARNING : Severity.INFO;
    }

    @Override
    public String message() {
        String name = problem.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return String.format(
                Locale.ROOT,
                begins ? "%s: %s for %.1f s" : "%s: %s is over, it lasted %.1f s",
                origin,
                name,
                lasted.toNanos() / 1e9);
    }
}

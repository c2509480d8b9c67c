package io.headend.core;

import java.time.Instant;

/**
 * Something that an operator may want to know of. Rooms define records of their own that implement it.
 */
public interface MediaEvent {

    /** How much it matters. */
    enum Severity {
        INFO,
        WARNING,
        ERROR
    }

    Instant at();

    /** Who says it, such as {@code channel/pipeline A/input 1}. */
    String origin();

    Severity severity();

    /** One sentence. */
    String message();
}

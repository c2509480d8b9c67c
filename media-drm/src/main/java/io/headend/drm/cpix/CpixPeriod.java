package io.headend.drm.cpix;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A crypto period.
 *
 * @param id an XML name
 * @param index number of the period
 * @param start its first instant
 * @param end the instant behind its last
 */
public record CpixPeriod(String id, OptionalLong index, Optional<Instant> start, Optional<Instant> end) {}

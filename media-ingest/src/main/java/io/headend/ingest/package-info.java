/**
 * Reads any input as a {@link io.headend.core.StreamSource}: samples in the house's canonical form, on a timeline that
 * neither wraps nor jumps nor ends because of its clock.
 *
 * <p>Start with {@link io.headend.ingest.Ingest} and {@link io.headend.ingest.InputSpec#parse}; {@link io.headend.ingest.Probe} looks at
 * an input first.
 */
@NullMarked
package io.headend.ingest;

import org.jspecify.annotations.NullMarked;

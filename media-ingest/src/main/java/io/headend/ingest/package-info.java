/**
 * Reads any input as a {@link io.headend.core.StreamSource}: samples in the house's canonical form, on a timeline that
 * neither wraps nor jumps nor ends because of its clock.
 *
 * <p>Start with Ingest, {@link io.headend.ingest.InputSpec#parse} and, to look at an input before
 * using it, Probe.
 */
@NullMarked
package io.headend.ingest;

import org.jspecify.annotations.NullMarked;

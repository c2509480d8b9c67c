/**
 * What every room of the house shares: {@link io.headend.core.Timebase time}, {@link io.headend.core.Track tracks},
 * the {@link io.headend.core.StreamItem stream item} and the two ends that it travels between
 * ({@link io.headend.core.StreamSource}, {@link io.headend.core.StreamSink}), errors, events, meters and the
 * {@link io.headend.core.LeakDetector leak detector}. Start at {@code StreamItem}.
 */
@NullMarked
package io.headend.core;

import org.jspecify.annotations.NullMarked;

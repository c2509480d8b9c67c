/** Meters of a channel in Micrometer, for hosts that have it: {@link io.headend.live.micrometer.MicrometerMeters}. */
@NullMarked
package io.headend.live.micrometer;

import org.jspecify.annotations.NullMarked;

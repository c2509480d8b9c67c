package io.headend.live.micrometer;

import io.headend.core.MeterSink;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * Gives meters to a registry of Micrometer, under the names and tags that they have here.
 *
 * <p><b>Threading:</b> any thread.
 */
@SuppressWarnings("exports") // a program that uses the channel without Micrometer must still compile
public final class MicrometerMeters implements MeterSink {

    private final MeterRegistry registry;

    private MicrometerMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /** @param registry stays the caller's to close */
    public static MicrometerMeters of(MeterRegistry registry) {
        return new MicrometerMeters(registry);
    }

    @Override
    public void count(String name, long delta, String... tags) {
        registry.counter(name, tags).increment((double) delta);
    }

    @Override
    public AutoCloseable gauge(String name, DoubleSupplier value, String... tags) {
        Gauge gauge = Gauge.builder(name, value, DoubleSupplier::getAsDouble)
                .tags(tags)
                .strongReference(true)
                .register(registry);
        return () -> registry.remove(gauge);
    }

    @Override
    public void time(String name, long nanos, String... tags) {
        registry.timer(name, tags).record(Duration.ofNanos(nanos));
    }
}

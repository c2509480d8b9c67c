package io.headend.core;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.DoubleSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sinks of a host from which nothing is thrown into the house. */
final class Guards {

    private static final Logger log = LoggerFactory.getLogger(Guards.class);

    private Guards() {}

    static final class Events implements EventSink {
        private final EventSink sink;

        Events(EventSink sink) {
            this.sink = sink;
        }

        @Override
        public void accept(MediaEvent event) {
            try {
                sink.accept(event);
            } catch (RuntimeException e) {
                log.warn("the event sink must not throw; it did for: {}", event.message(), e);
            }
        }
    }

    static final class Meters implements MeterSink {
        private final MeterSink sink;
        private final AtomicBoolean told = new AtomicBoolean();

        Meters(MeterSink sink) {
            this.sink = sink;
        }

        @Override
        public void count(String name, long delta, String... tags) {
            try {
                sink.count(name, delta, tags);
            } catch (RuntimeException e) {
                tell(name, e);
            }
        }

        @Override
        public AutoCloseable gauge(String name, DoubleSupplier value, String... tags) {
            try {
                return sink.gauge(name, value, tags);
            } catch (RuntimeException e) {
                tell(name, e);
                return () -> {};
            }
        }

        @Override
        public void time(String name, long nanos, String... tags) {
            try {
                sink.time(name, nanos, tags);
            } catch (RuntimeException e) {
                tell(name, e);
            }
        }

        // Meters are called for every sample.
        private void tell(String name, RuntimeException e) {
            if (told.compareAndSet(false, true)) {
                log.warn("the meter sink must not throw; it did for {} (said once)", name, e);
            }
        }
    }
}

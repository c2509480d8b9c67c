package io.headend.core;

import java.util.function.DoubleSupplier;

/**
 * Where the rooms report their figures; a host maps it to the meters that it uses. Names are dotted lower case
 * ({@code headend.encoder.frames}), tags come in pairs of key and value. Safe for use by several threads.
 */
public interface MeterSink {

    MeterSink NONE = new MeterSink() {
        @Override
        public void count(String name, long delta, String... tags) {}

        @Override
        public AutoCloseable gauge(String name, DoubleSupplier value, String... tags) {
            return () -> {};
        }

        @Override
        public void time(String name, long nanos, String... tags) {}
    };

    /** Adds {@code delta}, at least 0, to a counter. */
    void count(String name, long delta, String... tags);

    /** Registers a value that is read on demand until the returned registration is closed. */
    AutoCloseable gauge(String name, DoubleSupplier value, String... tags);

    /** Records one duration. */
    void time(String name, long nanos, String... tags);

    /** The same sink, but what it throws is logged, once, and goes no further: figures are no reason to end a stream. */
    static MeterSink guarded(MeterSink sink) {
        return sink == NONE || sink instanceof Guards.Meters ? sink : new Guards.Meters(sink);
    }
}

package io.headend.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;

class GuardsTest {

    private record Said(Instant at, String origin, Severity severity, String message) implements MediaEvent {}

    private final List<String> seen = new ArrayList<>();

    private final MeterSink broken = new MeterSink() {
        @Override
        public void count(String name, long delta, String... tags) {
            seen.add(name);
            throw new IllegalStateException("no registry");
        }

        @Override
        public AutoCloseable gauge(String name, DoubleSupplier value, String... tags) {
            seen.add(name);
            throw new IllegalStateException("no registry");
        }

        @Override
        public void time(String name, long nanos, String... tags) {
            seen.add(name);
            throw new IllegalStateException("no registry");
        }
    };

    @Test
    void whatAnEventSinkThrowsGoesNoFurther() {
        List<MediaEvent> events = new ArrayList<>();
        EventSink sink = EventSink.guarded(event -> {
            events.add(event);
            throw new IllegalStateException("full");
        });
        Said said = new Said(Instant.EPOCH, "here", MediaEvent.Severity.INFO, "so");
        assertThatCode(() -> sink.accept(said)).doesNotThrowAnyException();
        assertThat(events).containsExactly(said);
        assertThat(EventSink.guarded(sink)).isSameAs(sink);
        assertThat(EventSink.guarded(EventSink.NONE)).isSameAs(EventSink.NONE);
    }

    @Test
    void whatAMeterSinkThrowsGoesNoFurther() throws Exception {
        MeterSink sink = MeterSink.guarded(broken);
        sink.count("a", 1);
        sink.time("b", 1);
        try (AutoCloseable gauge = sink.gauge("c", () -> 1)) {
            assertThat(gauge).isNotNull();
        }
        assertThat(seen).containsExactly("a", "b", "c");
        assertThat(MeterSink.guarded(sink)).isSameAs(sink);
        assertThat(MeterSink.guarded(MeterSink.NONE)).isSameAs(MeterSink.NONE);
    }
}

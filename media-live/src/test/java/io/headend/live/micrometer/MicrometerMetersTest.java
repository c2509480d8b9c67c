package io.headend.live.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.MeterSink;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MicrometerMetersTest {

    @Test
    void metersArriveUnderTheirNamesAndTags() throws Exception {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        MeterSink meters = MicrometerMeters.of(registry);
        meters.count("headend.frames", 3, "rendition", "v720");
        meters.count("headend.frames", 4, "rendition", "v720");
        meters.time("headend.encode", 5_000_000, "rendition", "v720");
        double[] value = {7};
        AutoCloseable gauge = meters.gauge("headend.queue", () -> value[0], "rendition", "v720");
        assertThat(registry.get("headend.frames")
                        .tag("rendition", "v720")
                        .counter()
                        .count())
                .isEqualTo(7);
        assertThat(registry.get("headend.encode").timer().totalTime(TimeUnit.MILLISECONDS))
                .isEqualTo(5);
        assertThat(registry.get("headend.queue").gauge().value()).isEqualTo(7);
        value[0] = 8;
        assertThat(registry.get("headend.queue").gauge().value()).isEqualTo(8);
        gauge.close();
        assertThat(registry.find("headend.queue").gauge()).isNull();
    }
}

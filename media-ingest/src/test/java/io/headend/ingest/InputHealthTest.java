package io.headend.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.Codec;
import io.headend.core.CodecConfig;
import io.headend.core.HeapSample;
import io.headend.core.MediaEvent;
import io.headend.core.MediaException;
import io.headend.core.SampleInfo;
import io.headend.core.StreamSink;
import io.headend.core.Timebase;
import io.headend.core.Track;
import io.headend.core.TrackInfo;
import io.headend.core.VideoFormat;
import io.headend.ffmpeg.AvFrame;
import io.headend.testkit.FakeClock;
import io.headend.testkit.LeakExtension;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** All in virtual time: ticks of 50 ms, 25 pictures a second. */
@ExtendWith(LeakExtension.class)
class InputHealthTest {

    private static final long TICK = 50;
    private static final Instant START = Instant.parse("2026-11-22T12:00:00Z");

    private final FakeClock clock = FakeClock.at(START);
    private final List<HealthEvent> events = new ArrayList<>();
    private final Map<String, Long> counters = new HashMap<>();
    private final InputHealth health =
            health(builder -> builder.rule(InputProblem.LOW_BITRATE, 100_000, Duration.ofSeconds(2)));
    private final FrameAnalyzer analyzer = new FrameAnalyzer(health);
    private final StreamSink wire = health.watch(item -> item.close());
    private int picture;

    private InputHealth health(Consumer<InputHealth.Builder> more) {
        InputHealth.Builder builder = InputHealth.builder("input 1")
                .clock(clock)
                .nanoTime(clock.ticker())
                .events(event -> events.add((HealthEvent) event));
        more.accept(builder);
        InputHealth built = builder.build();
        built.watch(() -> counters);
        return built;
    }

    /** Runs for a while; each 50 ms the step is done, then judged. */
    private void pass(Duration time, Runnable step) {
        for (long t = 0; t < time.toMillis(); t += TICK) {
            clock.advance(Duration.ofMillis(TICK));
            step.run();
            health.tick();
        }
    }

    private void send() {
        wire.accept(HeapSample.of(
                new SampleInfo(0, picture, picture, 1, true, SampleInfo.NO_ARRIVAL), ByteBuffer.allocate(2_500)));
        picture++;
    }

    private void show(int luma, boolean moving) {
        try (AvFrame frame = AvFrame.allocateVideo("yuv420p", 64, 36)) {
            ByteBuffer plane = frame.plane(0);
            for (int i = 0; i < plane.capacity(); i++) {
                plane.put(i, (byte) (luma + (moving ? (i + picture) % 8 : 0)));
            }
            analyzer.accept(frame);
        }
    }

    private void sound(float level) {
        try (AvFrame frame = AvFrame.allocateAudio("fltp", 48_000, 2, 960)) {
            for (int plane = 0; plane < 2; plane++) {
                ByteBuffer bytes = frame.plane(plane).order(ByteOrder.nativeOrder());
                for (int i = 0; i < 960; i++) {
                    bytes.putFloat(4 * i, i % 2 == 0 ? level : -level);
                }
            }
            analyzer.accept(frame);
        }
    }

    private void wellDone() {
        send();
        show(100, true);
        sound(0.1f);
    }

    private void begin() {
        wire.accept(new TrackInfo(new Track(
                0,
                "video-0",
                VideoFormat.of(CodecConfig.of(Codec.MPEG2_VIDEO, "mpeg2video"), 64, 36),
                Timebase.hz(25),
                null)));
        health.tick();
        pass(Duration.ofSeconds(10), this::wellDone);
        assertThat(events).isEmpty();
        assertThat(health.snapshot().isHealthy()).isTrue();
        assertThat(health.snapshot().bitrate()).isBetween(380_000L, 420_000L);
    }

    /** What goes wrong, each 50 ms, while everything else is well. */
    private Runnable fault(InputProblem problem) {
        return switch (problem) {
            case STALL ->
                () -> {
                    show(100, true);
                    sound(0.1f);
                    picture++;
                };
            case LOSS ->
                () -> {
                    wellDone();
                    counters.merge("unrecovered", 10L, Long::sum);
                };
            case LOW_BITRATE ->
                () -> {
                    wire.accept(HeapSample.of(
                            new SampleInfo(0, picture, picture, 1, true, SampleInfo.NO_ARRIVAL),
                            ByteBuffer.allocate(10)));
                    picture++;
                    show(100, true);
                    sound(0.1f);
                };
            case CONTINUITY ->
                () -> {
                    wellDone();
                    counters.merge("continuity_errors", 10L, Long::sum);
                };
            case DECODE ->
                () -> {
                    wellDone();
                    health.decodeErrors(5);
                };
            case BLACK ->
                () -> {
                    send();
                    show(16, true);
                    sound(0.1f);
                };
            case SILENCE ->
                () -> {
                    send();
                    show(100, true);
                    sound(0.0005f);
                };
            case FREEZE ->
                () -> {
                    send();
                    show(100, false);
                    sound(0.1f);
                };
        };
    }

    @ParameterizedTest
    @EnumSource(InputProblem.class)
    void eachProblemIsToldInTimeAndIsOver(InputProblem problem) {
        begin();
        Instant fault = clock.instant();
        pass(Duration.ofSeconds(8), fault(problem));
        List<HealthEvent> told =
                events.stream().filter(e -> e.problem() == problem).toList();
        assertThat(told).hasSize(1);
        assertThat(told.get(0).begins()).isTrue();
        assertThat(told.get(0).severity()).isEqualTo(MediaEvent.Severity.WARNING);
        Duration after = Duration.between(fault, told.get(0).at());
        assertThat(after).isLessThanOrEqualTo(problem.standard().hold().plusMillis(100));
        boolean measuredOverTime = List.of(
                        InputProblem.STALL, InputProblem.BLACK, InputProblem.SILENCE, InputProblem.FREEZE)
                .contains(problem);
        if (measuredOverTime) {
            assertThat(after).isGreaterThanOrEqualTo(problem.standard().hold().minusMillis(TICK));
        }
        assertThat(health.snapshot().problems()).containsKey(problem);
        pass(Duration.ofSeconds(5), this::wellDone);
        assertThat(health.snapshot().isHealthy()).isTrue();
        assertThat(events.get(events.size() - 1).begins()).isFalse();
        assertThat(events.stream().filter(e -> e.problem() == problem)).hasSize(2);
        assertThat(told.get(0).message()).contains("input 1");
    }

    @Test
    void aShortFaultIsNone() {
        begin();
        for (InputProblem problem :
                List.of(InputProblem.STALL, InputProblem.BLACK, InputProblem.SILENCE, InputProblem.FREEZE)) {
            pass(problem.standard().hold().minusMillis(150), fault(problem));
            pass(Duration.ofSeconds(1), this::wellDone);
        }
        assertThat(events).isEmpty();
    }

    @Test
    void anInputThatNeverComesHasStalled() {
        health.tick();
        pass(Duration.ofMillis(1_100), () -> {});
        assertThat(events).extracting(HealthEvent::problem).containsExactly(InputProblem.STALL);
        assertThat(events.get(0).at()).isBetween(START.plusMillis(1_000), START.plusMillis(1_100));
        assertThat(health.snapshot().sinceSample()).isEqualTo(Duration.ofMillis(1_100));
    }

    @Test
    void tenBitsAreMeasuredLikeEight() {
        health.tick();
        pass(Duration.ofMillis(5_200), () -> {
            send();
            try (AvFrame frame = AvFrame.allocateVideo("yuv420p10le", 64, 36)) {
                ByteBuffer plane = frame.plane(0).order(ByteOrder.LITTLE_ENDIAN);
                for (int i = 0; i + 1 < plane.capacity(); i += 2) {
                    plane.putShort(i, (short) (64 + (i + picture) % 16));
                }
                analyzer.accept(frame);
            }
        });
        assertThat(events).extracting(HealthEvent::problem).containsExactly(InputProblem.BLACK);
    }

    @Test
    void rulesAreInBounds() {
        assertThatThrownBy(() -> new HealthRule(1, Duration.ZERO)).isInstanceOf(MediaException.class);
        assertThatThrownBy(() -> new HealthRule(Double.NaN, Duration.ofSeconds(1)))
                .isInstanceOf(MediaException.class);
    }
}

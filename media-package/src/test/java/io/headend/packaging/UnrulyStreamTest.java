package io.headend.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.headend.core.Discontinuity;
import io.headend.core.EpochGrid;
import io.headend.core.HeapSample;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.Rational;
import io.headend.core.SampleInfo;
import io.headend.core.StreamSink;
import io.headend.core.Timestamp;
import io.headend.core.TrackInfo;
import io.headend.core.VideoFormat;
import io.headend.testkit.LeakExtension;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Live streams that go back, come empty, change and jump, in any order: what is listed can be fetched at every moment. */
@ExtendWith(LeakExtension.class)
class UnrulyStreamTest {

    private static final EpochGrid GRID = new EpochGrid(Rational.of(25, 1), 25, 1);
    private static final Set<String> UNFETCHABLE =
            Set.of("hls.files", "hls.syntax", "dash.files", "dash.syntax", "iso.boxes", "iso.trun");
    private static final long FIRST = 1_000_000L * 25;

    private final Synthetic video = Synthetic.video(GRID);

    private static Packager packager(SegmentStore store, boolean lowLatency) {
        Packager.Builder builder = Packager.builder(store)
                .policy(SegmentationPolicy.live(GRID))
                .rendition("v")
                .rendition("w")
                .window(Duration.ofSeconds(8));
        return (lowLatency ? builder.lowLatency(Duration.ofMillis(200)) : builder).build();
    }

    private void require(SegmentStore store) {
        store.reader()
                .presentation()
                .ifPresent(presentation -> assertThat(Conformance.check(presentation, store.reader()))
                        .filteredOn(violation -> UNFETCHABLE.contains(violation.rule()))
                        .isEmpty());
    }

    private HeapSample at(long frame, long dts) {
        HeapSample good = video.sample(frame);
        SampleInfo info = good.info();
        return HeapSample.of(
                new SampleInfo(0, dts, dts, info.duration(), info.sync(), SampleInfo.NO_ARRIVAL), good.data());
    }

    private static Discontinuity discontinuity(long time) {
        Timestamp at = Timestamp.of(time, GRID.mediaTimebase());
        return new Discontinuity(Discontinuity.Cause.values()[0], at, at);
    }

    private TrackInfo ofSize(int width) {
        VideoFormat format =
                VideoFormat.of(Synthetic.AVC, width, width * 9 / 16).withFrameRate(GRID.frameRate());
        return new TrackInfo(video.track().withFormat(format));
    }

    private void unruly(StreamSink sink, Random random, long frame) {
        switch (random.nextInt(120)) {
            case 0 -> sink.accept(at(frame, video.start(frame - random.nextInt(60))));
            case 1 -> sink.accept(HeapSample.of(video.sample(frame).info(), ByteBuffer.allocate(0)));
            case 2 -> sink.accept(ofSize(random.nextBoolean() ? 1280 : 640));
            case 3 -> sink.accept(discontinuity(video.start(frame)));
            case 4 -> sink.accept(at(frame, -1 - random.nextInt(1_000)));
            case 5 -> sink.accept(video.sample(frame, random.nextBoolean()));
            default -> {}
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsListedCanBeFetched(boolean lowLatency) {
        for (int seed = 0; seed < 12; seed++) {
            Random random = new Random(seed);
            Set<Long> refused = new HashSet<>();
            for (int i = 0; i < 3; i++) {
                refused.add(FIRST / 25 + random.nextInt(30));
            }
            try (FaultyStore store = new FaultyStore(refused);
                    Packager packager = packager(store, lowLatency)) {
                for (String name : new String[] {"v", "w"}) {
                    packager.sink(name).accept(ofSize(1280));
                }
                long frame = FIRST;
                for (int n = 0; n < 30 * 25; n++) {
                    frame += random.nextInt(200) == 0 ? random.nextInt(120) : 1;
                    for (String name : new String[] {"v", "w"}) {
                        unruly(packager.sink(name), random, frame);
                        packager.sink(name).accept(video.sample(frame));
                    }
                    if (n % 60 == 0) {
                        require(store);
                    }
                }
                require(store);
                // whatever came before, a stream in order is listed again
                long next = (frame / 25 + 1) * 25;
                for (long good = next; good <= next + 100; good++) {
                    packager.sink("v").accept(video.sample(good));
                    packager.sink("w").accept(video.sample(good));
                }
                require(store);
                assertThat(packager.presentation().orElseThrow().lastNumber()).isGreaterThanOrEqualTo(next / 25 + 2);
            }
        }
    }

    @Test
    void aSampleBeforeItsConfigurationIsOneError() {
        try (HeapSegmentStore store = HeapSegmentStore.builder().build();
                Packager packager = packager(store, false)) {
            assertThatExceptionOfType(MediaException.class)
                    .isThrownBy(() -> packager.sink("v").accept(video.sample(FIRST)))
                    .withMessageContaining("before its TrackInfo")
                    .satisfies(e -> assertThat(e.code()).isEqualTo(MediaErrorCode.INVALID_STATE));
            packager.sink("v").accept(ofSize(1280));
            packager.sink("v").accept(video.sample(FIRST));
            assertThat(packager.presentation()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MAX_VALUE - 1, Long.MAX_VALUE / 2, 1L << 60, 1L << 50})
    void aTimeThatNoClockSaysIsDroppedAndTheStreamGoesOn(long time) {
        try (HeapSegmentStore store = HeapSegmentStore.builder().build();
                Packager packager = packager(store, false)) {
            for (String name : new String[] {"v", "w"}) {
                packager.sink(name).accept(ofSize(1280));
                video.samples(packager.sink(name), FIRST, 60);
                packager.sink(name).accept(at(FIRST + 60, time));
                video.samples(packager.sink(name), FIRST + 60, 100);
            }
            require(store);
            assertThat(packager.presentation().orElseThrow().lastNumber()).isEqualTo(FIRST / 25 + 5);
        }
    }
}

package io.headend.transcode;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.Codec;
import io.headend.core.PictureSize;
import io.headend.core.Sample;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.SyntheticSource;
import io.headend.transcode.Transcodes.Outputs;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(LeakExtension.class)
class PresetSwitchTest {

    /** A clock that runs away in the middle makes the transcoder go through all levels; headers and grid stay. */
    @ParameterizedTest
    @CsvSource({
        "AVC, ultrafast, yuv420p, ultrafast",
        "AVC, superfast, yuv420p, ultrafast",
        "AVC, veryfast, yuv420p, ultrafast",
        "AVC, faster, yuv420p, ultrafast",
        "AVC, medium, yuv420p, ultrafast",
        "AVC, slow, yuv420p, ultrafast",
        "AVC, veryfast, yuv420p10le, ultrafast",
        "HEVC, superfast, yuv420p, superfast",
        "HEVC, veryfast, yuv420p, ultrafast",
        "AV1, 10, yuv420p, 10"
    })
    void playersNeverLearnOfIt(Codec codec, String preset, String pixelFormat, String fastest) {
        RateControl rate = RateControl.CappedQuality.of(28, 400_000);
        EncoderSettings settings = new EncoderSettings(codec, preset, rate, pixelFormat, 1, Map.of());
        Ladder ladder = new Ladder(List.of(new Rendition("v", new PictureSize(320, 180), settings)), List.of());
        AtomicLong now = new AtomicLong();
        List<String> events = new ArrayList<>();
        try (Outputs outputs = new Outputs();
                SyntheticSource source = SyntheticSource.builder()
                        .size(320, 180)
                        .silent()
                        .frames(400)
                        .build();
                Transcoder transcoder = Transcoder.builder(ladder, Transcodes.GRID)
                        .outputs(outputs::sink)
                        .queuedFrames(1)
                        .keepUpWith(now::get)
                        .events(event -> {
                            if (event instanceof TranscodeEvent told
                                    && told.kind() == TranscodeEvent.Kind.ENCODER_STARTED) {
                                events.add(told.message().replaceAll("v: \\S+ (\\w+),.*", "$1"));
                            }
                        })
                        .build()) {
            // As late as told, on a clock that only the source moves.
            source.run(item -> {
                if (item instanceof Sample sample) {
                    long n = sample.pts() / 3600;
                    now.set(n * 40_000_000L + (n > 100 && n < 250 ? 12_000_000L * (n - 100) : 0));
                }
                transcoder.accept(item);
            });
            assertThat(transcoder.load().worstLagMillis()).isPositive();
            assertThat(events).startsWith(preset).contains(fastest);
            assertThat(transcoder.load().steps()).isPositive();
            assertThat(outputs.sink("v").tracks()).as("announced once").hasSize(1);
            assertThat(outputs.times("v"))
                    .isEqualTo(
                            LongStream.range(0, 400).map(n -> n * 3600).boxed().toList());
            assertThat(outputs.idrFrames("v", Transcodes.GRID))
                    .isEqualTo(LongStream.range(0, 16).map(n -> 25 * n).boxed().toList());
            assertDecodingTimesRise(outputs.samples("v"));
            if (pixelFormat.equals("yuv420p") && codec != Codec.AV1) {
                List<Long> numbers = Transcodes.paintedNumbers(outputs.track("v"), outputs.samples("v"));
                assertThat(numbers).hasSize(400).doesNotContain(-1L).isSorted();
                assertThat(numbers.subList(0, 50))
                        .isEqualTo(LongStream.range(0, 50).boxed().toList());
            }
        }
    }

    private static void assertDecodingTimesRise(List<Sample> samples) {
        for (int i = 1; i < samples.size(); i++) {
            assertThat(samples.get(i).dts()).isGreaterThan(samples.get(i - 1).dts());
        }
    }
}

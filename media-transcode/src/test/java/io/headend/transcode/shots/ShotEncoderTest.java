package io.headend.transcode.shots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.headend.core.EndOfStream;
import io.headend.core.PictureSize;
import io.headend.core.Sample;
import io.headend.core.StreamItem;
import io.headend.core.Track;
import io.headend.core.TrackInfo;
import io.headend.ffmpeg.AvFrame;
import io.headend.ffmpeg.Decoder;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.SharedMedia;
import io.headend.transcode.EncoderSettings;
import io.headend.transcode.RateControl;
import io.headend.transcode.compare.Clips;
import io.headend.transcode.quality.DecoderBuffer;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(LeakExtension.class)
class ShotEncoderTest {

    private static final int[] SHOTS = {30, 45, 12, 60};

    @TempDir
    Path folder;

    private final List<StreamItem> items = new ArrayList<>();
    private final ExecutorService executor = Executors.newFixedThreadPool(2);

    @AfterEach
    void close() {
        items.forEach(StreamItem::close);
        executor.shutdown();
    }

    private static EncoderSettings x264(long cap) {
        return EncoderSettings.x264("veryfast", RateControl.CappedQuality.of(23, cap));
    }

    private List<Sample> samples() {
        return items.stream()
                .filter(Sample.class::isInstance)
                .map(Sample.class::cast)
                .toList();
    }

    private Track track() {
        return ((TrackInfo) items.get(0)).track();
    }

    private int decoded() {
        int count = 0;
        try (Decoder decoder = Decoder.builder(track()).open()) {
            for (Sample sample : samples()) {
                decoder.send(sample);
                count += drain(decoder);
            }
            decoder.finish();
            count += drain(decoder);
            assertThat(decoder.errors()).isZero();
        }
        return count;
    }

    private static int drain(Decoder decoder) {
        int count = 0;
        for (AvFrame frame = decoder.receive(); frame != null; frame = decoder.receive()) {
            frame.close();
            count++;
        }
        return count;
    }

    @Test
    void meetsItsTargetWithAnIdrPictureAtEveryCut() {
        Path clip = Clips.write(folder.resolve("shots.mp4"), 110, SHOTS);
        try (ShotEncoder encoder = ShotEncoder.builder(clip.toString(), x264(5_000_000))
                .longest(Duration.ofSeconds(2))
                .executor(executor)
                .folder(folder)
                .build()) {
            assertThat(encoder.frames()).isEqualTo(147);
            ShotReport report = encoder.encode(ShotTarget.mean(88), items::add);
            assertThat(report.shots()).isEqualTo(4);
            assertThat(report.parts()).extracting(ShotReport.Part::firstFrame).containsExactly(0L, 30L, 75L, 87L, 117L);
            assertThat(report.vmaf()).isCloseTo(88, within(1.5));
            assertThat(report.late()).isZero();
            assertThat(report.bytes())
                    .isEqualTo(samples().stream().mapToLong(Sample::size).sum());
            assertThat(report.cpuNanos()).isPositive();
        }
        assertThat(items.get(items.size() - 1)).isInstanceOf(EndOfStream.class);
        assertThat(samples()).hasSize(147);
        assertThat(samples().stream().filter(Sample::sync).map(s -> s.pts() / 3600))
                .containsExactly(0L, 30L, 75L, 87L, 117L);
        long before = Long.MIN_VALUE;
        for (Sample sample : samples()) {
            assertThat(sample.dts()).isGreaterThan(before).isLessThanOrEqualTo(sample.pts());
            before = sample.dts();
        }
        assertThat(decoded()).isEqualTo(147);
        assertThat(folder.toFile().list()).as("parts are deleted").containsExactly("shots.mp4");
    }

    static List<EncoderSettings> others() {
        return List.of(
                EncoderSettings.x265("ultrafast", RateControl.CappedQuality.of(23, 5_000_000))
                        .withOption("pools", "1"),
                EncoderSettings.svtAv1(12, RateControl.CappedQuality.of(35, 5_000_000)));
    }

    @ParameterizedTest
    @MethodSource("others")
    void otherCodecsMakeOneStreamToo(EncoderSettings settings) {
        Path clip = Clips.write(folder.resolve("shots.mp4"), 110, 20, 25);
        try (ShotEncoder encoder =
                ShotEncoder.builder(clip.toString(), settings).folder(folder).build()) {
            ShotReport report = encoder.encode(ShotTarget.mean(85), items::add);
            assertThat(report.vmaf()).isCloseTo(85, within(4.0));
        }
        assertThat(samples()).hasSize(45);
        assertThat(samples().stream().filter(Sample::sync)).hasSize(2);
        assertThat(decoded()).isEqualTo(45);
    }

    @Test
    void theBufferHoldsAcrossJointsWhereItBinds() {
        Path clip = SharedMedia.require("media/highway_dashcam_540p25_src2.4M.mp4");
        long cap = 180_000;
        EncoderSettings settings = EncoderSettings.x264("superfast", new RateControl.CappedQuality(23, cap, cap));
        ShotReport report;
        try (ShotEncoder encoder = ShotEncoder.builder(clip.toString(), settings)
                .size(new PictureSize(256, 144))
                .scoredAt(new PictureSize(256, 144))
                .longest(Duration.ofSeconds(1))
                .executor(executor)
                .folder(folder)
                .build()) {
            report = encoder.encode(ShotTarget.mean(97), items::add);
        }
        DecoderBuffer buffer = new DecoderBuffer(cap, cap, DecoderBuffer.INITIAL, track().timebase());
        samples().forEach(buffer::add);
        assertThat(buffer.pictures()).isEqualTo(221);
        assertThat(report.parts()).hasSize(9);
        assertThat(report.again()).as("joints that did not fit at once").isPositive();
        assertThat(buffer.leastFullness()).as("it binds: " + buffer).isLessThan(0.4);
        assertThat(buffer.underflows()).isEqualTo(report.late());
        assertThat(report.late()).as(buffer.toString()).isZero();
    }

    @Test
    void theSameTargetGivesTheSameBits() {
        Path clip = Clips.write(folder.resolve("shots.mp4"), 110, 25, 30);
        List<byte[]> first = encode(clip);
        List<byte[]> second = encode(clip);
        assertThat(first).hasSize(55);
        for (int i = 0; i < first.size(); i++) {
            assertThat(second.get(i)).isEqualTo(first.get(i));
        }
    }

    private List<byte[]> encode(Path clip) {
        List<byte[]> result = new ArrayList<>();
        try (ShotEncoder encoder = ShotEncoder.builder(clip.toString(), x264(5_000_000))
                .executor(executor)
                .folder(folder)
                .build()) {
            encoder.encode(new ShotTarget(90, 80), item -> {
                try (item) {
                    if (item instanceof Sample sample) {
                        ByteBuffer data = sample.data();
                        byte[] bytes = new byte[data.remaining()];
                        data.get(bytes);
                        result.add(bytes);
                    }
                }
            });
        }
        return result;
    }

    @Test
    void saysWhatIsWrong() {
        assertThatThrownBy(() -> ShotTarget.mean(0)).hasMessageContaining("outside 0..100");
        try (ShotEncoder missing = ShotEncoder.builder(
                        folder.resolve("none.mp4").toString(), x264(1_000_000))
                .build()) {
            assertThatThrownBy(missing::frames).hasMessageContaining("none.mp4");
        }
        assertThatThrownBy(() -> ShotEncoder.builder("a", x264(1_000_000)).longest(Duration.ofHours(1)))
                .hasMessageContaining("0.1 to 60 s");
    }
}

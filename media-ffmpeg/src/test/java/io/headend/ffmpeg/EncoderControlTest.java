package io.headend.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.PictureSize;
import io.headend.core.Timebase;
import io.headend.core.Track;
import io.headend.testkit.LeakExtension;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Key pictures, quantiser offsets, reconstruction and rate changes, per encoder library. */
@ExtendWith(LeakExtension.class)
class EncoderControlTest {

    private static final int WIDTH = 320;
    private static final int HEIGHT = 192;

    private record Coded(long pts, boolean sync, int size) {}

    private static VideoEncoderBuilder builder(String name) {
        VideoEncoderBuilder builder = Encoder.video(name)
                .size(new PictureSize(WIDTH, HEIGHT))
                .frameRate(TestFiles.RATE)
                .gop(1_000)
                .threads(2);
        return switch (name) {
            case "libsvtav1" -> builder.option("preset", "12").option("crf", "40");
            case "libx265" -> builder.option("preset", "ultrafast").option("crf", "24");
            default -> builder.option("preset", "veryfast").option("crf", "24").parameter("scenecut", "0");
        };
    }

    private static List<Coded> encode(
            Encoder encoder, int frames, IntFunction<Encoder.Hints> hints, IntConsumer before) {
        List<Coded> result = new ArrayList<>();
        for (int n = 0; n < frames; n++) {
            before.accept(n);
            encoder.send(Pictures.noise(WIDTH, HEIGHT, n), hints.apply(n));
            take(encoder, result);
        }
        encoder.finish();
        take(encoder, result);
        return result;
    }

    private static void take(Encoder encoder, List<Coded> into) {
        for (AvSample s = encoder.receive(); s != null; s = encoder.receive()) {
            into.add(new Coded(s.pts(), s.sync(), s.size()));
            s.close();
        }
    }

    private static long bytes(List<Coded> coded, long from, long to) {
        return coded.stream()
                .filter(c -> c.pts() >= from && c.pts() < to)
                .mapToLong(Coded::size)
                .sum();
    }

    @ParameterizedTest
    @ValueSource(strings = {"libx264", "libx265", "libsvtav1"})
    void forcedKeyPicturesComeExactlyWhereAsked(String name) {
        try (Encoder encoder = builder(name).open()) {
            List<Coded> coded = encode(
                    encoder, 60, n -> n == 20 || n == 37 ? Encoder.Hints.KEY_FRAME : Encoder.Hints.NONE, n -> {});
            assertThat(coded).hasSize(60);
            assertThat(coded.stream().filter(Coded::sync).map(Coded::pts)).containsExactly(0L, 20L, 37L);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"libx264", "libx265"})
    void quantiserOffsetActsFromItsPictureOn(String name) {
        try (Encoder plain = builder(name).roi(true).open();
                Encoder coarse = builder(name).roi(true).open()) {
            List<Coded> reference = encode(plain, 50, n -> key(n, Double.NaN), n -> {});
            List<Coded> offset = encode(coarse, 50, n -> key(n, n < 25 ? Double.NaN : 12), n -> {});
            assertThat(bytes(offset, 0, 10)).isEqualTo(bytes(reference, 0, 10));
            assertThat(bytes(offset, 25, 50)).isLessThan(bytes(reference, 25, 50) / 2);
        }
    }

    private static Encoder.Hints key(int n, double offset) {
        return new Encoder.Hints(n % 25 == 0, offset);
    }

    @Test
    void anOffsetNeedsRoiFromTheStart() {
        try (Encoder encoder = builder("libx265").open()) {
            assertThatThrownBy(() -> encoder.send(Pictures.noise(WIDTH, HEIGHT, 0), new Encoder.Hints(false, 3)))
                    .isInstanceOf(MediaException.class)
                    .hasMessageContaining("roi(true)");
        }
        assertThatThrownBy(() -> new Encoder.Hints(false, 52)).isInstanceOf(MediaException.class);
    }

    @Test
    void reconstructionIsWhatADecoderSees() {
        Map<Long, Integer> reconstructed = new HashMap<>();
        Map<Long, Integer> decoded = new HashMap<>();
        try (Encoder encoder = builder("libx264").reconstruction(true).open()) {
            Track track = new Track(0, "v", encoder.format(), encoder.timebase(), null);
            try (Decoder decoder = Decoder.builder(track).open()) {
                for (int n = 0; n < 40; n++) {
                    encoder.send(Pictures.noise(WIDTH, HEIGHT, n));
                    collect(encoder, decoder, reconstructed, decoded);
                }
                encoder.finish();
                collect(encoder, decoder, reconstructed, decoded);
                decoder.finish();
                hashes(decoder, decoded);
            }
            assertThat(encoder.receiveReconstruction()).isNull();
        }
        assertThat(decoded).hasSize(40);
        assertThat(reconstructed).isEqualTo(decoded);
    }

    private static void collect(
            Encoder encoder, Decoder decoder, Map<Long, Integer> reconstructed, Map<Long, Integer> decoded) {
        for (AvSample s = encoder.receive(); s != null; s = encoder.receive()) {
            try (AvSample sample = s;
                    AvFrame picture = encoder.receiveReconstruction()) {
                assertThat(picture).isNotNull();
                assertThat(picture.pixelFormat()).as("x264's own layout").isEqualTo("nv12");
                reconstructed.put(picture.pts(), planarHash(picture));
                decoder.send(sample);
                hashes(decoder, decoded);
            }
        }
    }

    private static int planarHash(AvFrame picture) {
        try (FilterGraph graph = FilterGraph.video("format=yuv420p", 1)) {
            graph.send(picture.retain());
            try (AvFrame planar = graph.receive(0)) {
                return Pictures.hash(planar);
            }
        }
    }

    private static void hashes(Decoder decoder, Map<Long, Integer> into) {
        for (AvFrame f = decoder.receive(); f != null; f = decoder.receive()) {
            into.put(f.pts(), Pictures.hash(f));
            f.close();
        }
    }

    @Test
    void onlyX264HandsBackPictures() {
        assertThatThrownBy(() -> builder("libx265").reconstruction(true).open())
                .isInstanceOfSatisfying(
                        MediaException.class, e -> assertThat(e.code()).isEqualTo(MediaErrorCode.UNSUPPORTED));
    }

    @Test
    void rateLimitChangesOnTheRunningEncoder() {
        try (Encoder encoder = builder("libx264")
                .option("crf", "10")
                .maxrate(3_000_000)
                .bufsize(3_000_000)
                .open()) {
            List<Coded> coded = encode(encoder, 200, n -> Encoder.Hints.NONE, n -> {
                if (n == 100) {
                    encoder.rate(300_000, 300_000);
                }
            });
            long before = bytes(coded, 50, 100) * 8 / 2;
            long after = bytes(coded, 150, 200) * 8 / 2;
            assertThat(before).as("bit/s before").isGreaterThan(1_000_000);
            assertThat(after).as("bit/s after").isLessThan(400_000);
        }
    }

    @Test
    void withoutALimitAtTheStartTheRateCannotChange() {
        try (Encoder encoder = builder("libx264").open()) {
            assertThatThrownBy(() -> encoder.rate(1_000_000, 1_000_000))
                    .isInstanceOfSatisfying(
                            MediaException.class, e -> assertThat(e.code()).isEqualTo(MediaErrorCode.UNSUPPORTED));
        }
    }

    @Test
    void wrongSettingsAreNamed() {
        assertThatThrownBy(() -> builder("libx264").option("presett", "fast").open())
                .isInstanceOf(MediaException.class)
                .hasMessageContaining("'presett'");
        assertThatThrownBy(() -> Encoder.video("libnothing")
                        .size(new PictureSize(16, 16))
                        .frameRate(TestFiles.RATE)
                        .open())
                .isInstanceOfSatisfying(
                        MediaException.class, e -> assertThat(e.code()).isEqualTo(MediaErrorCode.UNSUPPORTED))
                .hasMessageContaining("libnothing");
        assertThatThrownBy(() -> Encoder.video("libx264").open()).hasMessageContaining("size and frameRate");
        assertThatThrownBy(() -> builder("libx264").maxrate(1_000).open()).hasMessageContaining("go together");
        assertThatThrownBy(() -> builder("libx264").pixelFormat("yuv9999").open())
                .hasMessageContaining("yuv9999");
    }

    @Test
    void useAfterCloseIsRefused() {
        Encoder encoder = builder("libx264").open();
        encoder.close();
        encoder.close();
        assertThatThrownBy(encoder::receive).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> encoder.send(Pictures.noise(WIDTH, HEIGHT, 0)))
                .isInstanceOf(IllegalStateException.class);
        assertThat(encoder.timebase()).isEqualTo(Timebase.of(1, 25));
    }
}

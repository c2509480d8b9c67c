package io.headend.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.AudioFormat;
import io.headend.core.Codec;
import io.headend.core.CodecConfig;
import io.headend.core.Discontinuity;
import io.headend.core.HeapSample;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.SampleInfo;
import io.headend.core.Timebase;
import io.headend.core.Track;
import io.headend.core.VideoFormat;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.RecordingSink;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakExtension.class)
class IngestTest {

    private static final Path FILE = Path.of("clip.mp4");
    private static final Track VIDEO = new Track(
            0,
            "video-0",
            VideoFormat.of(CodecConfig.of(Codec.MPEG2_VIDEO, "mpeg2video"), 64, 64),
            Timebase.hz(25),
            null);
    private static final Track AUDIO = new Track(
            1, "audio-1", AudioFormat.of(CodecConfig.of(Codec.MP2, "mp2"), 48_000, 2), Timebase.hz(48_000), null);

    private final Recorder out = new Recorder();

    /** 50 pictures and as much sound as {@code soundFrames} frames of 1152 samples. */
    private static FakeContainer clip(int soundFrames) {
        List<HeapSample> samples = new ArrayList<>();
        int sound = 0;
        for (int i = 0; i < 50; i++) {
            samples.add(sample(0, i, 1));
            for (; sound < soundFrames && (sound * 1152L < (i + 1) * 1920L || i == 49); sound++) {
                samples.add(sample(1, sound * 1152L, 1152));
            }
        }
        return new FakeContainer("mov,mp4", List.of(VIDEO, AUDIO), samples);
    }

    private static HeapSample sample(int track, long time, long duration) {
        return HeapSample.of(
                new SampleInfo(track, time, time, duration, true, SampleInfo.NO_ARRIVAL), ByteBuffer.allocate(10));
    }

    private static Ingest.Builder file(Playback playback) {
        return Ingest.builder(new FileInput(FILE, playback));
    }

    @Test
    void readsOnceAndEnds() {
        FakeContainer clip = clip(84);
        Ingest ingest = file(Playback.ONCE).build(() -> clip);
        ingest.run(out);
        assertThat(out.ended()).isTrue();
        assertThat(clip.closed).isTrue();
        assertThat(out.tracks()).extracting(i -> i.track()).containsExactly(VIDEO, AUDIO);
        assertThat(out.samples(0)).hasSize(50);
        assertThat(ingest.stats())
                .extracting(Ingest.Stats::samples, Ingest.Stats::bytes, Ingest.Stats::damaged, Ingest.Stats::laps)
                .containsExactly(134L, 1340L, 0L, 0L);
        assertThatThrownBy(() -> ingest.run(out)).hasMessageContaining("once");
    }

    @Test
    void loopGoesOnWithoutAStep() {
        int[] lap = {0};
        // 84 sound frames are 16 ms longer than the pictures.
        Ingest[] ingest = new Ingest[1];
        ingest[0] = file(Playback.ONCE.withLoop(true)).build(() -> {
            if (lap[0]++ == 3) {
                ingest[0].close();
            }
            return clip(84);
        });
        ingest[0].run(out);
        List<SampleInfo> video = out.samples(0);
        assertThat(video).hasSize(150);
        for (int i = 0; i < video.size(); i++) {
            assertThat(video.get(i).pts()).isEqualTo(i);
        }
        List<SampleInfo> audio = out.samples(1);
        for (int i = 1; i < audio.size(); i++) {
            assertThat(audio.get(i).pts() - audio.get(i - 1).pts()).isBetween(384L, 1152L * 2 - 384);
        }
        // Sound of the third lap lies 4 s after the same sound of the first.
        assertThat(audio).extracting(SampleInfo::pts).contains(1152L * 50, 1152L * 50 + 4 * 48_000);
        assertThat(out.breaks()).extracting(Discontinuity::cause).containsOnly(Discontinuity.Cause.RESTART);
        assertThat(out.tracks()).hasSize(2);
        assertThat(out.ended()).isFalse();
        assertThat(ingest[0].stats().laps()).isEqualTo(3);
    }

    @Test
    void lapIsAsLongAsMuchLongerSound() {
        int[] lap = {0};
        Ingest ingest = file(Playback.ONCE.withLoop(true)).build(() -> {
            if (lap[0]++ == 2) {
                throw MediaException.malformed("enough");
            }
            return clip(125);
        });
        assertThatThrownBy(() -> ingest.run(out)).hasMessage("enough");
        assertThat(out.samples(0).get(50).pts()).isEqualTo(75);
        assertThat(out.samples(1)).hasSize(250);
    }

    @Test
    void emptyRecordingIsNotLoopedForEver() {
        Ingest ingest =
                file(Playback.ONCE.withLoop(true)).build(() -> new FakeContainer("mov", List.of(VIDEO), List.of()));
        ingest.run(out);
        assertThat(out.ended()).isTrue();
    }

    @Test
    void tracksFoundLaterAreAnnounced() {
        List<FakeContainer> opened = new ArrayList<>();
        Ingest ingest = file(Playback.ONCE).build(() -> {
            FakeContainer clip = new FakeContainer("mpegts", List.of(VIDEO), List.of(sample(0, 0, 1), sample(1, 0, 1)));
            opened.add(clip);
            return clip;
        });
        ingest.run(item -> {
            opened.get(0).find(List.of(VIDEO, AUDIO));
            out.accept(item);
        });
        assertThat(out.tracks()).hasSize(2);
        assertThat(out.samples).hasSize(2);
    }

    @Test
    void realTimeHoldsSamplesUntilTheirTime() {
        List<HeapSample> samples = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            samples.add(sample(0, i, 1));
        }
        List<Long> times = new ArrayList<>();
        Ingest ingest =
                file(Playback.ONCE.withRealTime(true)).build(() -> new FakeContainer("mov", List.of(VIDEO), samples));
        ingest.run(item -> {
            if (item instanceof HeapSample) {
                times.add(System.nanoTime());
            }
            item.close();
        });
        assertThat(times).hasSize(10);
        for (int i = 1; i < times.size(); i++) {
            // The sink sees the first sample a little after the pace has begun.
            assertThat(times.get(i) - times.get(0)).isGreaterThan(i * 40_000_000L - 150_000_000L);
        }
    }

    @Test
    void closeEndsAWaitAtOnce() throws Exception {
        List<HeapSample> slow = List.of(sample(0, 0, 1), sample(0, 25 * 20, 1));
        Ingest ingest =
                file(Playback.ONCE.withRealTime(true)).build(() -> new FakeContainer("mov", List.of(VIDEO), slow));
        RecordingSink sink = new RecordingSink();
        CompletableFuture<Void> run = CompletableFuture.runAsync(() -> ingest.run(sink));
        assertThat(sink.await(items -> items.size() == 2, Duration.ofSeconds(5)))
                .isTrue();
        ingest.close();
        run.get(2500, TimeUnit.MILLISECONDS);
        assertThat(sink.ended()).isFalse();
        sink.close();
    }

    @Test
    void closedBeforeItRanGivesNothing() {
        Ingest ingest = Ingest.builder(InputSpec.parse("clip.mp4")).build();
        ingest.close();
        ingest.run(out);
        assertThat(out.others).isEmpty();
    }

    @Test
    void liveSamplesCarryTheirArrival() {
        Clock clock = Clock.fixed(Instant.ofEpochSecond(1_000), ZoneOffset.UTC);
        long[] now = {0};
        Ingest.Builder builder = Ingest.builder(LiveInput.of("udp://127.0.0.1:5000"))
                .clock(clock)
                .nanoTime(() -> now[0]);
        LongSupplier arrival = builder.arrival();
        now[0] = 7;
        assertThat(arrival.getAsLong()).isEqualTo(1_000_000_000_007L);
        assertThat(Ingest.builder(InputSpec.parse("a.mp4")).arrival().getAsLong())
                .isEqualTo(SampleInfo.NO_ARRIVAL);
    }

    @Test
    void wrongFilesAreNamed(@TempDir Path dir) throws IOException {
        Path empty = Files.createFile(dir.resolve("empty.mp4"));
        Path text = Files.writeString(dir.resolve("text.mp4"), "This is not a film. ".repeat(500));
        assertFails(dir.resolve("missing.mp4"), MediaErrorCode.NOT_FOUND, "missing.mp4");
        assertFails(dir, MediaErrorCode.INVALID_ARGUMENT, "directory");
        assertFails(empty, MediaErrorCode.MALFORMED, "empty");
        assertFails(text, MediaErrorCode.MALFORMED, "text.mp4");
    }

    private void assertFails(Path file, MediaErrorCode code, String says) {
        Ingest ingest = Ingest.builder(InputSpec.parse(file.toString())).build();
        assertThatThrownBy(() -> ingest.run(out))
                .isInstanceOfSatisfying(
                        MediaException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(says);
    }

    @Test
    void silentInputEndsAtItsDeadlineOrWhenItIsClosed() throws Exception {
        try (ServerSocket silent = new ServerSocket(0)) {
            LiveInput spec = LiveInput.of("tcp://127.0.0.1:" + silent.getLocalPort());
            Ingest deadline = Ingest.builder(spec)
                    .openTimeout(Duration.ofMillis(300))
                    .reconnect(Reconnect.NEVER)
                    .build();
            assertThatThrownBy(() -> deadline.run(out))
                    .isInstanceOfSatisfying(
                            MediaException.class, e -> assertThat(e.code()).isEqualTo(MediaErrorCode.TIMEOUT));
            Ingest closed = Ingest.builder(spec).build();
            CompletableFuture<Void> run = CompletableFuture.runAsync(() -> closed.run(out));
            silent.accept();
            silent.accept();
            closed.close();
            run.get(2500, TimeUnit.MILLISECONDS);
            assertThat(out.others).isEmpty();
        }
    }
}

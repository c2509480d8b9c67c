package io.headend.transcode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.Codec;
import io.headend.core.CodecConfig;
import io.headend.core.ColorInfo;
import io.headend.core.EndOfStream;
import io.headend.core.HeapSample;
import io.headend.core.PictureSize;
import io.headend.core.Rational;
import io.headend.core.SampleInfo;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import io.headend.core.Track;
import io.headend.core.TrackInfo;
import io.headend.core.VideoFormat;
import io.headend.ffmpeg.AvFrame;
import io.headend.ffmpeg.AvSample;
import io.headend.ffmpeg.Decoder;
import io.headend.ffmpeg.Demuxer;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.SyntheticSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakExtension.class)
class SnapshotsTest {

    private static void run(Snapshots snapshots, int frames) {
        try (Transcodes.Outputs outputs = new Transcodes.Outputs();
                SyntheticSource source = SyntheticSource.builder()
                        .size(320, 180)
                        .silent()
                        .frames(frames)
                        .build();
                Transcoder transcoder = Transcoder.builder(
                                new Ladder(Transcodes.ladder(180).video(), List.of()), Transcodes.GRID)
                        .processing(Processing.STANDARD.withSnapshots(snapshots))
                        .outputs(outputs::sink)
                        .build()) {
            source.run(transcoder);
            assertThat(outputs.samples("v180")).hasSize(frames);
        }
    }

    private static AvFrame decoded(ByteBuffer jpeg) {
        byte[] bytes = new byte[jpeg.remaining()];
        jpeg.get(bytes);
        try (Demuxer demuxer = Demuxer.builder(Channels.newChannel(new ByteArrayInputStream(bytes)))
                        .open();
                Decoder decoder = demuxer.decoder(0).open();
                AvSample sample = demuxer.read()) {
            assertThat(sample).isNotNull();
            decoder.send(sample);
            decoder.finish();
            AvFrame frame = decoder.receive();
            assertThat(frame).isNotNull();
            return frame;
        }
    }

    @Test
    void oneComesForEveryStretchOfTime() {
        List<Snapshot> taken = Collections.synchronizedList(new ArrayList<>());
        run(Snapshots.of(Duration.ofSeconds(1), taken::add).withHeight(90), 250);
        // One at a time: a busy machine may leave some out, but never the first.
        assertThat(taken).hasSizeBetween(1, 10);
        assertThat(taken.get(0).frame()).isZero();
        for (Snapshot snapshot : taken) {
            assertThat(snapshot.frame() % 25).isZero();
            assertThat(snapshot.at()).isEqualByComparingTo(Timestamp.of(snapshot.frame(), Timebase.of(1, 25)));
            try (AvFrame picture = decoded(snapshot.jpeg())) {
                assertThat(picture.width()).isEqualTo(160);
                assertThat(picture.height()).isEqualTo(90);
            }
        }
    }

    @Test
    void aSlowTakerHoldsNothingUp() throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(1);
        List<Long> taken = Collections.synchronizedList(new ArrayList<>());
        Thread run = new Thread(() -> run(
                Snapshots.of(Duration.ofMillis(100), snapshot -> {
                    taken.add(snapshot.frame());
                    try {
                        ended.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }),
                100));
        run.start();
        // All hundred pictures pass while the first snapshot is still being taken; only the end waits, and not for
        // ever.
        run.join(30_000);
        assertThat(run.isAlive()).isFalse();
        assertThat(taken).hasSize(1);
        ended.countDown();
    }

    @Test
    void highDynamicRangeIsMappedToWhatAPictureCanShow() {
        List<Snapshot> taken = new ArrayList<>();
        VideoFormat format = new VideoFormat(
                CodecConfig.of(Codec.RAW_VIDEO, "rawvideo"),
                new PictureSize(64, 64),
                Rational.ONE,
                Rational.of(25, 1),
                "yuv420p10le",
                ColorInfo.BT2020_PQ);
        ByteBuffer planes = ByteBuffer.allocate(64 * 64 * 3).order(ByteOrder.LITTLE_ENDIAN);
        // 203 cd/m², graphics white
        for (int i = 0; i < 64 * 64; i++) {
            planes.putShort((short) 573);
        }
        for (int i = 0; i < 64 * 32; i++) {
            planes.putShort((short) 512);
        }
        planes.flip();
        try (Transcodes.Outputs outputs = new Transcodes.Outputs();
                Transcoder transcoder = Transcoder.builder(
                                new Ladder(Transcodes.ladder(180).video(), List.of()), Transcodes.GRID)
                        .processing(Processing.STANDARD.withSnapshots(Snapshots.of(Duration.ofSeconds(1), taken::add)))
                        .outputs(outputs::sink)
                        .build()) {
            transcoder.accept(new TrackInfo(new Track(0, "v", format, Timebase.of(1, 25), null)));
            transcoder.accept(HeapSample.of(new SampleInfo(0, 0, 0, 1, true, SampleInfo.NO_ARRIVAL), planes));
            transcoder.accept(new EndOfStream());
        }
        assertThat(taken).hasSize(1);
        try (AvFrame picture = decoded(taken.get(0).jpeg())) {
            int luma = picture.plane(0).get(20 * picture.stride(0) + 20) & 0xff;
            // Unmapped it would be 58 % of the range.
            assertThat(luma).isBetween(170, 255);
        }
    }

    @Test
    void aFolderKeepsTheLatest(@TempDir Path root) throws IOException {
        Path folder = root.resolve("a/b");
        SnapshotFolder keeper = SnapshotFolder.at(folder, 2);
        for (int n = 0; n < 5; n++) {
            keeper.accept(new Snapshot(
                    25L * n, Timestamp.of(n, Timebase.hz(1)), ByteBuffer.wrap(new byte[] {1, 2, (byte) n})));
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("snapshot-3000.jpg", "snapshot-4000.jpg");
        }
        assertThat(Files.readAllBytes(folder.resolve("snapshot-4000.jpg"))).containsExactly(1, 2, 4);
    }

    @Test
    void settingsOutOfRangeAreRefused() {
        assertThatThrownBy(() -> Snapshots.of(Duration.ofMillis(10), s -> {})).hasMessageContaining("0.1 s");
        assertThatThrownBy(() -> Snapshots.of(Duration.ofSeconds(1), s -> {}).withHeight(5))
                .hasMessageContaining("5");
        assertThatThrownBy(() -> new Snapshots(Duration.ofSeconds(1), 0, 101, s -> {}))
                .hasMessageContaining("101");
        assertThatThrownBy(() -> SnapshotFolder.at(Path.of("x"), 0)).hasMessageContaining("100000");
    }
}

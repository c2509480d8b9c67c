package io.headend.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.SampleInfo;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import io.headend.core.Track;
import io.headend.core.VideoFormat;
import io.headend.testkit.FaultyInput;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.Weather;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Inputs from files, channels and strangers. */
@ExtendWith(LeakExtension.class)
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DemuxerInputTest {

    private static final int SAMPLES_OF_ONE_SECOND = 25 + 48;

    @TempDir
    Path directory;

    private Path mp4() {
        return TestFiles.avcAac(directory.resolve("a.mp4"), 25);
    }

    @Test
    void tracksAndSamplesOfAFile() {
        try (Demuxer demuxer =
                Demuxer.builder(mp4().toString()).arrival(() -> 42L).open()) {
            assertThat(demuxer.formatName()).contains("mp4");
            assertThat(demuxer.tracks()).extracting(Track::name).containsExactly("video-0", "audio-1");
            assertThat(demuxer.tracks().get(1).language()).isEqualTo("en");
            VideoFormat video = (VideoFormat) demuxer.tracks().get(0).format();
            assertThat(video.frameRate()).isEqualTo(TestFiles.RATE);
            assertThat(video.codec().record().get(0)).as("avcC").isEqualTo((byte) 1);
            assertThat(demuxer.isVariableFrameRate(0)).isFalse();
            assertThat(demuxer.metadata(1)).containsEntry("language", "eng");
            assertThat(demuxer.duration()).isNotNull();
            assertThat(demuxer.duration().ticksIn(Timebase.MILLIS, RoundingMode.HALF_UP))
                    .isBetween(990L, 1_050L);
            try (AvSample first = demuxer.read()) {
                assertThat(first.info().arrivalNanos()).isEqualTo(42);
                assertThat(first.sync()).isTrue();
            }
            assertThat(TestFiles.drain(demuxer)).isBetween(SAMPLES_OF_ONE_SECOND - 1, SAMPLES_OF_ONE_SECOND + 1);
            assertThat(demuxer.read()).as("the end stays the end").isNull();
            demuxer.seek(Timestamp.of(0, Timebase.MILLIS));
            try (AvSample again = demuxer.read()) {
                assertThat(again.sync()).isTrue();
            }
            assertThatThrownBy(() -> demuxer.decoder(7)).isInstanceOf(MediaException.class);
        }
    }

    @Test
    void anMp4WithItsIndexAtTheEndFromASeekableChannel() throws IOException {
        Path file = mp4();
        try (Demuxer demuxer = Demuxer.builder(FileChannel.open(file)).open()) {
            assertThat(TestFiles.drain(demuxer)).isGreaterThan(70);
        }
    }

    @Test
    void aChannelThatIsNoMediaIsClosed() {
        ReadableByteChannel noise = Channels.newChannel(new ByteArrayInputStream(new byte[5_000]));
        assertThatThrownBy(() -> Demuxer.builder(noise).open()).isInstanceOf(MediaException.class);
        assertThat(noise.isOpen()).as("taken over, so closed").isFalse();
    }

    @Test
    void aTransportStreamFromAForwardChannel() {
        byte[] bytes = TestFiles.bytes(TestFiles.avcAac(directory.resolve("a.ts"), 25));
        try (Demuxer demuxer = Demuxer.builder(Channels.newChannel(new ByteArrayInputStream(bytes)))
                .open()) {
            assertThat(demuxer.formatName()).isEqualTo("mpegts");
            assertThat(TestFiles.drain(demuxer)).isBetween(SAMPLES_OF_ONE_SECOND - 1, SAMPLES_OF_ONE_SECOND + 1);
        }
    }

    @ParameterizedTest
    @EnumSource(Weather.class)
    void everyWeatherEndsInSamplesOrOneClearError(Weather weather) {
        byte[] bytes = TestFiles.bytes(TestFiles.avcAac(directory.resolve("a.ts"), 50));
        FaultyInput input = FaultyInput.of(bytes, weather, 11).withStall(Duration.ofMillis(20));
        int samples = 0;
        try (Demuxer demuxer = Demuxer.builder(input.open()).format("mpegts").open()) {
            samples = TestFiles.drain(demuxer);
        } catch (MediaException e) {
            assertThat(e.code()).isIn(MediaErrorCode.IO, MediaErrorCode.MALFORMED);
            assertThat(e.getMessage()).isNotBlank().doesNotContain("\n");
        }
        if (weather.isHarmless()) {
            assertThat(samples).isGreaterThan(140);
        }
    }

    @Test
    void aChannelThatFailsIsTheCause() {
        ReadableByteChannel broken = new ReadableByteChannel() {
            @Override
            public int read(ByteBuffer into) throws IOException {
                throw new IOException("the cable is cut");
            }

            @Override
            public boolean isOpen() {
                return true;
            }

            @Override
            public void close() {}
        };
        assertThatThrownBy(() -> Demuxer.builder(broken).open())
                .isInstanceOfSatisfying(MediaException.class, e -> {
                    assertThat(e.code()).isEqualTo(MediaErrorCode.IO);
                    assertThat(e.retryable()).isTrue();
                })
                .hasMessageContaining("the cable is cut")
                .hasCauseInstanceOf(IOException.class);
    }

    @Test
    void missingFileDirectoryEmptyFileAndText() throws IOException {
        Path empty = Files.createFile(directory.resolve("empty.mp4"));
        Path text = Files.writeString(directory.resolve("text.txt"), "All happy families are alike.\n".repeat(100));
        assertThat(code(directory.resolve("missing.mp4"))).isEqualTo(MediaErrorCode.NOT_FOUND);
        assertThat(code(directory)).isIn(MediaErrorCode.IO, MediaErrorCode.MALFORMED);
        assertThat(code(empty)).isEqualTo(MediaErrorCode.MALFORMED);
        assertThat(code(text)).isEqualTo(MediaErrorCode.UNSUPPORTED);
        Path film = Files.copy(text, directory.resolve("text.mp4"));
        assertThat(code(film)).isEqualTo(MediaErrorCode.MALFORMED);
        assertThatThrownBy(() -> Demuxer.builder("file:" + film).open())
                .isInstanceOfSatisfying(FfmpegException.class, e -> {
                    assertThat(e).hasMessage("'" + film + "' is not a media file that FFmpeg can read");
                    assertThat(e.call()).isEqualTo("avformat_open_input");
                    assertThat(e.averror()).isEqualTo(Averror.INVALIDDATA);
                });
        assertThatThrownBy(() -> Demuxer.builder("file:" + text).open()).hasMessageStartingWith("'" + text + "' is in");
        assertThat(catchThrowable(
                        () -> Demuxer.builder(text.toString()).format("nothing").open()))
                .hasMessageContaining("'nothing'");
        assertThat(catchThrowable(() -> Demuxer.builder(mp4().toString())
                        .option("no_such_option", "1")
                        .open()))
                .hasMessageContaining("'no_such_option'");
    }

    private static MediaErrorCode code(Path path) {
        Throwable thrown = catchThrowable(() -> Demuxer.builder(path.toString()).open());
        assertThat(thrown).isInstanceOf(MediaException.class).hasMessageContaining(path.toString());
        assertThat(thrown.getMessage()).doesNotContain("\n");
        return ((MediaException) thrown).code();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2_047})
    void settingsOutOfRange(int probe) {
        assertThatThrownBy(() -> Demuxer.builder("x").probeSize(probe)).isInstanceOf(MediaException.class);
        assertThatThrownBy(() -> Demuxer.builder("x").openTimeout(Duration.ZERO))
                .isInstanceOf(MediaException.class);
    }

    @Test
    void interruptIsFinal() {
        try (Demuxer demuxer = Demuxer.builder(mp4().toString()).open()) {
            demuxer.interrupt();
            // What is buffered may still come; the next read of the file fails.
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 1_000; i++) {
                            demuxer.seek(Timestamp.of(0, Timebase.MILLIS));
                            TestFiles.drain(demuxer);
                        }
                    })
                    .isInstanceOfSatisfying(
                            MediaException.class, e -> assertThat(e.code()).isEqualTo(MediaErrorCode.CLOSED));
        }
    }

    @Test
    void aSampleKeepsItsBytesAfterItsDemuxer() {
        AvSample kept;
        byte[] bytes;
        try (Demuxer demuxer = Demuxer.builder(mp4().toString()).open();
                AvSample sample = demuxer.read()) {
            bytes = new byte[sample.size()];
            sample.data().get(bytes);
            kept = sample.with(sample.info().withTimes(5, 4, 3).withTrackId(9));
        }
        try (kept) {
            assertThat(kept.data().isReadOnly()).isTrue();
            assertThat(kept.data()).isEqualTo(ByteBuffer.wrap(bytes));
            assertThat(kept.info()).isEqualTo(new SampleInfo(9, 5, 4, 3, true, SampleInfo.NO_ARRIVAL));
            try (AvSample second = kept.retain()) {
                assertThat(second.info()).isEqualTo(kept.info());
            }
        }
        kept.close();
        assertThatThrownBy(kept::data).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(kept::size).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(kept::retain).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void useAfterCloseIsRefused() {
        Demuxer demuxer = Demuxer.builder(mp4().toString()).open();
        demuxer.close();
        demuxer.close();
        assertThatThrownBy(demuxer::read).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(demuxer::tracks).isInstanceOf(IllegalStateException.class);
    }
}

package io.headend.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.headend.core.Codec;
import io.headend.core.CodecConfig;
import io.headend.core.EndOfStream;
import io.headend.core.EpochGrid;
import io.headend.core.HeapSample;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.Rational;
import io.headend.core.StreamSink;
import io.headend.core.Timebase;
import io.headend.core.Track;
import io.headend.core.TrackInfo;
import io.headend.core.VideoFormat;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.SharedMedia;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** One clear error or a discontinuity, and nothing listed that cannot be fetched. */
@ExtendWith(LeakExtension.class)
class BadInputTest {

    private static final EpochGrid GRID = new EpochGrid(Rational.of(25, 1), 25, 1);

    @TempDir
    Path temporary;

    private static Packager packager(SegmentStore store, SegmentationPolicy policy) {
        return Packager.builder(store).policy(policy).rendition("v").build();
    }

    private static void requireEverythingListedIsThere(SegmentStore store) {
        Presentation presentation = store.reader().presentation().orElseThrow();
        assertThat(Conformance.check(presentation, store.reader()))
                .extracting(Conformance.Violation::rule)
                .doesNotContain("hls.files", "dash.files", "hls.syntax", "dash.syntax", "iso.boxes", "iso.trun");
    }

    @Test
    void samplesThatGoBackOrHaveNoBytesAreDropped() {
        Synthetic video = Synthetic.video(GRID);
        try (HeapSegmentStore store = HeapSegmentStore.builder().build();
                Packager packager = packager(store, SegmentationPolicy.vod(GRID))) {
            StreamSink sink = packager.sink("v");
            sink.accept(new TrackInfo(video.track()));
            for (long n = 0; n < 60; n++) {
                sink.accept(video.sample(n));
                if (n % 10 == 5) {
                    sink.accept(video.sample(n - 3, false));
                    sink.accept(HeapSample.of(video.sample(n).info(), ByteBuffer.allocate(0)));
                }
            }
            sink.accept(new EndOfStream());
            packager.finish();
            assertThat(packager.figures().renditions().get("v").samples()).isEqualTo(60);
            assertThat(packager.figures().renditions().get("v").droppedSamples())
                    .isEqualTo(12);
            requireEverythingListedIsThere(store);
        }
    }

    @Test
    void aCodecThatChangesIsADiscontinuity() {
        Synthetic video = Synthetic.video(GRID);
        try (HeapSegmentStore store = HeapSegmentStore.builder().build();
                Packager packager = packager(store, SegmentationPolicy.vod(GRID))) {
            StreamSink sink = packager.sink("v");
            sink.accept(new TrackInfo(video.track()));
            video.samples(sink, 0, 50);
            VideoFormat other = VideoFormat.of(Synthetic.AVC, 640, 360).withFrameRate(GRID.frameRate());
            sink.accept(new TrackInfo(video.track().withFormat(other)));
            video.samples(sink, 50, 50);
            sink.accept(new EndOfStream());
            packager.finish();
            PublishedTrack track =
                    packager.presentation().orElseThrow().tracks().get(0);
            assertThat(track.segments())
                    .extracting(SegmentEntry::discontinuity)
                    .containsExactly(false, false, true, false);
            assertThat(track.segments().get(2).init()).isNotEqualTo("init.mp4");
            requireEverythingListedIsThere(store);
        }
    }

    @Test
    void missingParameterSetsAreRefusedBeforeTheFirstSample() {
        VideoFormat bare = VideoFormat.of(CodecConfig.of(Codec.AVC, "h264"), 1280, 720);
        try (HeapSegmentStore store = HeapSegmentStore.builder().build();
                Packager packager = packager(store, SegmentationPolicy.vod(GRID))) {
            StreamSink sink = packager.sink("v");
            assertThatExceptionOfType(MediaException.class)
                    .isThrownBy(() -> sink.accept(new TrackInfo(new Track(0, "v", bare, Timebase.MPEG, null))))
                    .satisfies(e -> assertThat(e.code()).isEqualTo(MediaErrorCode.MALFORMED));
            assertThat(store.reader().presentation()).isEmpty();
        }
    }

    @Test
    void aStoreThatRefusesASegmentLeavesAGapThatNobodyLists() {
        Synthetic video = Synthetic.video(GRID);
        long first = 1_000_000;
        try (FaultyStore store = new FaultyStore(Set.of(first + 2));
                Packager packager = packager(store, SegmentationPolicy.live(GRID))) {
            StreamSink sink = packager.sink("v");
            sink.accept(new TrackInfo(video.track()));
            video.samples(sink, first * 25, 6 * 25 + 1);
            sink.accept(new EndOfStream());
            packager.finish();
            assertThat(packager.presentation().orElseThrow().tracks().get(0).segments())
                    .extracting(SegmentEntry::number)
                    .containsExactly(first, first + 1, first + 3, first + 4, first + 5);
            requireEverythingListedIsThere(store);
        }
    }

    @Test
    void aStoreThatIsGoneIsOneError() {
        Synthetic video = Synthetic.video(GRID);
        HeapSegmentStore store = HeapSegmentStore.builder().build();
        try (Packager packager = packager(store, SegmentationPolicy.live(GRID))) {
            StreamSink sink = packager.sink("v");
            sink.accept(new TrackInfo(video.track()));
            video.samples(sink, 0, 40);
            store.close();
            assertThatExceptionOfType(MediaException.class)
                    .isThrownBy(() -> video.samples(sink, 40, 60))
                    .satisfies(e -> assertThat(e.code()).isEqualTo(MediaErrorCode.CLOSED));
        }
    }

    /** A device that is full from the beginning. */
    @Test
    void aFullDiskIsOneErrorAndNoManifest() throws IOException {
        Path video = SharedMedia.require("packaging/src-clips/s8_v360.mp4");
        Path full = Path.of("/dev/full");
        org.junit.jupiter.api.Assumptions.assumeTrue(Files.exists(full), "skipped: there is no /dev/full");
        Files.createDirectories(temporary.resolve("v360"));
        Files.createSymbolicLink(temporary.resolve("v360/2.m4s"), full);
        try (Mezzanine film =
                Mezzanine.builder().input(video).segment(Duration.ofSeconds(2)).open()) {
            assertThatExceptionOfType(MediaException.class)
                    .isThrownBy(() -> film.write(temporary, EnumSet.of(Mezzanine.Output.HLS), done -> {}))
                    .satisfies(e -> assertThat(e.code()).isEqualTo(MediaErrorCode.IO))
                    .withMessageContaining("No space left");
        }
        assertThat(temporary.resolve("master.m3u8")).doesNotExist();
        assertThat(temporary.resolve("v360/media.m3u8")).doesNotExist();
    }

    /** Whatever is damaged, an answer comes soon, is a {@link MediaException} or a film, and what is written can be fetched. */
    @Test
    void damagedFilesNeverEscape() throws IOException {
        for (String clip : List.of("packaging/src-clips/s8_a.mp4", "media/functional/h264_cea608_fragmented.mp4")) {
            byte[] whole = Files.readAllBytes(SharedMedia.require(clip));
            Random random = new Random(clip.hashCode());
            Path file = temporary.resolve("damaged.mp4");
            int opened = 0;
            for (int round = 0; round < 300; round++) {
                byte[] bytes = whole.clone();
                int index = indexOf(bytes, round % 2 == 0 ? "stbl" : "moov");
                for (int i = 0; i < 1 + round % 8; i++) {
                    bytes[index + random.nextInt(Math.min(bytes.length - index, 2_000))] = (byte) random.nextInt();
                }
                Files.write(file, bytes);
                Path out = temporary.resolve("out-" + clip.hashCode() + "-" + round);
                try (Mezzanine film = Mezzanine.builder().input(file).open()) {
                    film.write(out, EnumSet.allOf(Mezzanine.Output.class), done -> {});
                    opened++;
                    Conformance.Source source = Conformance.folder(out);
                    assertThat(Conformance.checkHls(source, "master.m3u8"))
                            .extracting(Conformance.Violation::rule)
                            .doesNotContain("hls.files", "iso.trun");
                } catch (MediaException e) {
                    assertThat(e.getMessage()).isNotEmpty();
                }
            }
            assertThat(opened).isBetween(1, 299);
        }
    }

    private static int indexOf(byte[] bytes, String fourcc) {
        for (int at = 0; at + 4 < bytes.length; at++) {
            if (new String(bytes, at, 4, StandardCharsets.ISO_8859_1).equals(fourcc)) {
                return at;
            }
        }
        throw new AssertionError("no " + fourcc);
    }
}

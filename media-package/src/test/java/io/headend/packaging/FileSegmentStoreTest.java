package io.headend.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.EndOfStream;
import io.headend.core.EpochGrid;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.Rational;
import io.headend.core.TrackInfo;
import io.headend.core.http.MediaBody;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSegmentStoreTest {

    private static final EpochGrid GRID = new EpochGrid(Rational.of(25, 1), 25, 2);

    @TempDir
    Path temporary;

    private Packager packager(SegmentStore store, SegmentationPolicy policy) {
        return Packager.builder(store)
                .policy(policy)
                .rendition("v")
                .rendition("a")
                .build();
    }

    @Test
    void writesTheLayoutOfOnDemandContent() throws IOException {
        Path out = temporary.resolve("out");
        try (FileSegmentStore store = FileSegmentStore.open(out);
                Packager packager = packager(store, SegmentationPolicy.vod(GRID))) {
            Synthetic.video(GRID).feed(packager.sink("v"), 0, 125);
            Synthetic.audio().feed(packager.sink("a"), 0, 235);
            assertThat(out.resolve("master.m3u8")).doesNotExist();
            packager.finish();
        }
        assertThat(files(out))
                .containsExactly(
                        "a/0.m4s",
                        "a/1.m4s",
                        "a/2.m4s",
                        "a/init.mp4",
                        "a/media.m3u8",
                        "manifest.mpd",
                        "master.m3u8",
                        "v/0.m4s",
                        "v/1.m4s",
                        "v/2.m4s",
                        "v/iframes.m3u8",
                        "v/init.mp4",
                        "v/media.m3u8");
        assertThat(Files.readString(out.resolve("v/media.m3u8"))).endsWith("#EXT-X-ENDLIST\n");
    }

    @Test
    void anUnfinishedPackagerLeavesNothing() throws IOException {
        Path out = temporary.resolve("out");
        try (FileSegmentStore store = FileSegmentStore.open(out);
                Packager packager = packager(store, SegmentationPolicy.vod(GRID))) {
            Synthetic.video(GRID).feed(packager.sink("v"), 0, 125);
            packager.sink("a").accept(new TrackInfo(Synthetic.audio().track()));
            assertThat(out.resolve("v/1.m4s")).exists();
        }
        assertThat(out).doesNotExist();
    }

    @Test
    void otherPeoplesFilesStay() throws IOException {
        Path out = Files.createDirectories(temporary.resolve("out"));
        Files.writeString(out.resolve("notes.txt"), "mine");
        try (FileSegmentStore store = FileSegmentStore.open(out);
                Packager packager = packager(store, SegmentationPolicy.vod(GRID))) {
            Synthetic.video(GRID).feed(packager.sink("v"), 0, 125);
        }
        assertThat(files(out)).containsExactly("notes.txt");
    }

    @Test
    void refusesAFileAndADirectoryWithoutRights() throws IOException {
        Path file = Files.writeString(temporary.resolve("file"), "x");
        assertThatThrownBy(() -> FileSegmentStore.open(file)).isInstanceOfSatisfying(MediaException.class, e -> {
            assertThat(e.code()).isEqualTo(MediaErrorCode.INVALID_ARGUMENT);
            assertThat(e).hasMessageContaining("is a file");
        });
        assertThatThrownBy(() -> FileSegmentStore.open(file.resolve("below"))).isInstanceOf(MediaException.class);
        assertThatThrownBy(() -> FileSegmentStore.open(Path.of("/proc/headend")))
                .isInstanceOf(MediaException.class);
    }

    @Test
    void aLiveStoreKeepsTheNewest() throws IOException {
        Path out = temporary.resolve("live");
        try (FileSegmentStore store = FileSegmentStore.open(out, 3);
                Packager packager = packager(store, SegmentationPolicy.live(GRID))) {
            Synthetic.video(GRID).feed(packager.sink("v"), 1_000_000, 501);
            Synthetic.audio().feed(packager.sink("a"), 1_875_000, 940);
            Presentation presentation = packager.presentation().orElseThrow();
            assertThat(presentation.lastNumber()).isEqualTo(20_009);
            assertThat(files(out.resolve("v"))).contains("20009.m4s").doesNotContain("20006.m4s");
            for (PublishedTrack track : presentation.tracks()) {
                for (SegmentEntry entry : track.segments()) {
                    assertThat(out.resolve(track.name()).resolve(entry.number() + ".m4s"))
                            .hasSize(entry.bytes());
                }
            }
        }
    }

    @Test
    void chunksCanBeReadWhileTheSegmentGrowsAndAfterwards() {
        try (FileSegmentStore store = FileSegmentStore.open(temporary.resolve("chunks"));
                Packager packager = Packager.builder(store)
                        .policy(SegmentationPolicy.live(GRID))
                        .rendition("v")
                        .chunk(Duration.ofMillis(400))
                        .build()) {
            Synthetic video = Synthetic.video(GRID);
            packager.sink("v").accept(new TrackInfo(video.track()));
            video.samples(packager.sink("v"), 500, 25);
            StoredObject first = chunk(store, 10, 0);
            assertThat(first.body().length()).isPositive();
            assertThat(store.reader()
                            .awaitSegment("v", 10, Duration.ZERO)
                            .toCompletableFuture()
                            .join())
                    .isEmpty();
            video.samples(packager.sink("v"), 525, 26);
            packager.sink("v").accept(new EndOfStream());
            StoredObject again = chunk(store, 10, 0);
            assertThat(Feed.bytes(again)).isEqualTo(Feed.bytes(first));
            List<MediaBody> all = Stream.of(0, 1, 2, 3, 4)
                    .map(i -> chunk(store, 10, i).body())
                    .toList();
            long sum = all.stream().mapToLong(MediaBody::length).sum();
            assertThat(Feed.segment(store, "v", 10).remaining()).isEqualTo((int) sum);
        }
    }

    private static StoredObject chunk(SegmentStore store, long number, int index) {
        return store.reader()
                .awaitChunk("v", number, index, Duration.ZERO)
                .toCompletableFuture()
                .join()
                .orElseThrow();
    }

    private static List<String> files(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(Files::isRegularFile)
                    .map(f -> directory.relativize(f).toString())
                    .sorted()
                    .toList();
        }
    }
}

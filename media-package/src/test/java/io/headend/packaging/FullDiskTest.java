package io.headend.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.headend.core.EpochGrid;
import io.headend.core.MediaEvent;
import io.headend.core.Rational;
import io.headend.core.TrackInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A live channel on a disk that fills up, and on one that is taken away. Needs a file system of its own: mount and the right to. */
class FullDiskTest {

    private static final EpochGrid GRID = new EpochGrid(Rational.of(25, 1), 25, 1);

    private final List<MediaEvent> events = new CopyOnWriteArrayList<>();

    @TempDir
    Path temporary;

    private static boolean run(String... command) throws Exception {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getInputStream().readAllBytes();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** What the playlists on disk list is there, as long as it was written. */
    private static long check(Path folder, Presentation present) throws Exception {
        for (PublishedTrack track : present.tracks()) {
            for (SegmentEntry entry : track.segments()) {
                assertThat(folder.resolve(track.name() + "/" + entry.number() + ".m4s"))
                        .hasSize(entry.bytes());
            }
        }
        long last = -1;
        for (String rendition : List.of("v", "a")) {
            String playlist = Files.readString(folder.resolve(rendition + "/media.m3u8"));
            Matcher segment = Pattern.compile("(?m)^(#EXT-X-GAP\n)?#EXTINF.*\n(\\d+)\\.m4s$")
                    .matcher(playlist);
            while (segment.find()) {
                last = Long.parseLong(segment.group(2));
                if (segment.group(1) == null) {
                    assertThat(folder.resolve(rendition + "/" + last + ".m4s")).isNotEmptyFile();
                }
            }
        }
        return last;
    }

    private static void feed(Packager packager, long second, int count) {
        Synthetic video = Synthetic.video(GRID);
        packager.sink("v").accept(new TrackInfo(video.track()));
        packager.sink("a").accept(new TrackInfo(Synthetic.audio().track()));
        long sound = GRID.firstAudioFrame(second, 48_000, 1024);
        for (long frame = second * 25; frame < (second + count) * 25; frame++) {
            video.samples(packager.sink("v"), frame, 1);
            while (sound * 1024 * 25 < (frame + 1) * 48_000) {
                Synthetic.audio().samples(packager.sink("a"), sound++, 1);
            }
        }
    }

    private Packager packager(FileSegmentStore store) {
        return Packager.builder(store)
                .policy(SegmentationPolicy.live(GRID))
                .rendition("v")
                .rendition("a")
                .window(Duration.ofSeconds(6))
                .events(events::add)
                .clock(Clock.systemUTC())
                .build();
    }

    @Test
    void nothingIsListedThatIsNotThereAndTheChannelGoesOnWhenThereIsRoomAgain() throws Exception {
        Path disk = Files.createDirectories(temporary.resolve("disk"));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=512k", "none", disk.toString()),
                "skipped: no right to mount a small disk");
        try (FileSegmentStore store = FileSegmentStore.open(disk.resolve("channel"), 12);
                Packager packager = packager(store)) {
            Path folder = disk.resolve("channel");
            feed(packager, 1000, 6);
            assertThat(check(folder, packager.presentation().orElseThrow())).isEqualTo(1004);
            Path filler = disk.resolve("filler");
            try (var out = Files.newOutputStream(filler)) {
                for (int i = 0; i < 1000; i++) {
                    out.write(new byte[1024]);
                }
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("space");
            }
            feed(packager, 1010, 4);
            assertThat(check(folder, packager.presentation().orElseThrow())).isEqualTo(1004);
            assertThat(events).anySatisfy(e -> assertThat(e.message()).contains("No space left on device"));
            Files.delete(filler);
            feed(packager, 1020, 6);
            assertThat(check(folder, packager.presentation().orElseThrow())).isEqualTo(1024);
        } finally {
            assertThat(run("umount", "-l", disk.toString())).isTrue();
        }
    }

    @Test
    void aFolderThatIsTakenAwayIsTold() throws Exception {
        Path folder = temporary.resolve("channel");
        try (FileSegmentStore store = FileSegmentStore.open(folder, 12);
                Packager packager = packager(store)) {
            feed(packager, 1000, 6);
            long last = packager.presentation().orElseThrow().lastNumber();
            Files.move(folder, temporary.resolve("away"));
            feed(packager, 1010, 4);
            assertThat(packager.presentation().orElseThrow().lastNumber()).isEqualTo(last);
            assertThat(events)
                    .anySatisfy(e ->
                            assertThat(e.message()).contains("cannot write").contains("channel"));
            Files.move(temporary.resolve("away"), folder);
            feed(packager, 1020, 6);
            assertThat(check(folder, packager.presentation().orElseThrow())).isEqualTo(1024);
        }
    }
}

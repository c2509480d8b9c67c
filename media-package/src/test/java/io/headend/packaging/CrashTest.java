package io.headend.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.EpochGrid;
import io.headend.core.Rational;
import io.headend.core.TrackInfo;
import io.headend.formats.isobmff.TrackExtendsBox;
import io.lindstrom.m3u8.model.MediaPlaylist;
import io.lindstrom.m3u8.model.MediaSegment;
import io.lindstrom.m3u8.parser.MediaPlaylistParser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A packager in a process of its own that is killed at random instants, again and again, over one directory. */
class CrashTest {

    private static final EpochGrid GRID = new EpochGrid(Rational.of(25, 1), 10, 1);
    private static final int KILLS = Integer.getInteger("headend.kills", 12);

    @TempDir
    Path temporary;

    /** The child: packages as fast as it can from the frame that it is told, for ever. */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        long frame = Long.parseLong(arguments[1]);
        try (FileSegmentStore store = FileSegmentStore.open(folder, 40);
                Packager packager = Packager.builder(store)
                        .policy(SegmentationPolicy.live(GRID))
                        .rendition("v")
                        .rendition("a")
                        .window(Duration.ofSeconds(8))
                        .build()) {
            Synthetic video = Synthetic.video(GRID);
            Synthetic audio = Synthetic.audio();
            packager.sink("v").accept(new TrackInfo(video.track()));
            packager.sink("a").accept(new TrackInfo(audio.track()));
            long sound = GRID.firstAudioFrame(GRID.segmentOfFrame(frame), 48_000, 1024);
            while (true) {
                video.samples(packager.sink("v"), frame++, 1);
                while (audio.start(sound) * 25 < frame * 48_000) {
                    audio.samples(packager.sink("a"), sound++, 1);
                }
            }
        }
    }

    private Process start(Path folder, long frame) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CrashTest.class.getName(),
                        folder.toString(),
                        Long.toString(frame))
                .redirectErrorStream(true)
                .redirectOutput(temporary.resolve("child.log").toFile())
                .start();
    }

    @Test
    void playlistsAreMonotonicAndListWhatCanBeFetchedHoweverOftenItIsKilled() throws Exception {
        Path folder = temporary.resolve("channel");
        Random random = new Random(11);
        long first = -1;
        long last = -1;
        long discontinuities = -1;
        long frame = 1000;
        for (int kill = 0; kill < KILLS; kill++) {
            Process child = start(folder, frame);
            long before = last;
            try {
                // alive until it has listed something new, then for a random time more
                await(child, folder, before);
                child.waitFor(random.nextInt(30), TimeUnit.MILLISECONDS);
            } finally {
                child.destroyForcibly().waitFor();
            }
            MediaPlaylist playlist = playlist(folder, "v");
            assertThat(playlist.mediaSequence()).isGreaterThanOrEqualTo(first);
            assertThat(playlist.discontinuitySequence()).isGreaterThanOrEqualTo(discontinuities);
            first = playlist.mediaSequence();
            discontinuities = playlist.discontinuitySequence();
            last = last(playlist);
            assertThat(last).isGreaterThan(before);
            for (String rendition : new String[] {"v", "a"}) {
                for (MediaSegment segment : playlist(folder, rendition).mediaSegments()) {
                    if (!segment.gap()) {
                        Path file = folder.resolve(rendition).resolve(segment.uri());
                        assertThat(file).exists();
                        assertThat(IngestedSegment.parse(
                                                ByteBuffer.wrap(Files.readAllBytes(file)),
                                                new TrackExtendsBox(1, 1, 0, 0, 0))
                                        .duration())
                                .isPositive();
                    }
                }
            }
            // the next run begins where the clock would be by then: a little later
            frame = (last + 1 + random.nextInt(3)) * GRID.segmentFrames() + random.nextInt(10);
        }
        assertThat(playlist(folder, "v").mediaSegments()).anyMatch(MediaSegment::gap);
    }

    private void await(Process child, Path folder, long before) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (System.nanoTime() < end && child.isAlive()) {
            if (Files.exists(folder.resolve("v/media.m3u8"))
                    && Files.exists(folder.resolve("a/media.m3u8"))
                    && last(playlist(folder, "v")) > before + 2) {
                return;
            }
            child.waitFor(2, TimeUnit.MILLISECONDS);
        }
        throw new AssertionError(
                "the child did not list anything: " + Files.readString(temporary.resolve("child.log")));
    }

    private static MediaPlaylist playlist(Path folder, String rendition) throws IOException {
        return new MediaPlaylistParser().readPlaylist(Files.readString(folder.resolve(rendition + "/media.m3u8")));
    }

    private static long last(MediaPlaylist playlist) {
        return playlist.mediaSequence() + playlist.mediaSegments().size() - 1;
    }
}

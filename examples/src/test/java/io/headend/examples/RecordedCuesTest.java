package io.headend.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.Codec;
import io.headend.core.Cue;
import io.headend.core.Sample;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import io.headend.core.Track;
import io.headend.core.TrackInfo;
import io.headend.formats.scte35.SpliceCommand;
import io.headend.formats.scte35.SpliceInfoSection;
import io.headend.ingest.FileInput;
import io.headend.ingest.Ingest;
import io.headend.ingest.Playback;
import io.headend.packaging.SpliceTrack;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.SharedMedia;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** SCTE-35 messages of an input are in what is recorded of it. */
@ExtendWith(LeakExtension.class)
class RecordedCuesTest {

    @TempDir
    Path folder;

    /** Messages, the first picture's time, and after how many pictures each message came. */
    private record Content(List<Cue> cues, long firstPicture, List<Integer> pictures) {
        static Content of(Path file) {
            List<Cue> cues = new ArrayList<>();
            List<Integer> places = new ArrayList<>();
            List<Track> tracks = new ArrayList<>();
            long[] seen = {Long.MAX_VALUE, 0};
            try (Ingest ingest =
                    Ingest.builder(new FileInput(file, Playback.ONCE)).build()) {
                ingest.run(item -> {
                    if (item instanceof TrackInfo info && info.track().kind() == Codec.Kind.VIDEO) {
                        tracks.add(info.track());
                    } else if (item instanceof Cue cue) {
                        cues.add(cue);
                        places.add((int) seen[1]);
                    } else if (item instanceof Sample sample) {
                        try (sample) {
                            if (!tracks.isEmpty()
                                    && sample.trackId() == tracks.get(0).id()) {
                                seen[0] = Math.min(seen[0], sample.pts());
                                seen[1]++;
                            }
                        }
                    }
                });
            }
            return new Content(cues, seen[0], places);
        }

        List<Long> times() {
            return cues.stream()
                    .map(cue -> cue.at().ticksIn(Timebase.MPEG, RoundingMode.HALF_UP) - firstPicture)
                    .toList();
        }
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    /** All but {@code pts_adjustment}, which belongs to the clock, and the checksum. */
    private static byte[] message(Cue cue) {
        byte[] bytes = bytes(cue.message());
        bytes[4] &= (byte) 0xFE;
        Arrays.fill(bytes, 5, 9, (byte) 0);
        return Arrays.copyOf(bytes, bytes.length - 4);
    }

    private void record(Path from, Path to) {
        CommandLineRun run = CommandLineRun.of("ingest", from.toString(), "-o", to.toString(), "--json");
        assertThat(run.exitCode()).as(run.err()).isZero();
    }

    @Test
    void aTransportStreamKeepsEachMessageItsTimeAndItsPlace() {
        Path input = SharedMedia.media("functional/mpeg2_mp2_scte35.ts");
        Path take = folder.resolve("take.ts");
        record(input, take);
        Content before = Content.of(input);
        Content after = Content.of(take);
        assertThat(before.cues()).isNotEmpty();
        assertThat(after.cues()).hasSameSizeAs(before.cues());
        for (int i = 0; i < before.cues().size(); i++) {
            assertThat(message(after.cues().get(i)))
                    .isEqualTo(message(before.cues().get(i)));
        }
        assertThat(after.times()).isEqualTo(before.times());
        // Taken once more, when the clock is the same, they are equal byte for byte.
        Path again = folder.resolve("again.ts");
        record(take, again);
        Content last = Content.of(again);
        assertThat(last.cues().stream().map(cue -> bytes(cue.message())))
                .containsExactlyElementsOf(
                        after.cues().stream().map(cue -> bytes(cue.message())).toList());
        assertThat(last.pictures()).isEqualTo(after.pictures());
    }

    private static Cue cue(SpliceCommand command, long at) {
        return new Cue(
                SpliceInfoSection.SCHEME_ID_URI,
                "",
                Timestamp.of(at, Timebase.MPEG),
                null,
                SpliceInfoSection.of(command).toBytes());
    }

    @Test
    void aFolderShowsThemInItsManifest() throws Exception {
        Path plain = folder.resolve("plain.ts");
        record(SharedMedia.media("functional/h264_cea608_captions-test.ts"), plain);
        Cue cue = cue(new SpliceCommand.TimeSignal(123_456), 90_000);
        assertThat(SpliceTrack.addTo(plain, List.of(new SpliceTrack.Message(9_000, cue))))
                .isOne();
        List<Cue> read = Content.of(plain).cues();
        assertThat(read).hasSize(1);
        Path made = folder.resolve("made");
        record(plain, made);
        assertThat(Files.readString(made.resolve("manifest.mpd")))
                .contains("<EventStream")
                .contains(Base64.getEncoder().encodeToString(bytes(read.get(0).message())))
                .doesNotContain("InbandEventStream");
        Path mp4 = folder.resolve("take.mp4");
        CommandLineRun run = CommandLineRun.of("ingest", plain.toString(), "-o", mp4.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).contains("1 splice messages have no place in this container");
    }
}

package io.headend.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.Sample;
import io.headend.testkit.GoldenFiles;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.MediaDump;
import io.headend.testkit.SharedMedia;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakExtension.class)
class MezzanineTest {

    private static final Set<Mezzanine.Output> BOTH = EnumSet.of(Mezzanine.Output.HLS, Mezzanine.Output.DASH);

    @TempDir
    Path out;

    private static Mezzanine open(Path... files) {
        Mezzanine.Builder builder = Mezzanine.builder().segment(Duration.ofSeconds(2));
        List.of(files).forEach(builder::input);
        return builder.open();
    }

    private Path write(Mezzanine film) {
        film.write(out, BOTH, done -> {});
        return out;
    }

    @Test
    void separateFilesBecomeRenditionsWithCommonCuts() throws IOException {
        Path video = SharedMedia.require("packaging/src-clips/s8_v360.mp4");
        Path audio = SharedMedia.require("packaging/src-clips/s8_a.mp4");
        try (Mezzanine film = open(video, audio);
                FfmpegMessages messages = new FfmpegMessages()) {
            assertThat(film.renditions()).containsExactly("v360", "audio");
            write(film);
            Presentation presentation = film.presentation();
            assertThat(presentation.tracks()).allSatisfy(track -> {
                assertThat(track.segments()).hasSize(4);
                for (SegmentEntry entry : track.segments()) {
                    assertThat(entry.bytes())
                            .isEqualTo(Files.size(out.resolve(track.name() + "/" + entry.number() + ".m4s")));
                }
            });
            Clips.Verdict verdict = judge("v360", presentation);
            assertThat(verdict.errors()).isZero();
            assertThat(payloads(verdict.clip())).isEqualTo(payloads(Clips.read(video, 0)));
            assertThat(payloads(Clips.read(out.resolve("v360/media.m3u8"), 0)))
                    .isEqualTo(payloads(Clips.read(video, 0)));
            assertThat(messages.warnings()).isEmpty();
        }
        assertThat(Files.readString(out.resolve("v360/media.m3u8")))
                .contains("#EXT-X-PLAYLIST-TYPE:VOD", "#EXTINF:2.080000,\n3.m4s", "#EXT-X-ENDLIST");
        assertThat(out.resolve("manifest.mpd")).exists();
    }

    @Test
    void fragmentedInputGivesTheSameSegmentsAsProgressive() throws IOException {
        Path progressive = SharedMedia.require("packaging/src-clips/s8_v360.mp4");
        Path first = out.resolve("first");
        Path fragmented = out.resolve("fragmented.mp4");
        try (Mezzanine film = open(progressive)) {
            film.write(first, BOTH, done -> {});
            Files.write(fragmented, concatenated(first.resolve("v360"), 4));
        }
        Path second = out.resolve("second");
        try (Mezzanine film = open(fragmented)) {
            film.write(second, BOTH, done -> {});
        }
        for (String file : List.of("v360/init.mp4", "v360/0.m4s", "v360/3.m4s", "v360/media.m3u8", "manifest.mpd")) {
            assertThat(second.resolve(file)).hasSameBinaryContentAs(first.resolve(file));
        }
    }

    @Test
    void boxesAndPacketsAreThoseThatWereApproved() throws IOException {
        Path video = SharedMedia.require("packaging/src-clips/s8_v360.mp4");
        Path audio = SharedMedia.require("packaging/src-clips/s8_a.mp4");
        try (Mezzanine film = open(video, audio)) {
            film.write(out, EnumSet.allOf(Mezzanine.Output.class), done -> {});
        }
        for (String file : List.of("v360/init.mp4", "v360/3.m4s", "audio/init.mp4", "audio/3.m4s")) {
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(out.resolve(file)));
            GoldenFiles.assertMatches("mezzanine/" + file + ".txt", MediaDump.mp4(bytes));
        }
        for (String file : List.of("master-ts.m3u8", "v360/media-ts.m3u8", "v360/iframes-ts.m3u8", "manifest.mpd")) {
            GoldenFiles.assertMatches("mezzanine/" + file + ".txt", Files.readString(out.resolve(file)));
        }
    }

    @Test
    void aTruncatedFileIsRefusedBeforeAnythingIsWritten() throws IOException {
        Path whole = SharedMedia.require("packaging/src-clips/s8_v360.mp4");
        byte[] bytes = Files.readAllBytes(whole);
        for (int cut : new int[] {bytes.length / 2, bytes.length - 10, 100, 7, 0}) {
            Path part = out.resolve("part-" + cut + ".mp4");
            Files.write(part, Arrays.copyOf(bytes, cut));
            assertThatExceptionOfType(MediaException.class)
                    .isThrownBy(() -> open(part))
                    .satisfies(e -> assertThat(e.code()).isEqualTo(MediaErrorCode.MALFORMED))
                    .withMessageContaining("part-" + cut);
        }
    }

    private Clips.Verdict judge(String rendition, Presentation presentation) throws IOException {
        for (PublishedTrack track : presentation.tracks()) {
            if (track.name().equals(rendition)) {
                byte[] all =
                        concatenated(out.resolve(rendition), track.segments().size());
                return Clips.judge(List.of(ByteBuffer.wrap(all)));
            }
        }
        throw new AssertionError("no " + rendition);
    }

    private static byte[] concatenated(Path folder, int segments) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(Files.readAllBytes(folder.resolve("init.mp4")));
        for (int number = 0; number < segments; number++) {
            all.write(Files.readAllBytes(folder.resolve(number + ".m4s")));
        }
        return all.toByteArray();
    }

    private static List<ByteBuffer> payloads(Clips.Clip clip) {
        return clip.samples().stream().map(Sample::data).toList();
    }
}

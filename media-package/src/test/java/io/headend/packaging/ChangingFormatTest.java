package io.headend.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.headend.core.EndOfStream;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.Sample;
import io.headend.core.SampleInfo;
import io.headend.core.Timebase;
import io.headend.core.Track;
import io.headend.core.TrackInfo;
import io.headend.core.VideoFormat;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.SharedMedia;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A recording whose pictures, and whose sound, become others in the middle: eight seconds of one, then another. */
@ExtendWith(LeakExtension.class)
class ChangingFormatTest {

    @TempDir
    Path temporary;

    private final Clips.Clip small = Clips.read(SharedMedia.require("packaging/src-clips/s8_v360.mp4"), 0);
    private final Clips.Clip large = Clips.read(SharedMedia.require("media/functional/h264_bpyramid.mp4"), 8);

    /** MP4 files with two sample entries, as {@link RemuxSink} makes them. */
    private List<Path> film(List<Clips.Clip> stretches, Clips.Clip... sound) {
        List<Path> files = new ArrayList<>();
        List<List<Clips.Clip>> tracks = new ArrayList<>(List.of(stretches));
        if (sound.length > 0) {
            tracks.add(List.of(sound));
        }
        for (List<Clips.Clip> track : tracks) {
            RemuxSink sink = RemuxSink.into(temporary.resolve("remuxed" + files.size()));
            try (sink) {
                for (Clips.Clip clip : track) {
                    Timebase unit = track.get(0).track().timebase();
                    Timebase own = clip.track().timebase();
                    Track as = clip.track().withTimebase(unit);
                    sink.accept(new TrackInfo(as));
                    for (Sample sample : clip.samples()) {
                        sink.accept(sample.with(sample.info()
                                .withTimes(
                                        own.convert(sample.pts(), unit),
                                        own.convert(sample.dts(), unit),
                                        own.convert(sample.duration(), unit))));
                    }
                }
                sink.accept(new EndOfStream());
                assertThat(sink.leftOut()).isEmpty();
                files.addAll(sink.files());
            }
        }
        return files;
    }

    private Path packaged(List<Path> files) {
        Path out = temporary.resolve("out");
        Mezzanine.Builder builder = Mezzanine.builder().segment(Duration.ofSeconds(3));
        files.forEach(builder::input);
        try (Mezzanine film = builder.open()) {
            film.write(out, EnumSet.allOf(Mezzanine.Output.class), done -> {});
        }
        return out;
    }

    @Test
    void playlistsAndPeriodsBreakWhereTheFormatChanges() throws IOException {
        Path out = packaged(film(List.of(small, large)));
        String media = Files.readString(out.resolve("v360/media.m3u8"));
        assertThat(media)
                .containsPattern("#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI=\"init-1.mp4\"\n#EXTINF")
                .containsOnlyOnce("#EXT-X-DISCONTINUITY\n");
        assertThat(Files.readString(out.resolve("v360/media-ts.m3u8"))).containsOnlyOnce("#EXT-X-DISCONTINUITY\n");
        assertThat(Files.readString(out.resolve("manifest.mpd")))
                .containsPattern("(?s)<Period[^>]*start=\"PT0S\".*<Period[^>]*start=\"PT8S\"")
                .contains(
                        "init-1.mp4",
                        "height=\"360\"",
                        "height=\"" + ((VideoFormat) large.track().format()).height() + "\"");
        Conformance.Source source = Conformance.folder(out);
        assertThat(Conformance.checkHls(source, "master.m3u8"))
                .filteredOn(v -> !v.rule().equals("9.9"))
                .isEmpty();
        assertThat(Conformance.checkHls(source, "master-ts.m3u8"))
                .filteredOn(v -> !v.rule().equals("9.9"))
                .isEmpty();
        assertThat(Conformance.checkDash(source, "manifest.mpd")).isEmpty();
    }

    @Test
    void whatComesBackBreaksAgain() throws IOException {
        Clips.Clip again = Clips.read(SharedMedia.require("packaging/src-clips/s8_v360.mp4"), 12);
        Path out = packaged(film(List.of(small, large, again)));
        assertThat(Files.readString(out.resolve("v360/media.m3u8")))
                .containsPattern("(?s)init.mp4.*DISCONTINUITY\n.*init-1.mp4.*DISCONTINUITY\n.*init-2.mp4");
        assertThat(Files.readString(out.resolve("manifest.mpd")).split("<Period "))
                .hasSize(4);
        assertThat(Files.mismatch(out.resolve("v360/init.mp4"), out.resolve("v360/init-2.mp4")))
                .isEqualTo(-1);
    }

    @Test
    void bothSidesDecodeToTheirPictures() throws IOException {
        Path out = packaged(film(List.of(small, large)));
        for (String extension : List.of(".m4s", ".ts")) {
            List<ByteBuffer> first = new ArrayList<>();
            List<ByteBuffer> second = new ArrayList<>();
            if (extension.equals(".m4s")) {
                first.add(bytes(out.resolve("v360/init.mp4")));
                second.add(bytes(out.resolve("v360/init-1.mp4")));
            }
            boolean behind = false;
            for (String line : Files.readAllLines(
                    out.resolve(extension.equals(".ts") ? "v360/media-ts.m3u8" : "v360/media.m3u8"))) {
                behind |= line.equals("#EXT-X-DISCONTINUITY");
                if (line.endsWith(extension)) {
                    (behind ? second : first).add(bytes(out.resolve("v360").resolve(line)));
                }
            }
            assertThat(Clips.judge(first).pictures())
                    .as(extension)
                    .isEqualTo(Clips.judge(small).pictures().subList(0, 200));
            assertThat(Clips.judge(second).pictures())
                    .as(extension)
                    .isEqualTo(Clips.judge(large).pictures());
        }
    }

    private static ByteBuffer bytes(Path file) throws IOException {
        return ByteBuffer.wrap(Files.readAllBytes(file));
    }

    @Test
    void soundAndSubtitlesBreakWithThePictures() throws IOException {
        Clips.Clip sound = Clips.read(SharedMedia.require("packaging/src-clips/s8_a.mp4"), 0);
        Clips.Clip later = Clips.read(SharedMedia.require("packaging/src-clips/s8_a.mp4"), 8);
        Path words = Files.writeString(temporary.resolve("words.vtt"), "WEBVTT\n\n00:01.000 --> 00:12.000\nwords\n");
        List<Path> files = film(List.of(small, large), sound, later);
        Path out = temporary.resolve("out");
        Mezzanine.Builder builder =
                Mezzanine.builder().segment(Duration.ofSeconds(2)).trickPlay(true);
        files.forEach(builder::input);
        try (Mezzanine film =
                builder.subtitles(new Subtitles(words, "en", Set.of())).open()) {
            film.write(out, EnumSet.allOf(Mezzanine.Output.class), done -> {});
            for (String rendition : film.renditions()) {
                assertThat(Files.readString(out.resolve(rendition).resolve("media.m3u8")))
                        .as(rendition)
                        .containsOnlyOnce("#EXT-X-DISCONTINUITY\n");
            }
            assertThat(film.renditions()).hasSize(4);
        }
    }

    @Test
    void renditionsThatCannotBeCutThereAreRefused() {
        Clips.Clip long360 = Clips.read(SharedMedia.require("packaging/src-clips/s8_v360.mp4"), 0);
        List<Path> files = new ArrayList<>(film(List.of(small, large)));
        Path other = temporary.resolve("other");
        try (RemuxSink sink = RemuxSink.into(other)) {
            sink.accept(new TrackInfo(long360.track()));
            long shift = 8L * long360.track().timebase().den();
            for (long offset : new long[] {0, shift}) {
                for (Sample sample : long360.samples().subList(0, offset == 0 ? 200 : 100)) {
                    // no key frame at eight seconds
                    boolean sync = sample.sync() && (offset == 0 || sample.pts() > 0);
                    sink.accept(sample.with(new SampleInfo(
                            sample.trackId(),
                            sample.pts() + offset,
                            sample.dts() + offset,
                            sample.duration(),
                            sync,
                            SampleInfo.NO_ARRIVAL)));
                }
            }
            sink.accept(new EndOfStream());
            files.addAll(sink.files());
        }
        Mezzanine.Builder builder = Mezzanine.builder().segment(Duration.ofSeconds(2));
        files.forEach(builder::input);
        assertThatExceptionOfType(MediaException.class)
                .isThrownBy(builder::open)
                .withMessageContaining("no sync sample (key frame) at 8.000 s")
                .satisfies(e -> assertThat(e.code()).isEqualTo(MediaErrorCode.MALFORMED));
    }
}

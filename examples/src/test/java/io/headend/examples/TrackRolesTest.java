package io.headend.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.Codec;
import io.headend.core.CodecConfig;
import io.headend.core.HeapSample;
import io.headend.core.Sample;
import io.headend.core.SampleInfo;
import io.headend.core.TextFormat;
import io.headend.core.Timebase;
import io.headend.core.Track;
import io.headend.core.TrackRole;
import io.headend.ffmpeg.AvSample;
import io.headend.ffmpeg.Demuxer;
import io.headend.ffmpeg.Muxer;
import io.headend.packaging.Conformance;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.SharedMedia;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a container says that its tracks are for is said again by what is packaged of it. */
@ExtendWith(LeakExtension.class)
class TrackRolesTest {

    private static final Pattern SET = Pattern.compile(
            "<AdaptationSet [^>]*contentType=\"(audio|text)\" lang=\"(\\w+)\".*?</AdaptationSet>", Pattern.DOTALL);
    private static final Pattern ROLE = Pattern.compile("role:2011\" value=\"([a-z-]+)\"");

    @TempDir
    Path folder;

    private record Written(Track track, List<Sample> samples) {}

    private static Written clip(String name, int id, String language, Set<TrackRole> roles) {
        try (Demuxer demuxer = Demuxer.builder(
                        SharedMedia.require("packaging/src-clips/" + name).toString())
                .open()) {
            List<Sample> samples = new ArrayList<>();
            for (AvSample packet = demuxer.read(); packet != null; packet = demuxer.read()) {
                try (AvSample sample = packet) {
                    ByteBuffer copy = ByteBuffer.allocate(sample.size()).put(sample.data());
                    samples.add(HeapSample.of(sample.info().withTrackId(id), copy.flip()));
                }
            }
            return new Written(demuxer.tracks().get(0).withId(id).described(language, roles), samples);
        }
    }

    private static Written text(String coding, int id, String language, Set<TrackRole> roles) {
        byte[] words = ("words in " + language).getBytes(StandardCharsets.UTF_8);
        ByteBuffer data = coding.equals("mov_text")
                ? ByteBuffer.allocate(words.length + 2)
                        .putShort((short) words.length)
                        .put(words)
                        .flip()
                : ByteBuffer.wrap(words);
        TextFormat format = new TextFormat(CodecConfig.of(Codec.OTHER_TEXT, coding));
        SampleInfo info = new SampleInfo(id, 1_000, 1_000, 2_000, true, SampleInfo.NO_ARRIVAL);
        return new Written(
                new Track(id, "text-" + id, format, Timebase.MILLIS, language, roles),
                List.of(HeapSample.of(info, data)));
    }

    private Path film(String container, String coding) {
        List<Written> all = List.of(
                clip("s8_v360.mp4", 0, "en", Set.of()),
                clip("s8_a.mp4", 1, "en", Set.of()),
                clip("s8_a.mp4", 2, "fr", Set.of(TrackRole.DEFAULT)),
                clip("s8_a.mp4", 3, "de", Set.of(TrackRole.COMMENTARY)),
                text(coding, 4, "en", Set.of()),
                text(coding, 5, "fr", Set.of(TrackRole.DEFAULT)),
                text(coding, 6, "de", Set.of(TrackRole.FORCED)),
                text(coding, 7, "it", Set.of(TrackRole.HARD_OF_HEARING)));
        Path file = folder.resolve("film." + container);
        var building = Muxer.builder("file:" + file).format(container.equals("mkv") ? "matroska" : "mp4");
        all.forEach(written -> building.track(written.track()));
        try (Muxer muxer = building.open()) {
            for (Written written : all) {
                written.samples().forEach(muxer::write);
            }
            muxer.finish();
        }
        return file;
    }

    @ParameterizedTest
    @CsvSource({"mkv,subrip", "mp4,mov_text"})
    void defaultForcedAndOthersAreCarried(String container, String coding) throws IOException {
        Path out = folder.resolve("out");
        CommandLineRun run = CommandLineRun.of(
                "package", film(container, coding).toString(), "-o", out.toString(), "--hls", "--dash", "--ts");
        assertThat(run.exitCode()).as(run.err()).isZero();
        String master = Files.readString(out.resolve("master.m3u8"));
        assertThat(choice(master, "AUDIO", "en")).isEqualTo("AUTOSELECT");
        assertThat(choice(master, "AUDIO", "fr")).isEqualTo("DEFAULT AUTOSELECT");
        assertThat(choice(master, "SUBTITLES", "en")).isEqualTo("AUTOSELECT");
        assertThat(choice(master, "SUBTITLES", "fr")).isEqualTo("DEFAULT AUTOSELECT");
        assertThat(choice(master, "SUBTITLES", "de")).isEqualTo("AUTOSELECT FORCED");
        assertThat(line(master, "SUBTITLES", "it")).contains("transcribes-spoken-dialog");
        assertThat(line(Files.readString(out.resolve("master-ts.m3u8")), "AUDIO", "fr"))
                .as("with the pictures")
                .contains("DEFAULT=YES")
                .doesNotContain("URI=");
        Map<String, List<String>> roles = roles(Files.readString(out.resolve("manifest.mpd")));
        assertThat(roles)
                .containsEntry("audio en", List.of("alternate"))
                .containsEntry("audio fr", List.of("main"))
                .containsEntry("audio de", List.of("commentary"))
                .containsEntry("text en", List.of("subtitle"))
                .containsEntry("text fr", List.of("main", "subtitle"))
                .containsEntry("text de", List.of("forced-subtitle"))
                .containsEntry("text it", List.of("caption"));
        assertThat(choice(master, "AUDIO", "de")).isEmpty();
        List<Conformance.Violation> found =
                new ArrayList<>(Conformance.checkHls(Conformance.folder(out), "master.m3u8"));
        found.addAll(Conformance.checkDash(Conformance.folder(out), "manifest.mpd"));
        assertThat(found).filteredOn(v -> !v.rule().equals("9.9")).isEmpty();
    }

    private static String line(String master, String type, String language) {
        return master.lines()
                .filter(line -> line.contains("TYPE=" + type + ",") && line.contains("LANGUAGE=\"" + language + "\""))
                .findFirst()
                .orElse("");
    }

    /** The flags that are set. */
    private static String choice(String master, String type, String language) {
        String line = line(master, type, language);
        assertThat(line).as("%s %s", type, language).isNotEmpty();
        List<String> set = new ArrayList<>();
        for (String flag : List.of("DEFAULT", "AUTOSELECT", "FORCED")) {
            if (line.contains(flag + "=YES")) {
                set.add(flag);
            }
        }
        return String.join(" ", set);
    }

    private static Map<String, List<String>> roles(String mpd) {
        Map<String, List<String>> roles = new TreeMap<>();
        Matcher sets = SET.matcher(mpd);
        while (sets.find()) {
            roles.put(
                    sets.group(1) + " " + sets.group(2),
                    ROLE.matcher(sets.group())
                            .results()
                            .map(role -> role.group(1))
                            .toList());
        }
        return roles;
    }
}

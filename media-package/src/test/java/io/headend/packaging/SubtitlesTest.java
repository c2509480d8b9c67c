package io.headend.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.headend.core.Codec;
import io.headend.core.CodecConfig;
import io.headend.core.EndOfStream;
import io.headend.core.HeapSample;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.SampleInfo;
import io.headend.core.TextFormat;
import io.headend.core.Timebase;
import io.headend.core.Track;
import io.headend.core.TrackInfo;
import io.headend.core.TrackRole;
import io.headend.formats.text.CueSamples;
import io.headend.formats.text.TextCue;
import io.headend.formats.text.TextSample;
import io.headend.formats.text.WebVtt;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.SharedMedia;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakExtension.class)
class SubtitlesTest {

    private static final String CUES = """
            WEBVTT

            00:01.000 --> 00:03.500
            One

            00:06.500 --> 00:07.500
            Two
            """;

    @TempDir
    Path out;

    private static Mezzanine.Builder film() {
        return Mezzanine.builder()
                .segment(Duration.ofSeconds(2))
                .input(SharedMedia.require("packaging/src-clips/s8_v360.mp4"));
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(out.resolve(name), text);
    }

    @Test
    void webVttIsCutWithThePicturesAndReadBackWhole() throws IOException {
        Subtitles english = new Subtitles(file("a.vtt", CUES), "en", Set.of());
        Path folder = out.resolve("film");
        try (Mezzanine film = film().subtitles(english).open()) {
            assertThat(film.renditions()).containsExactly("v360", "text-en");
            film.write(folder, EnumSet.allOf(Mezzanine.Output.class), done -> {});
        }
        assertThat(Files.readString(folder.resolve("text-en/media.m3u8"))).contains("\n0.vtt\n", "\n3.vtt\n");
        assertThat(Files.readString(folder.resolve("text-en/media-ts.m3u8"))).contains("\n3-ts.vtt\n");
        assertThat(Files.readString(folder.resolve("text-en/1.vtt")))
                .contains("MPEGTS:0,", "One")
                .doesNotContain("Two");
        assertThat(Files.readString(folder.resolve("text-en/1-ts.vtt"))).contains("MPEGTS:900000,", "One");
        assertThat(Files.readString(folder.resolve("text-en/2.vtt"))).doesNotContain("-->");
        for (String master : List.of("master.m3u8", "master-ts.m3u8")) {
            assertThat(Files.readString(folder.resolve(master)))
                    .contains("TYPE=SUBTITLES,GROUP-ID=\"subtitles\",NAME=\"English\",LANGUAGE=\"en\"")
                    .contains("SUBTITLES=\"subtitles\"");
            assertThat(violations(folder, master)).isEmpty();
        }
        assertThat(Conformance.checkDash(Conformance.folder(folder), "manifest.mpd"))
                .isEmpty();
        assertThat(Files.readString(folder.resolve("manifest.mpd")))
                .contains("contentType=\"text\" lang=\"en\"", "codecs=\"wvtt\"", "value=\"subtitle\"");
        assertThat(cues(folder.resolve("text-en"), 4))
                .containsExactly(new TextCue(1000, 3500, "One"), new TextCue(6500, 7500, "Two"));
    }

    /** But that there is one video rendition only. */
    private static List<String> violations(Path folder, String master) {
        return Conformance.checkHls(Conformance.folder(folder), master).stream()
                .filter(found -> !found.rule().equals("9.9"))
                .map(Conformance.Violation::toString)
                .toList();
    }

    /** Our own segments, one behind the other, are a file with a track of text. */
    private List<TextCue> cues(Path rendition, int segments) throws IOException {
        Path whole = out.resolve("whole.mp4");
        byte[] all = Files.readAllBytes(rendition.resolve("init.mp4"));
        Files.write(whole, all);
        for (int i = 0; i < segments; i++) {
            Files.write(whole, Files.readAllBytes(rendition.resolve(i + ".m4s")), StandardOpenOption.APPEND);
        }
        try (Mp4File file = Mp4File.open(whole, "whole")) {
            SubtitleText text = SubtitleText.read(file, file.tracks().get(0));
            return ((SubtitleText.Cues) text).file().cues();
        }
    }

    @Test
    void ttmlIsPackagedAsStppAndSaysWhatItIsFor() throws IOException {
        String document = "<tt xmlns='http://www.w3.org/ns/ttml'><body><div><p begin='1s' end='3s'>Eins</p>"
                + "<p begin='6s' end='7s'>Zwei</p></div></body></tt>";
        Set<TrackRole> roles = Set.of(TrackRole.HARD_OF_HEARING);
        Path folder = out.resolve("film");
        try (Mezzanine film = film().subtitles(new Subtitles(file("a.ttml", document), "de", roles))
                .subtitles(new Subtitles(
                        file("b.srt", "00:00:01,000 --> 00:00:02,000\nBonjour\n"), "fr", Set.of(TrackRole.FORCED)))
                .open()) {
            film.write(folder, EnumSet.allOf(Mezzanine.Output.class), done -> {});
            assertThat(film.notes()).containsExactly("text-de: TTML is packaged as CMAF only (HLS authoring rule 5.4)");
        }
        assertThat(Files.readString(folder.resolve("master.m3u8")))
                .contains("NAME=\"German (SDH)\"", "CHARACTERISTICS=\"public.accessibility.transcribes-spoken-dialog,")
                .contains("NAME=\"French (forced)\"", "FORCED=YES")
                .contains("stpp.ttml.im1t");
        assertThat(Files.readString(folder.resolve("manifest.mpd")))
                .contains("value=\"caption\"", "value=\"forced-subtitle\"", "codecs=\"stpp.ttml.im1t\"");
        String second = Files.readString(folder.resolve("text-de/1.m4s"), StandardCharsets.ISO_8859_1);
        assertThat(second).contains("Eins").doesNotContain("Zwei");
        assertThat(Conformance.checkHls(Conformance.folder(folder), "master.m3u8"))
                .isEmpty();
        assertThat(Conformance.checkDash(Conformance.folder(folder), "manifest.mpd"))
                .isEmpty();
    }

    @Test
    void textOfAnotherContainerBecomesAnMp4FileFirst() {
        RemuxSink sink = RemuxSink.into(out);
        feed(sink, 2, "subrip", 1000, 3000, "<b>One</b> & two");
        feed(sink, 3, "ass", 500, 2500, "0,0,Default,,0,0,0,,{\\i1}Three,{\\i0} four\\Nfive");
        feed(sink, 4, "dvb_subtitle", 0, 100, "\0\1");
        sink.accept(new EndOfStream());
        sink.close();
        assertThat(sink.leftOut()).singleElement().asString().contains("text-4");
        List<List<TextCue>> read = new ArrayList<>();
        for (Path file : sink.files()) {
            try (Mp4File made = Mp4File.open(file, "made")) {
                assertThat(made.tracks().get(0).track().language()).isEqualTo("en");
                SubtitleText text = SubtitleText.read(made, made.tracks().get(0));
                read.add(((SubtitleText.Cues) text).file().cues());
            }
        }
        assertThat(read)
                .containsExactly(
                        List.of(new TextCue(11_000, 13_000, "<b>One</b> &amp; two")),
                        List.of(new TextCue(10_500, 12_500, "Three, four\nfive")));
    }

    private static void feed(RemuxSink sink, int id, String coding, long start, long end, String text) {
        TextFormat format = new TextFormat(CodecConfig.of(Codec.OTHER_TEXT, coding));
        sink.accept(new TrackInfo(new Track(id, "text-" + id, format, Timebase.MILLIS, "en")));
        SampleInfo info = new SampleInfo(id, start, start, end - start, true, SampleInfo.NO_ARRIVAL);
        sink.accept(HeapSample.of(info, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8))));
    }

    @Test
    void textTracksOfAnMp4FileArePackaged() throws IOException {
        Path input = SharedMedia.require("media/functional/multi_stream_2v2a_subs_nasa.mp4");
        try (Mp4File file = Mp4File.open(input, "nasa")) {
            List<WebVtt> texts = file.tracks().stream()
                    .filter(SubtitleText::reads)
                    .map(track -> ((SubtitleText.Cues) SubtitleText.read(file, track)).file())
                    .toList();
            assertThat(texts).hasSize(2);
            assertThat(texts.get(0).cues())
                    .isNotEmpty()
                    .allSatisfy(cue -> assertThat(cue.text()).isNotBlank());
        }
    }

    @Test
    void subtitlesThatCannotBeReadAreNamed() throws IOException {
        Path none = out.resolve("none.vtt");
        refused(none, MediaErrorCode.INVALID_ARGUMENT, "'" + none + "': no such file");
        refused(file("x.vtt", "WEBVTT"), null, "");
        refused(file("x.srt", "hello"), MediaErrorCode.MALFORMED, "holds no subtitles: it has no cue");
        Path latin = Files.write(out.resolve("l.srt"), new byte[] {'1', '\n', (byte) 0xE9, (byte) 0xE8});
        refused(latin, MediaErrorCode.MALFORMED, "'" + latin + "' is not in UTF-8; convert it");
        Path large = Files.write(out.resolve("large.vtt"), new byte[(16 << 20) + 1]);
        refused(large, MediaErrorCode.UNSUPPORTED, "more than 16 MB");
    }

    private static void refused(Path file, @org.jspecify.annotations.Nullable MediaErrorCode code, String sentence) {
        if (code == null) {
            assertThat(SubtitleText.read(file).samples(0, 1000)).hasSize(1);
            return;
        }
        assertThatExceptionOfType(MediaException.class)
                .isThrownBy(() -> SubtitleText.read(file))
                .withMessageContaining(sentence)
                .satisfies(e -> assertThat(e.code()).isEqualTo(code));
    }

    @Test
    void aSampleOfSubtitlesIsReadBack() {
        TextSample sample =
                CueSamples.of(List.of(new TextCue(0, 10, "x")), 0, 10).get(0);
        assertThat(CueSamples.parse(sample)).containsExactly(new TextCue(0, 10, "x"));
    }
}

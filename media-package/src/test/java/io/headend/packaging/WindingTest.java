package io.headend.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.headend.core.AudioFormat;
import io.headend.core.Codec;
import io.headend.core.CodecConfig;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.PictureSize;
import io.headend.core.Timebase;
import io.headend.core.Track;
import io.headend.formats.CodecStrings;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.SharedMedia;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What players wind through with: trick modes and thumbnails. */
@ExtendWith(LeakExtension.class)
class WindingTest {

    private static final Set<Mezzanine.Output> ALL = EnumSet.allOf(Mezzanine.Output.class);

    @TempDir
    Path out;

    private static Mezzanine.Builder film() {
        return Mezzanine.builder()
                .segment(Duration.ofSeconds(2))
                .input(SharedMedia.require("packaging/src-clips/s8_v360.mp4"));
    }

    @Test
    void keyPicturesAreATrickModeOfDashAndAnIframePlaylistOfHls() throws Exception {
        try (Mezzanine film = film().trickPlay(true).open()) {
            film.write(out, ALL, done -> {});
            assertThat(film.renditions()).containsExactly("v360", "v360-trick");
        }
        String mpd = Files.readString(out.resolve("manifest.mpd"));
        assertThat(mpd)
                .contains("<EssentialProperty schemeIdUri=\"http://dashif.org/guidelines/trickmode\" value=\"1\"/>")
                .doesNotContain("adaptation-set-switching") // nobody is to see key pictures alone
                .contains("maxPlayoutRate=\"32\" codingDependency=\"false\"");
        MpdSchemaTest.validate(mpd);
        assertThat(Files.readString(out.resolve("master.m3u8")))
                .containsOnlyOnce("#EXT-X-I-FRAME-STREAM-INF")
                .containsOnlyOnce("#EXT-X-STREAM-INF")
                .contains("URI=\"v360-trick/iframes.m3u8\"");
        assertThat(Conformance.checkDash(Conformance.folder(out), "manifest.mpd"))
                .isEmpty();
        for (String master : List.of("master.m3u8", "master-ts.m3u8")) {
            assertThat(Conformance.checkHls(Conformance.folder(out), master))
                    .allSatisfy(found -> assertThat(found.rule()).isIn("9.9", "2.3"));
        }
        ByteBuffer init = ByteBuffer.wrap(Files.readAllBytes(out.resolve("v360-trick/init.mp4")));
        List<ByteBuffer> parts = new ArrayList<>(List.of(init));
        for (int i = 0; i < 4; i++) {
            parts.add(ByteBuffer.wrap(Files.readAllBytes(out.resolve("v360-trick/" + i + ".m4s"))));
        }
        Clips.Verdict verdict = Clips.judge(parts);
        assertThat(verdict.frames()).isEqualTo(4);
        assertThat(verdict.errors()).isZero();
    }

    private Path jpeg(String name, int bytes) throws IOException {
        byte[] picture = new byte[bytes];
        picture[0] = (byte) 0xFF;
        picture[1] = (byte) 0xD8;
        return Files.write(out.resolve(name), picture);
    }

    @Test
    void thumbnailsAreSheetsWithPlacesInThem() throws Exception {
        Path folder = out.resolve("film");
        Thumbnails thumbnails = new Thumbnails(
                List.of(jpeg("a.jpg", 1000), jpeg("b.jpg", 400)),
                Duration.ofSeconds(1),
                new PictureSize(160, 90),
                3,
                2);
        try (Mezzanine film = film().thumbnails(thumbnails).open()) {
            film.write(folder, ALL, done -> {});
        }
        String mpd = Files.readString(folder.resolve("manifest.mpd"));
        assertThat(mpd)
                .contains("contentType=\"image\"", "mimeType=\"image/jpeg\" width=\"480\" height=\"180\"")
                .contains("schemeIdUri=\"http://dashif.org/guidelines/thumbnail_tile\" value=\"3x2\"")
                .contains("duration=\"6000\"");
        MpdSchemaTest.validate(mpd);
        assertThat(Files.size(folder.resolve("thumbnails/1.jpg"))).isEqualTo(400);
        assertThat(Files.readString(folder.resolve("thumbnails/thumbnails.vtt")))
                .contains("00:00:04.000 --> 00:00:05.000\n0.jpg#xywh=160,90,160,90")
                .contains("00:00:08.000 --> 00:00:08.080\n1.jpg#xywh=320,0,160,90")
                .doesNotContain("2.jpg");
        assertThat(Conformance.checkDash(Conformance.folder(folder), "manifest.mpd"))
                .isEmpty();
    }

    @Test
    void sheetsThatAreNoPicturesAreRefused() throws IOException {
        Path text = Files.writeString(out.resolve("text.jpg"), "no picture");
        Thumbnails wrong = new Thumbnails(List.of(text), Duration.ofSeconds(1), new PictureSize(160, 90), 1, 1);
        assertThatExceptionOfType(MediaException.class)
                .isThrownBy(() -> film().thumbnails(wrong).open())
                .withMessage("'" + text + "' is no JPEG picture")
                .satisfies(e -> assertThat(e.code()).isEqualTo(MediaErrorCode.MALFORMED));
        assertThatExceptionOfType(MediaException.class)
                .isThrownBy(() -> new Thumbnails(List.of(), Duration.ofSeconds(1), new PictureSize(160, 90), 1, 1));
        assertThatExceptionOfType(MediaException.class)
                .isThrownBy(() -> new Thumbnails(List.of(text), Duration.ZERO, new PictureSize(160, 90), 1, 1));
    }

    @Test
    void objectsOfDolbyAtmosAreSaidInBothManifests() {
        CodecConfig atmos = new CodecConfig(
                Codec.EAC3, "eac3", ByteBuffer.wrap(HexFormat.of().parseHex("0c00200f000110")));
        AudioFormat format = AudioFormat.of(atmos, 48_000, 6);
        Track track = new Track(0, "audio", format, Timebase.hz(48_000), "en");
        PublishedTrack published = new PublishedTrack(
                track,
                CodecStrings.of(format),
                null,
                List.of(new SegmentEntry(0, 0, 96_000, false, "init.mp4", SegmentEntry.Layout.of(1000))));
        Presentation plain;
        try (Mezzanine film = film().open()) {
            plain = film.presentation();
        }
        Presentation with = new Presentation(
                1,
                plain.settings(),
                plain.breaks(),
                true,
                List.of(plain.tracks().get(0), published),
                List.of());
        assertThat(HlsWriter.multivariant(with)).contains("CHANNELS=\"16/JOC\"");
        assertThat(DashWriter.mpd(with))
                .contains("EC3_ExtensionType:2018\" value=\"JOC\"", "EC3_ExtensionComplexityIndex:2018\" value=\"16\"");
    }
}

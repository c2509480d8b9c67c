package io.headend.formats.isobmff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.AudioFormat;
import io.headend.core.Chromaticity;
import io.headend.core.Codec;
import io.headend.core.CodecConfig;
import io.headend.core.ColorInfo;
import io.headend.core.ContentLightLevel;
import io.headend.core.ContentProtection;
import io.headend.core.MasteringDisplay;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.PictureSize;
import io.headend.core.ProtectionScheme;
import io.headend.core.Rational;
import io.headend.core.TextFormat;
import io.headend.core.Timebase;
import io.headend.core.Track;
import io.headend.core.TrackFormat;
import io.headend.core.VideoFormat;
import io.headend.formats.Configs;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class InitializationSegmentTest {

    private static final String STSD = "moov/trak/mdia/minf/stbl/stsd/";
    private static final String OPUS_HEAD = "4f707573486561640102380180bb0000000000";

    private static List<ParsedBox> boxes(TrackFormat format, String language) {
        return BoxReader.read(InitializationSegment.of(new Track(0, "t", format, Timebase.hz(48_000), language), null));
    }

    private static ByteBuffer payload(List<ParsedBox> boxes, String path) {
        Optional<ParsedBox> found = BoxReader.find(boxes, path);
        assertThat(found).as(path).isPresent();
        return found.orElseThrow().payload();
    }

    static Stream<Arguments> entries() {
        return Stream.of(
                Arguments.of(video(Configs.avc()), "avc1/avcC"),
                Arguments.of(video(Configs.of(Codec.AVC, "0164001fffe000")), "avc3/avcC"),
                Arguments.of(video(Configs.hevc()), "hev1/hvcC"),
                Arguments.of(new TextFormat(Configs.of(Codec.WEBVTT, "")), "wvtt/vttC"),
                Arguments.of(audio(Configs.of(Codec.MP3, "")), "mp4a/esds"),
                Arguments.of(video(Configs.of(Codec.AV1, "81000c00")), "av01/av1C"),
                Arguments.of(video(Configs.of(Codec.VP9, "")), "vp09/vpcC"),
                Arguments.of(audio(Configs.of(Codec.AAC, "1190")), "mp4a/esds"),
                Arguments.of(audio(Configs.of(Codec.AAC, "")), "mp4a/esds"),
                Arguments.of(audio(Configs.of(Codec.OPUS, OPUS_HEAD)), "Opus/dOps"),
                Arguments.of(audio(Configs.of(Codec.OPUS, "")), "Opus/dOps"),
                Arguments.of(audio(Configs.of(Codec.FLAC, "00".repeat(34))), "fLaC/dfLa"),
                Arguments.of(audio(Configs.of(Codec.AC3, "101140")), "ac-3/dac3"),
                Arguments.of(audio(Configs.of(Codec.EAC3, "0006200f00")), "ec-3/dec3"));
    }

    private static VideoFormat video(CodecConfig config) {
        return VideoFormat.of(config, 1280, 720);
    }

    private static AudioFormat audio(CodecConfig config) {
        return AudioFormat.of(config, 48_000, 2);
    }

    @ParameterizedTest
    @MethodSource("entries")
    void everyCodingHasItsEntry(TrackFormat format, String path) {
        List<ParsedBox> boxes = boxes(format, null);
        assertThat(boxes).extracting(ParsedBox::type).containsExactly("ftyp", "moov");
        assertThat(FileTypeBox.parse(boxes.get(0)).compatibleBrands()).contains("cmfc", "cmf2");
        assertThat(BoxReader.find(boxes, STSD + path)).isPresent();
        assertThat(BoxReader.find(boxes, "moov/mvex/trex").map(TrackExtendsBox::parse))
                .contains(new TrackExtendsBox(1, 1, 0, 0, 0));
        assertThat(payload(boxes, "moov/trak/mdia/mdhd").getInt(12)).isEqualTo(48_000);
        String header = format instanceof VideoFormat ? "vmhd" : format instanceof AudioFormat ? "smhd" : "nmhd";
        assertThat(BoxReader.find(boxes, "moov/trak/mdia/minf/" + header)).isPresent();
    }

    @Test
    void configurationsArriveUnchanged() {
        CodecConfig avc = Configs.avc();
        assertThat(payload(boxes(video(avc), null), STSD + "avc1/avcC")).isEqualTo(avc.record());
        ByteBuffer esds = payload(boxes(audio(Configs.of(Codec.AAC, "1190")), null), STSD + "mp4a/esds");
        assertThat(esds.getShort(esds.limit() - 5)).isEqualTo((short) 0x1190);
        ByteBuffer opus = payload(boxes(audio(Configs.of(Codec.OPUS, OPUS_HEAD)), null), STSD + "Opus/dOps");
        assertThat(opus.get(1)).isEqualTo((byte) 2);
        assertThat(opus.getShort(2)).isEqualTo((short) 312);
        assertThat(opus.getInt(4)).isEqualTo(48_000);
    }

    @Test
    void shapeAndColourOfThePicture() {
        VideoFormat format = new VideoFormat(
                Configs.avc(), new PictureSize(720, 576), Rational.of(16, 11), null, "", ColorInfo.BT709);
        List<ParsedBox> boxes = boxes(format, null);
        ByteBuffer entry = payload(boxes, STSD + "avc1");
        assertThat(entry.getShort(24)).isEqualTo((short) 720);
        assertThat(entry.getShort(26)).isEqualTo((short) 576);
        assertThat(payload(boxes, STSD + "avc1/pasp").getInt(0)).isEqualTo(16);
        ByteBuffer colr = payload(boxes, STSD + "avc1/colr");
        assertThat(StandardCharsets.US_ASCII.decode(colr.slice(0, 4)).toString())
                .isEqualTo("nclx");
        assertThat(colr.getShort(4)).isEqualTo((short) 1);
        ByteBuffer tkhd = payload(boxes, "moov/trak/tkhd");
        assertThat(tkhd.getInt(76) >>> 16).isEqualTo(1047);
        assertThat(tkhd.getInt(80) >>> 16).isEqualTo(576);
    }

    @Test
    void languageIsThreeLetters() {
        AudioFormat format = audio(Configs.of(Codec.AAC, "1190"));
        assertThat(language(boxes(format, "de-AT"))).isEqualTo("deu");
        assertThat(language(boxes(format, null))).isEqualTo("und");
        assertThat(language(boxes(format, "x-none"))).isEqualTo("und");
    }

    private static String language(List<ParsedBox> boxes) {
        int packed = payload(boxes, "moov/trak/mdia/mdhd").getShort(20);
        return "" + (char) ((packed >> 10 & 31) + 0x60) + (char) ((packed >> 5 & 31) + 0x60)
                + (char) ((packed & 31) + 0x60);
    }

    @Test
    void protectedTracksAreWrapped() {
        ByteBuffer pssh =
                new ProtectionSystemSpecificHeaderBox(new UUID(3, 4), List.of(), ByteBuffer.allocate(5)).toBytes();
        ContentProtection protection = new ContentProtection(
                ProtectionScheme.CBCS,
                new UUID(1, 2),
                0,
                ByteBuffer.allocate(16),
                ContentProtection.Pattern.ONE_IN_TEN,
                List.of(new ContentProtection.DrmSystem(new UUID(3, 4), pssh, "")));
        for (TrackFormat format : List.of(video(Configs.avc()), audio(Configs.of(Codec.AAC, "1190")))) {
            Track track = new Track(0, "t", format, Timebase.MPEG, null);
            List<ParsedBox> boxes = BoxReader.read(InitializationSegment.of(track, protection));
            String sinf = STSD + (format instanceof VideoFormat ? "encv/sinf/" : "enca/sinf/");
            assertThat(StandardCharsets.US_ASCII
                            .decode(payload(boxes, sinf + "frma"))
                            .toString())
                    .isEqualTo(format instanceof VideoFormat ? "avc1" : "mp4a");
            assertThat(BoxReader.find(boxes, sinf + "schi/tenc").map(TrackEncryptionBox::parse))
                    .contains(TrackEncryptionBox.of(protection));
            assertThat(BoxReader.find(boxes, "moov/pssh").orElseThrow().size()).isEqualTo(pssh.remaining());
        }
    }

    @Test
    void highDynamicRangeAndTurnedPicturesAreReadBack() {
        ColorInfo color = ColorInfo.BT2020_PQ.withStaticMetadata(
                new MasteringDisplay(
                        new Chromaticity(35_400, 14_600),
                        new Chromaticity(8_500, 39_850),
                        new Chromaticity(6_550, 2_300),
                        new Chromaticity(15_635, 16_450),
                        10_000_000,
                        50),
                new ContentLightLevel(1_000, 400));
        for (int rotation : new int[] {0, 90, 180, 270}) {
            VideoFormat format = video(Configs.avc()).withColor(color).withRotation(rotation);
            List<ParsedBox> boxes = boxes(format, null);
            // green first, as in the specification
            assertThat(payload(boxes, STSD + "avc1/mdcv").getShort(0)).isEqualTo((short) 8_500);
            Movie movie = Movie.parse(boxes.get(1));
            assertThat(movie.skipped()).isEmpty();
            VideoFormat read = (VideoFormat) movie.tracks().get(0).track().format();
            assertThat(read.color()).isEqualTo(color);
            assertThat(read.rotation()).isEqualTo(rotation);
            assertThat(read.size()).isEqualTo(format.size());
            assertThat(read.codec().record()).isEqualTo(format.codec().record());
        }
    }

    @ParameterizedTest
    @MethodSource("entries")
    void everyEntryIsReadBack(TrackFormat format, String path) {
        Movie movie = Movie.parse(boxes(format, null).get(1));
        assertThat(movie.skipped()).isEmpty();
        TrackFormat read = movie.tracks().get(0).track().format();
        assertThat(read.codec().codec()).isEqualTo(format.codec().codec());
    }

    @Test
    void imscHasItsNamespaceAndHandler() {
        List<ParsedBox> boxes = boxes(new TextFormat(Configs.of(Codec.IMSC1, "")), null);
        ByteBuffer entry = payload(boxes, STSD + "stpp");
        assertThat(StandardCharsets.US_ASCII.decode(entry.position(8)).toString())
                .isEqualTo("http://www.w3.org/ns/ttml\0\0\0");
        assertThat(BoxReader.find(boxes, "moov/trak/mdia/minf/sthd")).isPresent();
    }

    @Test
    void whatCannotBeWrittenIsRefused() {
        refused(new TextFormat(Configs.of(Codec.OTHER_TEXT, "")), MediaErrorCode.UNSUPPORTED);
        refused(video(Configs.of(Codec.RAW_VIDEO, "")), MediaErrorCode.UNSUPPORTED);
        refused(audio(Configs.of(Codec.PCM_S16LE, "")), MediaErrorCode.UNSUPPORTED);
        refused(video(Configs.of(Codec.AVC, "0000000167")), MediaErrorCode.MALFORMED);
        refused(video(Configs.of(Codec.AV1, "00")), MediaErrorCode.MALFORMED);
        refused(audio(Configs.of(Codec.AC3, "")), MediaErrorCode.MALFORMED);
        refused(audio(Configs.of(Codec.AAC, "f8")), MediaErrorCode.MALFORMED);
        Track odd = new Track(0, "t", video(Configs.avc()), Timebase.of(1001, 30_000), null);
        assertThatThrownBy(() -> InitializationSegment.of(odd, null)).hasMessageContaining("whole number");
    }

    private static void refused(TrackFormat format, MediaErrorCode code) {
        assertThatThrownBy(() -> boxes(format, null))
                .isInstanceOfSatisfying(
                        MediaException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}

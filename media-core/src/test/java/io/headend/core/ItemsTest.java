package io.headend.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ItemsTest {

    private static final SampleInfo INFO = new SampleInfo(3, 20, 10, 5, true, SampleInfo.NO_ARRIVAL);

    @Test
    void heapSampleShowsTheSliceThatItWasGiven() {
        ByteBuffer bytes =
                ByteBuffer.wrap(new byte[] {0, 1, 2, 3, 4, 5}).position(2).limit(5);
        HeapSample sample = HeapSample.of(INFO, bytes);
        assertThat(sample.size()).isEqualTo(3);
        ByteBuffer view = sample.data();
        assertThat(view.position()).isZero();
        assertThat(view.get()).isEqualTo((byte) 2);
        assertThat(sample.data().remaining())
                .as("each view has its own position")
                .isEqualTo(3);
        assertThat(bytes.position()).as("the caller's buffer is not moved").isEqualTo(2);
        assertThatThrownBy(() -> sample.data().put(0, (byte) 9)).isInstanceOf(ReadOnlyBufferException.class);
        assertThat(List.of(sample.trackId(), sample.pts(), sample.dts(), sample.duration(), sample.sync()))
                .containsExactly(3, 20L, 10L, 5L, true);
    }

    @Test
    void everyHandleIsClosedByItself() {
        HeapSample first = HeapSample.of(INFO, ByteBuffer.wrap(new byte[] {1, 2}));
        Sample second = first.retain();
        Sample third = first.with(INFO.withTimes(1, 1, 1));
        first.close();
        first.close();
        assertThatThrownBy(first::data)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        assertThatThrownBy(first::size).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(first::retain).isInstanceOf(IllegalStateException.class);
        assertThat(first.info()).isEqualTo(INFO);
        assertThat(second.data()).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2}));
        second.close();
        assertThat(third.size()).isEqualTo(2);
        assertThat(third.pts()).isEqualTo(1);
        third.close();
    }

    @Test
    void scalarsAreReplacedOneGroupAtATime() {
        assertThat(INFO.withTimes(1, 2, 3)).isEqualTo(new SampleInfo(3, 1, 2, 3, true, SampleInfo.NO_ARRIVAL));
        assertThat(INFO.withTrackId(9)).isEqualTo(new SampleInfo(9, 20, 10, 5, true, SampleInfo.NO_ARRIVAL));
        assertThat(INFO.withArrival(7)).isEqualTo(new SampleInfo(3, 20, 10, 5, true, 7));
    }

    @Test
    void configurationRecordIsCopiedAndReadOnly() {
        byte[] bytes = {1, 2, 3};
        CodecConfig config = CodecConfig.of(Codec.AVC, "H264").withRecord(ByteBuffer.wrap(bytes));
        bytes[0] = 9;
        assertThat(config.record()).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        assertThat(config.record().get()).isEqualTo((byte) 1);
        assertThat(config.record().remaining()).isEqualTo(3);
        assertThat(config.record().isReadOnly()).isTrue();
        assertThat(config)
                .hasToString("h264(3 bytes)")
                .isEqualTo(new CodecConfig(Codec.AVC, "h264", ByteBuffer.wrap(new byte[] {1, 2, 3})));
    }

    @Test
    void messagesAndProtectionAreCopiedToo() {
        byte[] bytes = new byte[16];
        Cue cue = new Cue("urn:x", "", Timestamp.of(0, Timebase.MPEG), null, ByteBuffer.wrap(bytes));
        ContentProtection protection = new ContentProtection(
                ProtectionScheme.CBCS,
                new UUID(1, 2),
                0,
                ByteBuffer.wrap(bytes),
                ContentProtection.Pattern.ONE_IN_TEN,
                List.of(new ContentProtection.DrmSystem(new UUID(3, 4), ByteBuffer.wrap(bytes), "")));
        bytes[0] = 1;
        assertThat(cue.message().get()).isZero();
        assertThat(cue.message().remaining()).isEqualTo(16);
        assertThat(protection.constantIv().get()).isZero();
        assertThat(protection.constantIv().remaining()).isEqualTo(16);
        assertThat(protection.systems().get(0).pssh().get(0)).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1, 7, 9, 15, 17})
    void initialisationVectorsHaveTheSizesOfTheSpecification(int size) {
        assertThatThrownBy(() -> new ContentProtection(
                        ProtectionScheme.CENC,
                        new UUID(1, 2),
                        size,
                        ByteBuffer.allocate(0),
                        ContentProtection.Pattern.NONE,
                        List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void constantVectorGoesWithNoOtherOnly() {
        assertThatThrownBy(() -> new ContentProtection(
                        ProtectionScheme.CENC,
                        new UUID(1, 2),
                        8,
                        ByteBuffer.allocate(16),
                        ContentProtection.Pattern.NONE,
                        List.of()))
                .hasMessageContaining("constant");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", ".hidden", "a/b", "..", "a b", "ä"})
    void trackNamesAreSafeInPaths(String name) {
        assertThatThrownBy(() -> track(name)).isInstanceOf(IllegalArgumentException.class);
    }

    private static Track track(String name) {
        return new Track(1, name, VideoFormat.of(CodecConfig.of(Codec.AVC, "h264"), 16, 16), Timebase.MPEG, null);
    }

    @Test
    void tracksAreDerivedFromTracks() {
        Track track = track("v720");
        assertThat(track.kind()).isEqualTo(Codec.Kind.VIDEO);
        assertThat(track.withId(2).withName("v480").withTimebase(Timebase.MILLIS))
                .isEqualTo(new Track(2, "v480", track.format(), Timebase.MILLIS, null));
        AudioFormat sound = AudioFormat.of(CodecConfig.of(Codec.AAC, "aac"), 48_000, 2);
        assertThat(track.withFormat(sound).kind()).isEqualTo(Codec.Kind.AUDIO);
    }

    @Test
    void formatsKeepTheRestWhenTheCodecChanges() {
        CodecConfig codec = CodecConfig.of(Codec.OTHER_VIDEO, "x");
        VideoFormat video =
                VideoFormat.of(codec, 64, 48).withFrameRate(Rational.of(25, 1)).withPixelFormat("yuv420p");
        assertThat(video.withCodec(codec)).isEqualTo(video);
        assertThat(video.width() + "x" + video.height()).isEqualTo(video.size().toString());
        assertThat(new AudioFormat(codec, 1, 2, 3).withCodec(codec)).isEqualTo(new AudioFormat(codec, 1, 2, 3));
        assertThat(new TextFormat(codec).withCodec(codec)).isEqualTo(new TextFormat(codec));
        assertThat(new DataFormat(codec).withCodec(codec)).isEqualTo(new DataFormat(codec));
    }

    @Test
    void outOfRangeIsRefused() {
        CodecConfig codec = CodecConfig.of(Codec.AAC, "aac");
        assertThatThrownBy(() -> AudioFormat.of(codec, 0, 2)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> AudioFormat.of(codec, 48_000, 65)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new AudioFormat(codec, 48_000, 2, -1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new PictureSize(0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new PictureSize(1, 16_385)).hasMessageContaining("16385");
        assertThatThrownBy(() -> new ColorInfo(256, 2, 2, false)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ColorInfo(1, -1, 2, false)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Chromaticity(0, 50_001)).hasMessageContaining("50001");
        assertThatThrownBy(() -> new ContentLightLevel(65_536, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> VideoFormat.of(codec, 2, 2).withRotation(45)).hasMessageContaining("45");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "avc1.64001F,mp4a.40.2", "a b", "\"x\"", "é"})
    void codecStringIsOneEntry(String text) {
        assertThatThrownBy(() -> new CodecString(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void codecStringKnowsItsSampleEntry() {
        assertThat(new CodecString("avc1.64001F").sampleEntry()).isEqualTo("avc1");
        assertThat(new CodecString("opus").sampleEntry()).isEqualTo("opus");
        assertThat(new CodecString("ac-3")).hasToString("ac-3");
    }

    @Test
    void exceptionSaysWhatWhereAndWhetherToTryAgain() {
        MediaException timeout = new MediaException(MediaErrorCode.TIMEOUT, "no data for 3 s");
        assertThat(timeout.retryable()).isTrue();
        assertThat(timeout.trackId()).isEqualTo(-1);
        assertThat(timeout.position()).isNull();
        Timestamp where = Timestamp.of(5, Timebase.MPEG);
        MediaException malformed = MediaException.malformed("bad length").at(2, where);
        assertThat(malformed.code()).isEqualTo(MediaErrorCode.MALFORMED);
        assertThat(malformed.retryable()).isFalse();
        assertThat(malformed.trackId()).isEqualTo(2);
        assertThat(malformed.position()).isEqualTo(where);
        assertThat(MediaException.closed("queue x")).hasMessage("queue x is closed");
        assertThat(MediaException.unsupported("x").code()).isEqualTo(MediaErrorCode.UNSUPPORTED);
        assertThat(MediaException.invalidArgument("x").code()).isEqualTo(MediaErrorCode.INVALID_ARGUMENT);
    }

    @Test
    void meterThatNobodyReadsTakesEverything() throws Exception {
        MeterSink.NONE.count("a", 1);
        MeterSink.NONE.time("b", 1, "k", "v");
        try (AutoCloseable gauge = MeterSink.NONE.gauge("c", () -> 1)) {
            assertThat(gauge).isNotNull();
        }
    }

    @Test
    void highDynamicRangeIsToldByTheTransferCurve() {
        assertThat(ColorInfo.BT2020_PQ.isHighDynamicRange()).isTrue();
        assertThat(ColorInfo.BT2020_HLG.isHighDynamicRange()).isTrue();
        assertThat(ColorInfo.BT709.isHighDynamicRange()).isFalse();
        ContentLightLevel light = new ContentLightLevel(1000, 400);
        ColorInfo hdr10 = ColorInfo.BT2020_PQ.withStaticMetadata(null, light);
        assertThat(hdr10.contentLight()).isEqualTo(light);
        assertThat(hdr10).isNotEqualTo(ColorInfo.BT2020_PQ);
        assertThat(hdr10.withFullRange(true).contentLight()).isEqualTo(light);
    }

    @Test
    void luminanceHas32Bits() {
        Chromaticity point = new Chromaticity(15_635, 16_450);
        MasteringDisplay display = new MasteringDisplay(point, point, point, point, 0xffff_ffffL, 0);
        assertThat(display.maxLuminance()).isEqualTo(4_294_967_295L);
        assertThatThrownBy(() -> new MasteringDisplay(point, point, point, point, 0x1_0000_0000L, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aQuarterTurnSwapsWidthAndHeight() {
        VideoFormat landscape = VideoFormat.of(CodecConfig.of(Codec.AVC, "h264"), 1920, 1080);
        assertThat(landscape.uprightSize()).isEqualTo(new PictureSize(1920, 1080));
        assertThat(landscape.withRotation(270).uprightSize()).isEqualTo(new PictureSize(1080, 1920));
        assertThat(landscape.withRotation(180).uprightSize()).isEqualTo(new PictureSize(1920, 1080));
        assertThat(landscape.withRotation(90).withColor(ColorInfo.BT709).rotation())
                .isEqualTo(90);
    }
}

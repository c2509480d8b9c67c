package io.headend.formats.h26x;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.ColorInfo;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.PictureSize;
import io.headend.core.Rational;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationRecordTest {

    /** 800x640, High, level 3.1, 30 fps, sample aspect ratio 64:45. */
    static final String AVCC =
            "0164001fffe1001d6764001facd900c8146ffc010000b440000003004000000f23c60c65800100" + "0568ef9cb22cfdf8f800";

    /** 854x480, Main, level 3, 30 fps. */
    static final String HVCC = "0101600000009000000000005af000fcfdf8f800000f03200001001840010c01ffff0160000003"
            + "0090000003000003005a959809210001002942010101600000030090000003000003005aa006b201e1d796566924cae6"
            + "8080000003008000000f0422000100074401c172b46240";

    static ByteBuffer hex(String text) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(text));
    }

    @Test
    void readsAvcRecord() {
        AvcDecoderConfigurationRecord record = AvcDecoderConfigurationRecord.parse(hex(AVCC));
        AvcSps sps = record.sps();
        assertThat(record.codecString()).hasToString("avc1.64001F");
        assertThat(record.codecString("avc3")).hasToString("avc3.64001F");
        assertThat(record.lengthSize()).isEqualTo(4);
        assertThat(record.pictureParameterSets()).hasSize(1);
        assertThat(sps.size()).isEqualTo(new PictureSize(800, 640));
        assertThat(sps.sampleAspectRatio()).isEqualTo(Rational.of(64, 45));
        assertThat(sps.frameRate()).isEqualTo(Rational.of(30, 1));
        assertThat(sps.color()).isEqualTo(ColorInfo.UNSPECIFIED);
        assertThat(sps.chromaFormatIdc()).isEqualTo(1);
        assertThat(sps.bitDepthLuma()).isEqualTo(8);
        assertThat(sps.picOrderCntType()).isZero();
        assertThat(sps.maxNumReorderFrames()).isEqualTo(2);
        assertThat(sps.frameMbsOnly()).isTrue();
        assertThat(record.toByteBuffer()).isEqualTo(hex(AVCC));
    }

    @Test
    void readsHevcRecord() {
        HevcDecoderConfigurationRecord record = HevcDecoderConfigurationRecord.parse(hex(HVCC));
        assertThat(record.codecString()).hasToString("hvc1.1.6.L90.90");
        assertThat(record.codecString("hev1")).hasToString("hev1.1.6.L90.90");
        assertThat(record.sps().size()).isEqualTo(new PictureSize(854, 480));
        assertThat(record.sps().frameRate()).isEqualTo(Rational.of(30, 1));
        assertThat(record.sps().profileTierLevel()).isEqualTo(record.profileTierLevel());
        assertThat(record.videoParameterSets()).hasSize(1);
        assertThat(record.toByteBuffer()).isEqualTo(hex(HVCC));
    }

    @Test
    void makesTheSameRecordsFromParameterSets() {
        AvcDecoderConfigurationRecord avc = AvcDecoderConfigurationRecord.parse(hex(AVCC));
        assertThat(AvcDecoderConfigurationRecord.of(avc.sequenceParameterSets(), avc.pictureParameterSets()))
                .isEqualTo(avc);
        HevcDecoderConfigurationRecord hevc = HevcDecoderConfigurationRecord.parse(hex(HVCC));
        HevcDecoderConfigurationRecord made = HevcDecoderConfigurationRecord.of(
                hevc.videoParameterSets(), hevc.sequenceParameterSets(), hevc.pictureParameterSets());
        assertThat(made.codecString()).isEqualTo(hevc.codecString());
        assertThat(HevcDecoderConfigurationRecord.parse(made.toByteBuffer())).isEqualTo(made);
    }

    @Test
    void makesRecordsFromByteStreamsAndSamples() {
        AvcDecoderConfigurationRecord avc = AvcDecoderConfigurationRecord.parse(hex(AVCC));
        String sps = HexFormat.of().formatHex(bytes(avc.sequenceParameterSets().get(0)));
        String pps = HexFormat.of().formatHex(bytes(avc.pictureParameterSets().get(0)));
        ByteBuffer stream = hex("0000000109f0" + "00000001" + sps + "000001" + pps + "000001" + pps + "000001658880");
        assertThat(AvcDecoderConfigurationRecord.ofAnnexB(stream)).isEqualTo(avc);
        assertThat(AvcDecoderConfigurationRecord.ofExtradata(stream)).isEqualTo(avc);
        assertThat(AvcDecoderConfigurationRecord.ofExtradata(hex(AVCC))).isEqualTo(avc);
        assertThat(AvcDecoderConfigurationRecord.ofSample(AnnexB.toLengthPrefixed(stream)))
                .isEqualTo(avc);
    }

    /** The samples carry the parameter sets. */
    @Test
    void acceptsRecordWithoutParameterSets() {
        AvcDecoderConfigurationRecord record = AvcDecoderConfigurationRecord.parse(hex("014d401fffe000"));
        assertThat(record.codecString()).hasToString("avc1.4D401F");
        assertThat(record.toByteBuffer()).isEqualTo(hex("014d401fffe000"));
        assertThatThrownBy(record::sps).isInstanceOf(MediaException.class).hasMessageContaining("first key frame");
    }

    @Test
    void changesTheLengthSize() {
        ByteBuffer two = hex(AVCC);
        two.put(4, (byte) 0xFD);
        AvcDecoderConfigurationRecord record = AvcDecoderConfigurationRecord.parse(two);
        assertThat(record.lengthSize()).isEqualTo(2);
        assertThat(record.withFourByteLengths().toByteBuffer()).isEqualTo(hex(AVCC));
    }

    @ParameterizedTest
    @CsvSource({"''", "01", "0264001fffe000", "0164001ffee000", "0164001fffe1001d6764", "0164001fffe100016701000168"})
    void refusesDamagedAvcRecords(String text) {
        assertMalformed(() -> AvcDecoderConfigurationRecord.parse(hex(text)));
    }

    @Test
    void refusesDamagedHevcRecords() {
        assertMalformed(() -> HevcDecoderConfigurationRecord.parse(hex("")));
        assertMalformed(() -> HevcDecoderConfigurationRecord.parse(hex(HVCC).limit(60)));
        assertMalformed(() -> HevcDecoderConfigurationRecord.ofAnnexB(hex("000001" + "4401c172b46240")));
        assertMalformed(() -> HevcDecoderConfigurationRecord.of(List.of(), List.of(), List.of()));
    }

    /** Facts as ffprobe and FFmpeg's trace_headers tell them. */
    @ParameterizedTest
    @CsvSource({
        "football_juggle_720p24_src1.4M.mp4,        1280,  720,  1/1,   24/1,       avc1.64001F",
        "graffiti_1080p60_src20.7M.mp4,             1920, 1080,  1/1,   90000/1501, avc1.64002A",
        "marathon_crowd_720x400_30_src0.9M.mp4,      720,  400,  1/1,   30000/1001, avc1.64001E",
        "street_redtree_1080p_src13M.mp4,           1920, 1080,  1/1,   25/1,       avc1.640028",
        "functional/h264_1080p50_pcm.mov,           1920, 1080,  1/1,   50/1,       avc1.64002A",
        "functional/h264_12.5fps.mp4,               1280,  720,  1/1,   '',         avc1.64003C",
        "functional/h264_cea608_fragmented.mp4,      416,  234,  1/1,   '',         avc1.4D400D",
        "functional/portrait.mp4,                    720, 1080,  1/1,   30000/1001, avc1.64001F",
        "functional/vfr_screenrec_3026x1386.mp4,    3026, 1386,  1/1,   '',         avc1.640032",
    })
    void readsRealAvcFiles(String file, int width, int height, String sar, String rate, String codec)
            throws IOException {
        ByteBuffer box = SharedMedia.box(SharedMedia.map("media/" + file), "avcC");
        AvcDecoderConfigurationRecord record = AvcDecoderConfigurationRecord.parse(box);
        assertThat(record.codecString()).hasToString(codec);
        assertThat(record.sps().size()).isEqualTo(new PictureSize(width, height));
        assertThat(record.sps().sampleAspectRatio()).isEqualTo(Rational.parse(sar));
        assertThat(record.sps().frameRate()).isEqualTo(rate.isEmpty() ? null : Rational.parse(rate));
        assertThat(AvcDecoderConfigurationRecord.parse(record.toByteBuffer())).isEqualTo(record);
    }

    static void assertMalformed(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        MediaException.class, e -> assertThat(e.code()).isEqualTo(MediaErrorCode.MALFORMED));
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] out = new byte[buffer.remaining()];
        buffer.duplicate().get(out);
        return out;
    }
}

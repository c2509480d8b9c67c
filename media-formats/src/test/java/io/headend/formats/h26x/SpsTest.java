package io.headend.formats.h26x;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.PictureSize;
import io.headend.core.Rational;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Facts about streams of x264 and x265, as they were asked for. */
class SpsTest {

    @ParameterizedTest
    @CsvSource({
        "avc_high.h264,     1, 8,  128, 96",
        "avc_444.h264,      3, 10, 128, 96",
        "avc_mbaff.h264,    1, 8,  128, 96",
        "avc_baseline.h264, 1, 8,  128, 96",
        "hevc_wpp.h265,     1, 8,  128, 96",
        "hevc_hrd.h265,  1, 10, 128, 96",
        "hevc_444.h265,     3, 8,  128, 96",
        "hevc_slices.h265,  1, 8,  160, 480",
    })
    void readsFormat(String name, int chroma, int depth, int width, int height) throws IOException {
        Sps sps = sps(name);
        assertThat(sps.chromaFormatIdc()).isEqualTo(chroma);
        assertThat(sps.bitDepthLuma()).isEqualTo(depth);
        assertThat(sps.bitDepthChroma()).isEqualTo(depth);
        assertThat(sps.size()).isEqualTo(new PictureSize(width, height));
        assertThat(sps.frameRate()).isEqualTo(Rational.of(25, 1));
    }

    @Test
    void readsAvcDetails() throws IOException {
        AvcSps interlaced = (AvcSps) sps("avc_mbaff.h264");
        assertThat(interlaced.frameMbsOnly()).isFalse();
        assertThat(interlaced.picOrderCntType()).isZero();
        AvcSps baseline = (AvcSps) sps("avc_baseline.h264");
        assertThat(baseline.profileIdc()).isEqualTo(66);
        assertThat(baseline.picOrderCntType()).isEqualTo(2);
        assertThat(baseline.log2MaxPicOrderCntLsb()).isZero();
        assertThat(baseline.maxNumReorderFrames()).isZero();
    }

    @Test
    void readsHevcDetails() throws IOException {
        HevcSps layers = (HevcSps) sps("hevc_hrd.h265");
        assertThat(layers.temporalLayers()).isEqualTo(1);
        assertThat(layers.profileTierLevel().profileIdc()).isEqualTo(2);
        HevcSps full = (HevcSps) sps("hevc_444.h265");
        assertThat(full.profileTierLevel().profileIdc()).isEqualTo(4);
        ByteBuffer stream = ByteBuffer.wrap(resource("hevc_444.h265"));
        assertThat(HevcDecoderConfigurationRecord.ofAnnexB(stream).codecString().value())
                .startsWith("hvc1.4.10.L");
    }

    private static Sps sps(String name) throws IOException {
        ByteBuffer stream = ByteBuffer.wrap(resource(name));
        return name.endsWith("264")
                ? AvcDecoderConfigurationRecord.ofAnnexB(stream).sps()
                : HevcDecoderConfigurationRecord.ofAnnexB(stream).sps();
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = SpsTest.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        }
    }
}

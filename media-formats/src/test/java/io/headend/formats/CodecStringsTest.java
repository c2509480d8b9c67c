package io.headend.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.AudioFormat;
import io.headend.core.Codec;
import io.headend.core.CodecConfig;
import io.headend.core.MediaException;
import io.headend.core.Rational;
import io.headend.core.TextFormat;
import io.headend.core.VideoFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CodecStringsTest {

    private static String video(CodecConfig config) {
        return CodecStrings.of(VideoFormat.of(config, 1280, 720).withFrameRate(Rational.of(30, 1)))
                .value();
    }

    @ParameterizedTest
    @CsvSource({
        "AVC, 0164001fffe1001a6764001facd9405005bb011000000300100000030320f183196001000668ebe3cb22c0, avc1.64001F",
        "AVC, 0164001fffe000, avc3.64001F",
        "HEVC, 0101600000009000000000005df000fcfdf8f800000f00, hev1.1.6.L93.90",
        "HEVC, 0142200000000000b000000096f000fcfdfafa00000f00, hev1.A2.4.L150.0.0.B0",
        "HEVC, 01226000000090000000000099f000fcfdfafa00000f00, hev1.2.6.H153.90",
        "AV1, 81040c00, av01.0.04M.08",
        "AV1, 81290d00, av01.1.09M.08",
        "AV1, 8108cc00, av01.0.08H.10",
        "AV1, 810cec00, av01.0.12H.12",
        "VP9, '', vp09.00.31.08",
        "VP9, 0100000002295200, vp09.00.31.08",
        "VP9, 010000000229a20202020000, vp09.02.41.10"
    })
    void ofVideo(Codec codec, String record, String expected) {
        assertThat(video(Configs.of(codec, record))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "AAC, 1190, mp4a.40.2",
        "AAC, '', mp4a.40.2",
        "AAC, 2b118800, mp4a.40.5",
        "MP3, '', mp4a.40.34",
        "AC3, '', ac-3",
        "EAC3, '', ec-3",
        "OPUS, '', opus",
        "FLAC, '', flac"
    })
    void ofSound(Codec codec, String record, String expected) {
        assertThat(CodecStrings.of(AudioFormat.of(Configs.of(codec, record), 48_000, 2)))
                .hasToString(expected);
    }

    @Test
    void ofText() {
        assertThat(CodecStrings.of(new TextFormat(Configs.of(Codec.WEBVTT, ""))))
                .hasToString("wvtt");
    }

    @Test
    void withoutConfigurationThereIsNone() {
        assertThatThrownBy(() -> video(Configs.of(Codec.AVC, ""))).isInstanceOf(MediaException.class);
        assertThatThrownBy(() -> video(Configs.of(Codec.HEVC, "0101"))).isInstanceOf(MediaException.class);
        assertThatThrownBy(() -> video(Configs.of(Codec.AV1, ""))).isInstanceOf(MediaException.class);
        assertThatThrownBy(() -> video(Configs.of(Codec.RAW_VIDEO, ""))).hasMessageContaining("raw_video");
    }
}

package io.headend.drm;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.ProtectionScheme;
import io.headend.core.Sample;
import io.headend.core.Track;
import io.headend.ffmpeg.Demuxer;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.SharedMedia;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The {@code mdat} bytes and the sub-samples of HEVC, AV1 and VP9 are those that shaka-packager 3.4.2 writes for the same key and vectors;
 * {@code benchmarks/package/hash-of-peer} prints the peer's sums.
 */
@ExtendWith(LeakExtension.class)
class PeerMdatTest {

    private static final String KEY = "31323334353637383930313233343536:32333435363738393021323334353637";
    private static final String VECTOR = "0123456789abcdef";

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "media/functional/hevc_bframes.mp4,CENC,c48c1f5c5450fb5b141437b21b42b563918cc632669cb6372e53341e79c6a866",
        "media/functional/hevc_bframes.mp4,CBCS,2faebcf5a122ee302a2e04b7a4dabb0d2d015941bc1a6ffa99c3a4f7a4ce3615",
        "av1_tiles.mp4,CENC,8c0054a49ac4c064a7ebfff8b8a3be15192bfec218f6d23ef5b02832c3713486",
        "av1_tiles.mp4,CBCS,fcd9b7c9f504cae89131ae975155df1cd3fdeb1d4be8e36f38eece9f6e2413ed",
        "av1_hidden.mp4,CENC,11126885051b0dad95d5c27a93c100c92bc13a9b7b1b53ba6c00a82786d73ecc",
        "av1_hidden.mp4,CBCS,00384ca595fd8711ab45b2a5d4415d9cc9df221ea9f1fb7e905793364f16e909",
        "vp9.mp4,CENC,cee0f11c2cc62f78343d3a56ce91d4019a7ae513cb4623ebb4516eab10fe5209",
        "vp9.mp4,CBCS,c7a4ca370dcb86f8b4057bd5ae97c22542de4693cc213687baae0f976183d5cd"
    })
    void writesTheBytesOfAPeer(String clip, ProtectionScheme scheme, String expected)
            throws IOException, GeneralSecurityException {
        FfmpegDecryptionTest.Clip source = read(clip);
        Track track = source.track();
        List<Sample> samples = source.samples();
        CencEncryptor encryptor = CencEncryptor.builder(
                        scheme, KeyProvider.single(ContentKey.parse(KEY + ":" + VECTOR + VECTOR)))
                .firstVector(Long.parseLong(VECTOR, 16))
                .build();
        encryptor.begin(track);
        MessageDigest clear = MessageDigest.getInstance("SHA-256");
        MessageDigest mdat = MessageDigest.getInstance("SHA-256");
        for (int i = 0; i < samples.size(); i++) {
            clear.update(samples.get(i).data());
            ByteBuffer bytes = Tracks.copy(samples.get(i).data());
            encryptor.protect(Tracks.at(i), bytes);
            mdat.update(bytes.rewind());
        }
        String sum = HexFormat.of().formatHex(mdat.digest());
        assertThat(sum).isNotEqualTo(HexFormat.of().formatHex(clear.digest()));
        assertThat(sum).isEqualTo(expected);
    }

    private FfmpegDecryptionTest.Clip read(String clip) throws IOException {
        Path file;
        if (clip.contains("/")) {
            file = SharedMedia.require(clip);
        } else {
            file = folder.resolve(clip);
            try (InputStream in = PeerMdatTest.class.getResourceAsStream(clip)) {
                Files.copy(Objects.requireNonNull(in), file);
            }
        }
        return FfmpegDecryptionTest.read(Demuxer.builder(file.toString()));
    }
}

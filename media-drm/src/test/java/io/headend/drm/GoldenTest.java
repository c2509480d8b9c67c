package io.headend.drm;

import static io.headend.drm.Fragment.box;
import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.Codec;
import io.headend.core.ProtectionScheme;
import io.headend.core.SampleProtector.Encryption;
import io.headend.core.Track;
import io.headend.testkit.SharedMedia;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same clear samples, key and vectors give the bytes and sub-samples that shaka-packager 3.4.2 wrote. */
class GoldenTest {

    private static final String KEY = "31323334353637383930313233343536:32333435363738393021323334353637";
    private static final String VECTOR = "0123456789abcdef";

    @ParameterizedTest
    @CsvSource({"CENC, v, 3", "CBCS, v, 3", "CENC, a, 2", "CBCS, a, 2"})
    void writesTheBytesOfAPeer(ProtectionScheme scheme, String rendition, int segments) throws IOException {
        Track track = rendition.equals("v") ? Tracks.video(Codec.AVC, avcC(), 640, 360) : Tracks.aac();
        CencEncryptor encryptor = CencEncryptor.builder(
                        scheme, KeyProvider.single(ContentKey.parse(KEY + ":" + VECTOR + VECTOR)))
                .firstVector(Long.parseLong(VECTOR, 16))
                .build();
        encryptor.begin(track);
        int ivSize = scheme == ProtectionScheme.CENC ? 8 : 0;
        long number = 0;
        for (int segment = 1; segment <= segments; segment++) {
            Fragment clear = Fragment.parse(file("clear/" + rendition + "/" + segment + ".m4s"), 0);
            Fragment expected =
                    Fragment.parse(file(scheme.fourcc() + "/" + rendition + "/" + segment + ".m4s"), ivSize);
            for (int i = 0; i < clear.samples().size(); i++) {
                ByteBuffer sample = clear.samples().get(i);
                ByteBuffer data = Tracks.copy(sample);
                Encryption entry = encryptor.protect(Tracks.at(number++), data);
                assertThat(data)
                        .as("sample %d of segment %d", i, segment)
                        .isEqualTo(expected.samples().get(i));
                if (!expected.vectors().isEmpty()) {
                    assertThat(entry.iv()).isEqualTo(expected.vectors().get(i));
                    assertThat(entry.ranges()).isEqualTo(expected.ranges().get(i));
                }
            }
        }
        assertThat(number).isGreaterThan(200);
    }

    /** The payload of avcC inside moov/trak/mdia/minf/stbl/stsd/avc1. */
    private static ByteBuffer avcC() throws IOException {
        ByteBuffer box = file("clear/v/init.mp4");
        for (String type : List.of("moov", "trak", "mdia", "minf", "stbl", "stsd")) {
            box = box(box, type);
        }
        return box(box(box.position(8), "avc1").position(78), "avcC");
    }

    private static ByteBuffer file(String name) throws IOException {
        return ByteBuffer.wrap(Files.readAllBytes(SharedMedia.require("packaging/golden/" + name)));
    }
}

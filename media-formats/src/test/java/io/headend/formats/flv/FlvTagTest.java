package io.headend.formats.flv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.headend.core.MediaException;
import io.headend.formats.amf.Amf0;
import io.headend.formats.amf.AmfValue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tags are their own inverse; files of others are read to their end. */
class FlvTagTest {

    @Property(tries = 500)
    void whatIsWrittenIsRead(
            @ForAll @IntRange(max = 31) int type, @ForAll int timestamp, @ForAll @Size(max = 300) byte[] body) {
        FlvTag tag = new FlvTag(type, timestamp, ByteBuffer.wrap(body));
        ByteBuffer bytes = tag.toBytes();
        assertThat(FlvTag.read(bytes, 1000)).isEqualTo(tag);
        assertThat(bytes.hasRemaining()).isFalse();
        ByteBuffer cut = tag.toBytes();
        cut.limit(cut.limit() - 1);
        assertThat(FlvTag.read(cut, 1000)).isNull();
        assertThat(cut.position()).isZero();
    }

    @Property(tries = 1000)
    void anyBytesAreATagOrNoneOrOneError(@ForAll @Size(max = 40) byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            FlvTag.readFileHeader(in);
            assertThat(FlvTag.read(in, 20))
                    .satisfiesAnyOf(
                            tag -> assertThat(tag).isNull(),
                            tag -> assertThat(tag.body().remaining()).isLessThanOrEqualTo(20));
        } catch (MediaException e) {
            assertThat(e.getMessage()).contains("FLV");
        }
    }

    @ParameterizedTest
    @CsvSource({"h264_aac_bbb_640x360.flv", "h264_aac.flv", "derived_h264_heaac.flv"})
    void filesOfOthersAreReadToTheirEnd(String name) throws IOException {
        Path file = find("media/functional/" + name);
        assumeTrue(file != null, "skipped: ../shared is missing");
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file));
        assertThat(FlvTag.readFileHeader(in)).isTrue();
        int audio = 0;
        int video = 0;
        int keys = 0;
        boolean metadata = false;
        for (FlvTag tag = FlvTag.read(in, 1 << 24); tag != null; tag = FlvTag.read(in, 1 << 24)) {
            switch (tag.type()) {
                case FlvTag.AUDIO -> {
                    AudioMessage message = AudioMessage.parse(tag.body());
                    assertThat(message.toBytes()).isEqualTo(tag.body());
                    audio++;
                }
                case FlvTag.VIDEO -> {
                    VideoMessage message = VideoMessage.parse(tag.body());
                    assertThat(message.toBytes()).isEqualTo(tag.body());
                    keys += message.keyFrame() ? 1 : 0;
                    video++;
                }
                default -> metadata |= Amf0.readAll(tag.body()).get(0).equals(AmfValue.of("onMetaData"));
            }
        }
        assertThat(in.hasRemaining()).isFalse();
        assertThat(audio).isPositive();
        assertThat(video).isPositive();
        assertThat(keys).isPositive();
        assertThat(metadata).isTrue();
    }

    private static Path find(String relative) {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path file = at.resolve("shared").resolve(relative);
            if (Files.exists(file)) {
                return file;
            }
        }
        return null;
    }

    @Property(tries = 20)
    void bodiesAreBounded(@ForAll @IntRange(min = 21, max = 1000) int size) {
        ByteBuffer bytes = new FlvTag(9, 0, ByteBuffer.allocate(size)).toBytes();
        assertThatThrownBy(() -> FlvTag.read(bytes, 20)).hasMessageContaining("longer than");
    }
}

package io.headend.formats.h26x;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.PictureSize;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Headers written element by element from the specification are read to the same bit. */
class SyntaxTest {

    @Property(tries = 3000)
    void avc(@ForAll long seed) {
        AvcSyntax syntax = new AvcSyntax(seed);
        ByteBuffer sps = syntax.sps().nal();
        assertThat(AvcSps.parse(sps).size())
                .isEqualTo(new PictureSize(syntax.expectedWidth(), syntax.expectedHeight()));
        SliceHeaderParser parser = SliceHeaderParser.of(AvcDecoderConfigurationRecord.of(
                List.of(sps), List.of(syntax.pps().nal())));
        for (int i = 0; i < 4; i++) {
            BitWriter slice = syntax.slice();
            int header = slice.bytes();
            SliceHeader read = parser.parse(followed(slice, seed));
            assertThat(read).isNotNull();
            assertThat(read.bytes()).isEqualTo(slice.escapedSize(header));
            assertThat(read.pictureParameterSetId()).isEqualTo(9);
        }
    }

    @Property(tries = 3000)
    void hevc(@ForAll long seed) {
        HevcSyntax syntax = new HevcSyntax(seed);
        ByteBuffer sps = syntax.sps().nal();
        HevcSps parsed = HevcSps.parse(sps);
        assertThat(parsed.size().height()).isIn(118, 116);
        assertThat(parsed.temporalLayers()).isEqualTo(2);
        assertThat(parsed.bitDepthLuma()).isEqualTo(10);
        assertThat(parsed.profileTierLevel().levelIdc()).isEqualTo(90);
        SliceHeaderParser parser = SliceHeaderParser.of(HevcDecoderConfigurationRecord.of(
                List.of(), List.of(sps), List.of(syntax.pps().nal())));
        for (int i = 0; i < 4; i++) {
            BitWriter slice = syntax.slice();
            int header = slice.bytes();
            SliceHeader read = parser.parse(followed(slice, seed));
            assertThat(read).isNotNull();
            assertThat(read.bytes()).isEqualTo(slice.escapedSize(header));
            assertThat(read.pictureParameterSetId()).isEqualTo(7);
        }
    }

    /** The slice with some data behind its header. */
    private static ByteBuffer followed(BitWriter slice, long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 20; i++) {
            slice.u(8, random.nextInt(256));
        }
        return slice.nal();
    }
}

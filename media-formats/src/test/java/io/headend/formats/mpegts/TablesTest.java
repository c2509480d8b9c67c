package io.headend.formats.mpegts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.Codec;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TablesTest {

    private static final ProgramMapTable PMT = new ProgramMapTable(
            1,
            7,
            0x100,
            List.of(TsDescriptor.registration("CUEI"), TsDescriptor.id3Pointer(1)),
            List.of(
                    ElementaryStream.of(0x100, Codec.HEVC, 0, null),
                    ElementaryStream.of(0x101, Codec.AAC, 2, "deu"),
                    ElementaryStream.of(0x102, Codec.OPUS, 6, "eng"),
                    ElementaryStream.of(0x103, Codec.ID3, 0, null),
                    ElementaryStream.of(0x104, Codec.SCTE35, 0, null)));

    @Test
    void checksumOfAKnownTable() {
        // A PAT as every encoder writes it: stream 1, program 1 at PID 0x1000.
        byte[] pat = {
            0, (byte) 0xB0, 0x0D, 0, 1, (byte) 0xC1, 0, 0, 0, 1, (byte) 0xF0, 0, 0x2A, (byte) 0xB1, 0x04, (byte) 0xB2
        };
        PsiSection section = PsiSection.parse(ByteBuffer.wrap(pat));
        ProgramAssociationTable table = ProgramAssociationTable.parse(section);
        assertThat(table)
                .isEqualTo(new ProgramAssociationTable(1, 0, List.of(new ProgramAssociationTable.Program(1, 0x1000))));
        assertThat(table.toSection().toBytes()).isEqualTo(ByteBuffer.wrap(pat));
    }

    @Test
    void programMapTableComesBack() {
        ProgramMapTable read =
                ProgramMapTable.parse(PsiSection.parse(PMT.toSection().toBytes()));
        assertThat(read).isEqualTo(PMT);
        assertThat(read.hasCues()).isTrue();
        assertThat(read.streams())
                .extracting(s -> s.codec().codec())
                .containsExactly(Codec.HEVC, Codec.AAC, Codec.OPUS, Codec.ID3, Codec.SCTE35);
        assertThat(read.streams().get(1).languages()).containsExactly("deu");
        assertThat(read.streams().get(2).opusChannels()).isEqualTo(6);
    }

    @ParameterizedTest
    @EnumSource(
            value = Codec.class,
            names = {"AVC", "HEVC", "MPEG2_VIDEO", "AAC", "MP2", "AC3", "EAC3", "OPUS", "ID3", "SCTE35"})
    void everyCodingThatIsWrittenIsRecognised(Codec codec) {
        assertThat(ElementaryStream.of(50, codec, 2, "fra").codec().codec()).isEqualTo(codec);
    }

    @Test
    void descriptorsNameACoding() {
        assertThat(privateStream(TsDescriptor.ac3()).codec().codec()).isEqualTo(Codec.AC3);
        assertThat(privateStream(TsDescriptor.enhancedAc3()).codec().codec()).isEqualTo(Codec.EAC3);
        ElementaryStream subtitles = privateStream(TsDescriptor.subtitling("swe", 0x10, 1, 2));
        assertThat(subtitles.codec().name()).isEqualTo("dvb_subtitle");
        assertThat(subtitles.languages()).containsExactly("swe");
        assertThat(privateStream(TsDescriptor.language("und", 0)).languages()).isEmpty();
        assertThat(privateStream(TsDescriptor.language("und", 0)).codec().codec())
                .isEqualTo(Codec.OTHER_DATA);
        assertThatThrownBy(() -> ElementaryStream.of(1, Codec.VP9, 0, null))
                .isInstanceOf(MediaException.class)
                .hasMessageContaining("VP9");
        assertThatThrownBy(() -> TsDescriptor.language("de", 0)).isInstanceOf(IllegalArgumentException.class);
    }

    private static ElementaryStream privateStream(TsDescriptor descriptor) {
        return new ElementaryStream(StreamType.PRIVATE_PES, 60, List.of(descriptor));
    }

    @Test
    void tooManyStreamsDoNotFit() {
        ProgramMapTable huge = new ProgramMapTable(
                1, 0, 1, List.of(), Collections.nCopies(900, ElementaryStream.of(9, Codec.AVC, 0, null)));
        assertThatThrownBy(huge::toSection).isInstanceOf(MediaException.class).hasMessageContaining("at most");
    }

    @Property(tries = 5000)
    void damagedTablesEndInAValueOrOneException(@ForAll @Size(min = 1, max = 8) List<Integer> damage) {
        ByteBuffer original = PMT.toSection().toBytes();
        byte[] bytes = new byte[original.remaining()];
        original.get(bytes);
        for (int d : damage) {
            bytes[3 + Math.floorMod(d, bytes.length - 7)] ^= (byte) (1 << (d & 7));
        }
        ByteBuffer sum = ByteBuffer.wrap(bytes, 0, bytes.length - 4);
        ByteBuffer.wrap(bytes).putInt(bytes.length - 4, MpegCrc32.of(sum));
        try {
            ProgramMapTable read = ProgramMapTable.parse(PsiSection.parse(ByteBuffer.wrap(bytes)));
            assertThat(ProgramMapTable.parse(read.toSection())).isEqualTo(read);
            read.streams().forEach(s -> assertThat(s.codec()).isNotNull());
        } catch (MediaException e) {
            assertThat(e.code()).isIn(MediaErrorCode.MALFORMED, MediaErrorCode.UNSUPPORTED);
        }
    }
}

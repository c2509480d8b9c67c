package io.headend.formats.h26x;

import static io.headend.formats.h26x.ConfigurationRecordTest.AVCC;
import static io.headend.formats.h26x.ConfigurationRecordTest.HVCC;
import static io.headend.formats.h26x.ConfigurationRecordTest.assertMalformed;
import static io.headend.formats.h26x.ConfigurationRecordTest.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SliceHeaderParserTest {

    /**
     * Streams of x264 and x265 beside the lengths that FFmpeg's trace_headers gives for each slice: slices, weighted
     * prediction, interlaced, CAVLC, 4:4:4, wavefronts.
     */
    static Stream<String> lines() throws IOException {
        return new String(resource("slice-header-bytes.txt"), StandardCharsets.US_ASCII).lines();
    }

    @ParameterizedTest
    @MethodSource("lines")
    void agreesWithTraceHeaders(String line) throws IOException {
        String[] words = line.split(" ");
        ByteBuffer stream = ByteBuffer.wrap(resource(words[0]));
        SliceHeaderParser parser = words[0].endsWith("264")
                ? SliceHeaderParser.of(AvcDecoderConfigurationRecord.ofAnnexB(stream))
                : SliceHeaderParser.of(HevcDecoderConfigurationRecord.ofAnnexB(stream));
        List<String> found = new ArrayList<>(List.of(words[0]));
        for (ByteBuffer nal : AnnexB.nalUnits(stream)) {
            SliceHeader header = parser.parse(nal);
            if (header != null) {
                found.add(Integer.toString(header.bytes()));
            }
        }
        assertThat(found).containsExactly(words);
    }

    @Test
    void tellsTypesAndPictureStarts() throws IOException {
        List<SliceHeader> headers = headers("avc_high.h264");
        assertThat(headers.subList(0, 3))
                .extracting(SliceHeader::firstInPicture)
                .containsExactly(true, false, false);
        String types = headers.stream().map(header -> header.type().name()).collect(Collectors.joining());
        assertThat(types).isEqualTo("IIIIIIPPPBBBBBBPPPBBBPPPBBBIIIPPPBBB");
        assertThat(headers).filteredOn(SliceHeader::firstInPicture).hasSize(12);
    }

    @Test
    void learnsParameterSetsFromSamples() throws IOException {
        SliceHeaderParser parser = SliceHeaderParser.of(AvcDecoderConfigurationRecord.parse(hex("014d401fffe000")));
        List<ByteBuffer> nals = AnnexB.nalUnits(ByteBuffer.wrap(resource("avc_baseline.h264")));
        ByteBuffer slice = nals.get(nals.size() - 1);
        assertThatThrownBy(() -> parser.parse(slice))
                .isInstanceOf(MediaException.class)
                .hasMessageContaining("start at a key frame");
        nals.forEach(parser::parse);
        assertThat(parser.parse(slice)).isEqualTo(new SliceHeader(4, SliceHeader.Type.P, true, 0));
    }

    @Test
    void leavesOtherUnitsAlone() {
        SliceHeaderParser avc = SliceHeaderParser.of(AvcDecoderConfigurationRecord.parse(hex(AVCC)));
        assertThat(avc.parse(hex("09f0"))).isNull();
        assertThat(avc.parse(hex("0605"))).isNull();
        assertThat(avc.parse(hex("7400"))).isNull();
        SliceHeaderParser hevc = SliceHeaderParser.of(HevcDecoderConfigurationRecord.parse(hex(HVCC)));
        assertThat(hevc.parse(hex("4601"))).isNull();
        assertThat(hevc.parse(hex("0209ffff"))).isNull();
    }

    @Test
    void refusesWhatItCannotRead() {
        SliceHeaderParser avc = SliceHeaderParser.of(AvcDecoderConfigurationRecord.parse(hex(AVCC)));
        assertMalformed(() -> avc.parse(hex("")));
        assertMalformed(() -> avc.parse(hex("65")));
        assertMalformed(() -> avc.parse(hex("6588")));
        assertThatThrownBy(() -> avc.parse(hex("42ffff")))
                .isInstanceOfSatisfying(
                        MediaException.class, e -> assertThat(e.code()).isEqualTo(MediaErrorCode.UNSUPPORTED));
        SliceHeaderParser hevc = SliceHeaderParser.of(HevcDecoderConfigurationRecord.parse(hex(HVCC)));
        assertMalformed(() -> hevc.parse(hex("26")));
        assertMalformed(() -> hevc.parse(hex("2601")));
    }

    /** Ceil(Log2(units / rate + 1)), the division being exact. */
    @Test
    void computesTheBitsOfSliceGroupChangeCycle() {
        assertThat(AvcSliceHeaderParser.changeCycleBits(99, 1)).isEqualTo(7);
        assertThat(AvcSliceHeaderParser.changeCycleBits(99, 33)).isEqualTo(2);
        assertThat(AvcSliceHeaderParser.changeCycleBits(99, 99)).isEqualTo(1);
        assertThat(AvcSliceHeaderParser.changeCycleBits(99, 1000)).isEqualTo(1);
        assertThat(AvcSliceHeaderParser.changeCycleBits(100, 33)).isEqualTo(3);
    }

    @Property(tries = 2000)
    void anyAvcUnitGivesAValueOrMalformed(@ForAll @Size(max = 80) byte[] bytes) {
        SliceHeaderParser parser = SliceHeaderParser.of(AvcDecoderConfigurationRecord.parse(hex(AVCC)));
        Fuzz.check(() -> parser.parse(ByteBuffer.wrap(bytes)));
        for (int type : new int[] {0x65, 0x41, 0x67, 0x68}) {
            Fuzz.check(() -> parser.parse(ByteBuffer.wrap(with(type, bytes))));
        }
        Fuzz.check(() -> AvcDecoderConfigurationRecord.parse(ByteBuffer.wrap(with(1, bytes))));
    }

    @Property(tries = 2000)
    void anyHevcUnitGivesAValueOrMalformed(@ForAll @Size(max = 80) byte[] bytes) {
        SliceHeaderParser parser = SliceHeaderParser.of(HevcDecoderConfigurationRecord.parse(hex(HVCC)));
        Fuzz.check(() -> parser.parse(ByteBuffer.wrap(bytes)));
        for (int type : new int[] {0x02, 0x26, 0x42, 0x44}) {
            Fuzz.check(() -> parser.parse(ByteBuffer.wrap(with(type, with(1, bytes)))));
        }
        Fuzz.check(() -> HevcDecoderConfigurationRecord.parse(ByteBuffer.wrap(with(1, bytes))));
    }

    /** Real streams with one flipped bit reach far deeper than random bytes. */
    @Property(tries = 1500)
    void flippedBitsGiveAValueOrMalformed(
            @ForAll @IntRange(max = 7) int file,
            @ForAll @IntRange(max = 4000) int at,
            @ForAll @IntRange(max = 7) int bit)
            throws IOException {
        String name = lines().toList().get(file).split(" ")[0];
        byte[] bytes = resource(name);
        SliceHeaderParser parser = name.endsWith("264")
                ? SliceHeaderParser.of(AvcDecoderConfigurationRecord.ofAnnexB(ByteBuffer.wrap(bytes)))
                : SliceHeaderParser.of(HevcDecoderConfigurationRecord.ofAnnexB(ByteBuffer.wrap(bytes)));
        bytes[at % Math.min(bytes.length, 400)] ^= (byte) (1 << bit);
        Fuzz.check(() -> AnnexB.nalUnits(ByteBuffer.wrap(bytes)).forEach(nal -> Fuzz.check(() -> parser.parse(nal))));
    }

    private static List<SliceHeader> headers(String name) throws IOException {
        ByteBuffer stream = ByteBuffer.wrap(resource(name));
        SliceHeaderParser parser = SliceHeaderParser.of(AvcDecoderConfigurationRecord.ofAnnexB(stream));
        List<SliceHeader> headers = new ArrayList<>();
        for (ByteBuffer nal : AnnexB.nalUnits(stream)) {
            SliceHeader header = parser.parse(nal);
            if (header != null) {
                headers.add(header);
            }
        }
        return headers;
    }

    private static byte[] with(int first, byte[] rest) {
        return ByteBuffer.allocate(1 + rest.length).put((byte) first).put(rest).array();
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = SliceHeaderParserTest.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        }
    }
}

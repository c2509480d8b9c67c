package io.headend.formats.h26x;

import static io.headend.formats.h26x.ConfigurationRecordTest.assertMalformed;
import static io.headend.formats.h26x.ConfigurationRecordTest.hex;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Test;

class AnnexBTest {

    @Test
    void convertsBothKindsOfStartCode() {
        ByteBuffer stream = hex("00000001" + "6742" + "000001" + "68ce" + "0000" + "000001" + "6588");
        assertThat(AnnexB.toLengthPrefixed(stream))
                .isEqualTo(hex("00000002" + "6742" + "00000002" + "68ce" + "00000002" + "6588"));
        assertThat(stream.position()).isZero();
        assertThat(AnnexB.nalUnits(stream)).containsExactly(hex("6742"), hex("68ce"), hex("6588"));
    }

    @Test
    void toleratesLeadingAndTrailingZerosAndEmptyUnits() {
        assertThat(AnnexB.toLengthPrefixed(hex("0000000000000141" + "000001" + "000001" + "4200000000")))
                .isEqualTo(hex("0000000141" + "0000000142"));
        assertThat(AnnexB.toLengthPrefixed(hex(""))).isEqualTo(hex(""));
    }

    @Test
    void refusesBytesBeforeTheFirstStartCode() {
        assertMalformed(() -> AnnexB.toLengthPrefixed(hex("41000001")));
        assertMalformed(() -> AnnexB.nalUnits(hex("41")));
    }

    @Test
    void recognisesTheForm() {
        assertThat(AnnexB.isAnnexB(hex("000001"))).isTrue();
        assertThat(AnnexB.isAnnexB(hex("00000001"))).isTrue();
        assertThat(AnnexB.isAnnexB(hex("0000"))).isFalse();
        assertThat(AnnexB.isAnnexB(hex("000000056588"))).isFalse();
    }

    @Test
    void readsOtherLengthSizes() {
        assertThat(NalUnits.toFourByteLengths(hex("0002aabb0001cc"), 2)).isEqualTo(hex("00000002aabb00000001cc"));
        assertThat(NalUnits.toFourByteLengths(hex("02aabb01cc"), 1)).isEqualTo(hex("00000002aabb00000001cc"));
        assertThat(AnnexB.fromLengthPrefixed(hex("02aabb01cc"), 1)).isEqualTo(hex("00000001aabb00000001cc"));
    }

    @Test
    void refusesLengthsBeyondTheSample() {
        assertMalformed(() -> NalUnits.of(hex("00000003aabb")).next());
        assertMalformed(() -> NalUnits.of(hex("ffffffffaabb")).next());
        assertMalformed(() -> NalUnits.of(hex("7fffffffaabb")).next());
        assertMalformed(() -> NalUnits.of(hex("000000")).next());
    }

    @Test
    void walksOverUnits() {
        ByteBuffer sample =
                hex("ffff" + "00000000" + "0000000241bb" + "0000000142").position(2);
        NalUnits units = NalUnits.of(sample);
        assertThat(units.next()).isTrue();
        assertThat(units.offset()).isEqualTo(10);
        assertThat(units.size()).isEqualTo(2);
        assertThat(units.header()).isEqualTo(0x41);
        assertThat(units.unit()).isEqualTo(hex("41bb"));
        assertThat(units.next()).isTrue();
        assertThat(units.header()).isEqualTo(0x42);
        assertThat(units.next()).isFalse();
        assertThat(units.next()).isFalse();
    }

    /** The fast scan finds what the plain one finds, in heap and in native memory. */
    @Property(tries = 500)
    void findsStartCodesLikeThePlainScan(@ForAll("zeroHeavy") byte[] bytes) {
        int expected = bytes.length;
        for (int i = bytes.length - 3; i >= 0; i--) {
            if (bytes[i] == 0 && bytes[i + 1] == 0 && bytes[i + 2] == 1) {
                expected = i;
            }
        }
        ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length).put(bytes);
        assertThat(AnnexB.startCode(ByteBuffer.wrap(bytes), 0, bytes.length)).isEqualTo(expected);
        assertThat(AnnexB.startCode(direct, 0, bytes.length)).isEqualTo(expected);
    }

    @Property(tries = 500)
    void roundTrip(@ForAll("units") List<byte[]> units) {
        int total = units.stream().mapToInt(unit -> 4 + unit.length).sum();
        ByteBuffer sample = ByteBuffer.allocate(total);
        units.forEach(unit -> sample.putInt(unit.length).put(unit));
        sample.flip();
        ByteBuffer stream = AnnexB.fromLengthPrefixed(sample, 4);
        assertThat(AnnexB.toLengthPrefixed(stream)).isEqualTo(sample);
    }

    @Property(tries = 500)
    void anyBytesGiveAValueOrMalformed(@ForAll("zeroHeavy") byte[] bytes) {
        Fuzz.check(() -> AnnexB.toLengthPrefixed(ByteBuffer.wrap(bytes)));
        for (int size : new int[] {1, 2, 4}) {
            Fuzz.check(() -> NalUnits.toFourByteLengths(ByteBuffer.wrap(bytes), size));
            Fuzz.check(() -> AnnexB.fromLengthPrefixed(ByteBuffer.wrap(bytes), size));
        }
    }

    @Provide
    Arbitrary<byte[]> zeroHeavy() {
        return Arbitraries.frequencyOf(
                        Tuple.of(6, Arbitraries.just((byte) 0)),
                        Tuple.of(2, Arbitraries.just((byte) 1)),
                        Tuple.of(4, Arbitraries.bytes()))
                .array(byte[].class)
                .ofMaxSize(100);
    }

    /** Bytes without zeros, so that no emulation of a start code can occur. */
    @Provide
    Arbitrary<List<byte[]>> units() {
        return Arbitraries.bytes()
                .filter(b -> b != 0)
                .array(byte[].class)
                .ofMinSize(1)
                .ofMaxSize(40)
                .list()
                .ofMaxSize(8);
    }
}

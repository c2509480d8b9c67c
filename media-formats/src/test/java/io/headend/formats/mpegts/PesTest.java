package io.headend.formats.mpegts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class PesTest {

    private record Got(PesHeader header, int size, boolean damaged) {}

    private final List<Got> got = new ArrayList<>();
    private final PesAssembler assembler = PesAssembler.of(
            10_000, (header, payload, damaged) -> got.add(new Got(header, payload.remaining(), damaged)));

    private static ByteBuffer packet(PesHeader header, int payload) {
        ByteBuffer out = ByteBuffer.allocate(header.size() + payload);
        header.write(out);
        return out.position(out.limit()).flip();
    }

    @Property
    void headersComeBack(
            @ForAll @IntRange(min = 0xBC, max = 0xFF) int id,
            @ForAll @LongRange(min = -1, max = (1L << 33) - 1) long pts,
            @ForAll @LongRange(min = 0, max = (1L << 33) - 1) long dts,
            @ForAll boolean aligned,
            @ForAll boolean same,
            @ForAll @IntRange(min = 1, max = 60_000) int size) {
        boolean plain = new PesHeader(id, -1, -1, false, size).size() == 6;
        long realPts = plain ? -1 : pts;
        PesHeader header = new PesHeader(id, realPts, realPts < 0 ? -1 : same ? pts : dts, aligned && !plain, size);
        ByteBuffer bytes = packet(header, 0);
        assertThat(PesHeader.read(bytes)).isEqualTo(new PesHeader.Parsed(header, header.size()));
    }

    @Test
    void aLengthThatDoesNotFitIsLeftOpen() {
        PesHeader header = new PesHeader(0xE0, 5, 5, true, 70_000);
        assertThat(PesHeader.read(packet(header, 0)).header().payloadSize()).isEqualTo(PesHeader.UNBOUNDED);
        assertThatThrownBy(() -> new PesHeader(0xE0, 5, -1, true, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aBoundedPacketIsGivenAsSoonAsItIsThere() {
        PesHeader header = new PesHeader(0xC0, 90, 90, false, 200);
        ByteBuffer bytes = packet(header, 200);
        assembler.accept(bytes.slice(0, 184), true);
        assertThat(got).isEmpty();
        assembler.accept(bytes.slice(184, bytes.remaining() - 184), false);
        assertThat(got).containsExactly(new Got(header, 200, false));
        assembler.flush();
        assertThat(got).hasSize(1);
    }

    @Test
    void anOpenPacketEndsWhereTheNextBegins() {
        PesHeader header = new PesHeader(0xE0, 90, 45, false, PesHeader.UNBOUNDED);
        assembler.accept(ByteBuffer.allocate(50), false);
        assembler.accept(packet(header, 100), true);
        assembler.accept(ByteBuffer.allocate(184), false);
        assembler.accept(packet(header, 10), true);
        assertThat(got).containsExactly(new Got(header, 284, false));
        assembler.lost();
        assembler.flush();
        assertThat(got.get(1)).isEqualTo(new Got(header, 10, true));
    }

    @Test
    void aCutPacketIsDamagedAndAnEndlessOneIsGivenUp() {
        PesHeader bounded = new PesHeader(0xC0, 1, 1, false, 500);
        assembler.accept(packet(bounded, 100), true);
        PesHeader open = new PesHeader(0xE0, 2, 2, false, PesHeader.UNBOUNDED);
        assembler.accept(packet(open, 10), true);
        assertThat(got).containsExactly(new Got(bounded, 100, true));
        for (int i = 0; i < 100; i++) {
            assembler.accept(ByteBuffer.allocate(184), false);
        }
        assembler.flush();
        assertThat(got).hasSize(1);
        assertThat(assembler.oversize()).isEqualTo(1);
    }

    @Property(tries = 3000)
    void anyBytesAreReadWithinTheirBounds(@ForAll @Size(max = 60) byte[] bytes, @ForAll boolean start) {
        if (start && bytes.length > 6) {
            bytes[0] = 0;
            bytes[1] = 0;
            bytes[2] = 1;
            bytes[6] = (byte) 0x80;
        }
        PesHeader.Parsed parsed = PesHeader.read(ByteBuffer.wrap(bytes));
        if (parsed != null) {
            assertThat(parsed.size()).isBetween(6, bytes.length);
            assertThat(parsed.header().payloadSize()).isBetween(-1, 65_535);
        }
        PesAssembler.of(40, (h, p, d) -> assertThat(p.remaining()).isLessThan(60))
                .accept(ByteBuffer.wrap(bytes), true);
    }
}

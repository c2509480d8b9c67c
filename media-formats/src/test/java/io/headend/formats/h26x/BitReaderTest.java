package io.headend.formats.h26x;

import static io.headend.formats.h26x.ConfigurationRecordTest.assertMalformed;
import static io.headend.formats.h26x.ConfigurationRecordTest.hex;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class BitReaderTest {

    /** The codes of H.264, table 9-2. */
    @Test
    void readsExpGolombCodes() {
        // 1 010 011 00100 00101 00110 00111 0001000
        BitReader in = new BitReader(hex("A64298E200"));
        for (int expected = 0; expected < 7; expected++) {
            assertThat(in.ue()).isEqualTo(expected);
        }
        BitReader signed = new BitReader(hex("A6429810"));
        assertThat(List.of(signed.se(), signed.se(), signed.se(), signed.se(), signed.se()))
                .containsExactly(0L, 1L, -1L, 2L, -2L);
    }

    @Test
    void readsTheLargestCode() {
        assertThat(new BitReader(hex("0000030001FFFFFFFE")).ue()).isEqualTo((1L << 32) - 2);
        assertMalformed(() -> new BitReader(hex("0000030000030001FFFFFFFE")).ue());
    }

    @Test
    void leavesOutEmulationPreventionAndCountsIt() {
        BitReader in = new BitReader(hex("0000030100000304"));
        assertThat(in.bits(24)).isEqualTo(1);
        assertThat(in.consumedBytes()).isEqualTo(4);
        assertThat(in.bits(24)).isEqualTo(4);
        assertThat(in.consumedBytes()).isEqualTo(8);
        assertMalformed(() -> in.skip(1));
    }

    @Property(tries = 300)
    void expGolombRoundTrip(@ForAll @Size(max = 60) List<@IntRange(max = Integer.MAX_VALUE - 1) Integer> values) {
        StringBuilder bits = new StringBuilder();
        for (int value : values) {
            String code = Integer.toBinaryString(value + 1);
            bits.append("0".repeat(code.length() - 1)).append(code);
        }
        BitReader in = new BitReader(escaped(bits));
        for (int value : values) {
            assertThat(in.ue()).isEqualTo(value);
        }
    }

    private static ByteBuffer escaped(StringBuilder bits) {
        bits.append('1').append("0".repeat((8 - bits.length() % 8) % 8));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int zeros = 0;
        for (int i = 0; i < bits.length(); i += 8) {
            int value = Integer.parseInt(bits.substring(i, i + 8), 2);
            if (zeros >= 2 && value <= 3) {
                out.write(3);
                zeros = 0;
            }
            out.write(value);
            zeros = value == 0 ? zeros + 1 : 0;
        }
        return ByteBuffer.wrap(out.toByteArray());
    }
}

package io.headend.cdn;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRangeTest {

    @ParameterizedTest
    @CsvSource({
        "bytes=0-0, 0, 1",
        "bytes=0-99, 0, 100",
        "bytes=10-, 10, 90",
        "bytes=10-1000, 10, 90",
        "bytes=-10, 90, 10",
        "bytes=-1000, 0, 100",
        "Bytes=99-99, 99, 1",
        "bytes=100-, 0, 0",
        "bytes=-0, 0, 0",
        "bytes=999999999999999999-, 0, 0",
    })
    void readsOneRange(String field, long first, long length) {
        assertThat(ByteRange.of(field, 100)).isEqualTo(new ByteRange(first, length));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bytes=",
                "bytes=-",
                "bytes=a-b",
                "bytes=1",
                "bytes=5-4",
                "bytes=0-1,3-4",
                "items=0-1",
                "",
                "bytes=+1-2",
                "bytes=1-9999999999999999999",
                "bytes=0x1-2",
                "bytes=١-٢"
            })
    void ignoresWhatItDoesNotUnderstand(String field) {
        assertThat(ByteRange.of(field, 100)).isNull();
    }

    @Property
    void staysWithinTheRepresentation(@ForAll String text, @ForAll @LongRange(min = 0, max = 1000) long total) {
        ByteRange range = ByteRange.of("bytes=" + text, total);
        if (range != null) {
            assertThat(range.first()).isNotNegative();
            assertThat(range.first() + range.length()).isLessThanOrEqualTo(total);
        }
    }
}

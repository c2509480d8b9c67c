package io.headend.formats.isobmff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SampleTableTest {

    private static final Box STTS = ints("stts", 2, 3, 10, 2, 20);
    private static final Box CTTS = ints("ctts", 2, 1, 5, 4, -3);
    private static final Box STSC = ints("stsc", 2, 1, 2, 1, 2, 3, 1);
    private static final Box STCO = ints("stco", 2, 1000, 5000);
    private static final Box STSZ = ints("stsz", 0, 5, 1, 2, 3, 4, 5);
    private static final Box STSS = ints("stss", 2, 1, 4);

    private static Box ints(String type, int... values) {
        ByteBuffer body = ByteBuffer.allocate(values.length * 4);
        for (int value : values) {
            body.putInt(value);
        }
        return OpaqueBox.full(type, 0, 0, body.flip());
    }

    private static SampleTable table(Box... boxes) {
        return SampleTable.parse(
                BoxReader.read(ContainerBox.of("stbl", boxes).toBytes()).get(0));
    }

    private static List<List<Object>> walk(SampleCursor cursor) {
        List<List<Object>> samples = new ArrayList<>();
        while (cursor.next()) {
            samples.add(List.of(
                    cursor.offset(),
                    cursor.size(),
                    cursor.decodeTime(),
                    cursor.compositionOffset(),
                    cursor.duration(),
                    cursor.sync()));
        }
        return samples;
    }

    @Test
    void everyTableIsFollowed() {
        SampleTable table = table(STTS, CTTS, STSC, STCO, STSZ, STSS);
        assertThat(table.sampleCount()).isEqualTo(5);
        assertThat(walk(table.cursor()))
                .containsExactly(
                        List.of(1000L, 1, 0L, 5, 10L, true),
                        List.of(1001L, 2, 10L, -3, 10L, false),
                        List.of(5000L, 3, 20L, -3, 10L, false),
                        List.of(5003L, 4, 30L, -3, 20L, true),
                        List.of(5007L, 5, 50L, -3, 20L, false));
    }

    @Test
    void aCopyGoesOnFromTheSamePlace() {
        SampleCursor cursor = table(STTS, CTTS, STSC, STCO, STSZ, STSS).cursor();
        cursor.next();
        cursor.next();
        SampleCursor copy = cursor.copy();
        assertThat(walk(copy)).isEqualTo(walk(cursor)).hasSize(3);
    }

    @Test
    void withoutSyncTableEverySampleIsSync() {
        assertThat(walk(table(STTS, STSC, STCO, STSZ).cursor()))
                .allSatisfy(sample -> assertThat(sample.get(5)).isEqualTo(true));
    }

    @Test
    void compactSizesAndWideOffsets() {
        Box co64 = ints("co64", 2, 1, 0, 2, 0);
        Box stz2 = OpaqueBox.full(
                "stz2",
                0,
                0,
                ByteBuffer.allocate(11)
                        .putInt(4)
                        .putInt(5)
                        .put(new byte[] {0x12, 0x34, 0x50})
                        .flip());
        assertThat(walk(table(STTS, STSC, co64, stz2).cursor()))
                .extracting(sample -> List.of(sample.get(0), sample.get(1)))
                .containsExactly(
                        List.of(1L << 32, 1),
                        List.of((1L << 32) + 1, 2),
                        List.of(2L << 32, 3),
                        List.of((2L << 32) + 3, 4),
                        List.of((2L << 32) + 7, 5));
    }

    @Test
    void commonDurationPassesOverTheLastSample() {
        assertThat(table(STTS, STSC, STCO, STSZ).commonDuration()).isZero();
        assertThat(table(ints("stts", 2, 4, 10, 1, 7), STSC, STCO, STSZ).commonDuration())
                .isEqualTo(10);
    }

    @Test
    void countsThatDoNotFitTheirBoxAreRefused() {
        for (Box broken : List.of(ints("stts", Integer.MAX_VALUE, 1, 1), ints("stts", -1))) {
            assertMalformed(() -> table(broken, STSC, STCO, STSZ));
        }
        assertMalformed(() -> table(STTS, STSC, STCO, ints("stsz", 0, 1_000_000, 1)));
        assertMalformed(() -> table(STTS, STSC, STCO, ints("stsz", 1, Integer.MAX_VALUE)));
        assertMalformed(() -> table(STTS, STSC, STCO));
    }

    @Test
    void tablesThatContradictEachOtherAreRefusedWhenTheyAreRead() {
        assertMalformed(
                () -> walk(table(ints("stts", 1, 2, 10), STSC, STCO, STSZ).cursor()));
        assertMalformed(
                () -> walk(table(STTS, STSC, ints("stco", 1, 1000), STSZ).cursor()));
        assertMalformed(() -> walk(table(STTS, ints("stsc", 0), STCO, STSZ).cursor()));
    }

    private static void assertMalformed(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatExceptionOfType(MediaException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.code()).isEqualTo(MediaErrorCode.MALFORMED));
    }
}

package io.headend.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class FormatChangesTest {

    @Property
    void theNearestIsAsNearAsAWalkFinds(
            @ForAll @Size(min = 1, max = 20) List<@LongRange(max = 1_000) Long> instants,
            @ForAll @LongRange(max = 1_200) long instant) {
        long[] ascending =
                instants.stream().mapToLong(Long::longValue).sorted().distinct().toArray();
        long found = ascending[FormatChanges.nearest(ascending, instant)];
        assertThat(Math.abs(found - instant))
                .isEqualTo(LongStream.of(ascending)
                        .map(at -> Math.abs(at - instant))
                        .min()
                        .orElseThrow());
    }

    @Test
    void ofTwoThatAreAsNearItIsTheEarlier() {
        assertThat(FormatChanges.nearest(new long[] {10, 20}, 15)).isZero();
        assertThat(FormatChanges.nearest(new long[0], 15)).isEqualTo(-1);
    }
}

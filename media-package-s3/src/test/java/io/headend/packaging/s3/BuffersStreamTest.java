package io.headend.packaging.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class BuffersStreamTest {

    private static BuffersStream stream() {
        return new BuffersStream(List.of(
                ByteBuffer.wrap(new byte[] {1, 2}),
                ByteBuffer.allocate(0),
                ByteBuffer.wrap(new byte[] {-1}).asReadOnlyBuffer()));
    }

    @Test
    void readsOneBufferBehindTheOther() throws Exception {
        assertThat(stream().readAllBytes()).containsExactly(1, 2, -1);
        BuffersStream single = stream();
        assertThat(single.available()).isEqualTo(3);
        assertThat(new int[] {single.read(), single.read(), single.read(), single.read()})
                .containsExactly(1, 2, 255, -1);
        assertThat(single.read(new byte[4], 0, 4)).isEqualTo(-1);
        assertThat(single.read(new byte[4], 0, 0)).isZero();
    }
}

package io.headend.drm;

import io.headend.core.SampleInfo;
import io.headend.core.SampleProtector.Range;
import java.nio.ByteBuffer;
import java.util.List;

/** {@code cenc}: AES-128 in counter mode, the key stream running on over the ranges of a sample (ISO/IEC 23001-7, 10.1). */
final class CounterCipher extends SampleCipher {

    private final CounterVectors vectors;

    CounterCipher(ContentKey key, CounterVectors vectors) {
        super("AES/CTR/NoPadding", key.secret());
        this.vectors = vectors;
    }

    @Override
    ByteBuffer encrypt(SampleInfo info, ByteBuffer in, ByteBuffer out, List<Range> ranges) {
        byte[] vector = new byte[BLOCK];
        ByteBuffer iv = ByteBuffer.wrap(vector).putLong(vectors.next(info)).flip();
        start(vector);
        if (ranges.isEmpty()) {
            transfer(in, out, in.remaining());
        }
        for (Range range : ranges) {
            copy(in, out, range.clearBytes());
            transfer(in, out, range.protectedBytes());
        }
        return iv.asReadOnlyBuffer();
    }
}

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
    ByteBuffer encrypt(SampleInfo info, ByteBuffer data, List<Range> ranges) {
        byte[] vector = new byte[BLOCK];
        ByteBuffer iv = ByteBuffer.wrap(vector).putLong(vectors.next(info)).flip();
        start(vector);
        if (ranges.isEmpty()) {
            run(data, data.position(), data.remaining());
        }
        int at = data.position();
        for (Range range : ranges) {
            at += range.clearBytes();
            run(data, at, range.protectedBytes());
            at += range.protectedBytes();
        }
        return iv;
    }

    private void run(ByteBuffer data, int from, int length) {
        int end = from + length;
        for (int at = from; at < end; at += CHUNK) {
            int chunk = Math.min(end - at, CHUNK);
            data.get(at, plain, 0, chunk);
            if (data.hasArray()) {
                update(chunk, data.array(), data.arrayOffset() + at);
            } else {
                update(chunk, coded, 0);
                data.put(at, coded, 0, chunk);
            }
        }
    }
}

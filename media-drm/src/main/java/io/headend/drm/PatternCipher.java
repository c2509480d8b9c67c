package io.headend.drm;

import io.headend.core.ContentProtection.Pattern;
import io.headend.core.SampleInfo;
import io.headend.core.SampleProtector.Range;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * {@code cbcs}: AES-128 in CBC mode with a constant vector (ISO/IEC 23001-7, 10.4). The chain starts anew at each range and
 * runs over the encrypted blocks alone; an incomplete block at the end of a range stays clear.
 */
final class PatternCipher extends SampleCipher {

    private static final ByteBuffer CONSTANT = ByteBuffer.allocate(0).asReadOnlyBuffer();

    private final byte[] vector;
    private final int stride;
    private final ByteBuffer gathered = ByteBuffer.wrap(plain);
    private final ByteBuffer scattered = ByteBuffer.wrap(coded);

    PatternCipher(ContentKey key, byte[] vector, Pattern pattern) {
        super("AES/CBC/NoPadding", key.secret());
        if (pattern.crypt() > 1) {
            throw new IllegalArgumentException("at most one block in a row is encrypted, not " + pattern.crypt());
        }
        this.vector = vector;
        this.stride = BLOCK * Math.max(1, pattern.crypt() + pattern.skip());
    }

    @Override
    ByteBuffer encrypt(SampleInfo info, ByteBuffer in, ByteBuffer out, List<Range> ranges) {
        if (ranges.isEmpty()) {
            range(in, out, in.remaining());
        }
        for (Range range : ranges) {
            copy(in, out, range.clearBytes());
            range(in, out, range.protectedBytes());
        }
        return CONSTANT.duplicate();
    }

    private void range(ByteBuffer in, ByteBuffer out, int length) {
        if (length >= BLOCK) {
            start(vector);
            if (stride == BLOCK) {
                transfer(in, out, length - length % BLOCK);
                copy(in, out, length % BLOCK);
                return;
            }
            int source = in.position();
            int target = out.position();
            copy(in, out, length);
            blocks(in, source, out, target, (length - BLOCK) / stride + 1);
        } else {
            copy(in, out, length);
        }
    }

    /** Gathers the blocks to encrypt, encrypts them in one call and scatters them. */
    private void blocks(ByteBuffer in, int source, ByteBuffer out, int target, int count) {
        int from = source;
        int to = target;
        for (int left = count; left > 0; ) {
            int bytes = Math.min(left, CHUNK / BLOCK) * BLOCK;
            for (int i = 0; i < bytes; i += BLOCK, from += stride) {
                gathered.putLong(i, in.getLong(from)).putLong(i + 8, in.getLong(from + 8));
            }
            update(bytes, coded, 0);
            for (int i = 0; i < bytes; i += BLOCK, to += stride) {
                out.putLong(to, scattered.getLong(i)).putLong(to + 8, scattered.getLong(i + 8));
            }
            left -= bytes / BLOCK;
        }
    }
}

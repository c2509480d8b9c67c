package io.headend.drm;

import io.headend.core.ContentProtection.Pattern;
import io.headend.core.SampleInfo;
import io.headend.core.SampleProtector.Range;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * {@code cbcs}: AES-128 in CBC mode with a constant vector (ISO/IEC 23001-7, 10.4). The chain starts anew at each range and
 * runs over the encrypted blocks alone; an incomplete block at the end of a range stays clear.
 *
 * <p>Starting a {@link javax.crypto.Cipher} anew costs as much as encrypting a slice of a few kilobytes. It is started once, and a new chain
 * is made by taking out of its first block what the cipher is going to put in: the block encrypted last.
 */
final class PatternCipher extends SampleCipher {

    private static final ByteBuffer CONSTANT = ByteBuffer.allocate(0).asReadOnlyBuffer();

    private final int stride;
    // words are moved, not looked at: in the processor's own order none has to be turned round
    private final ByteBuffer gathered = ByteBuffer.wrap(plain).order(ByteOrder.nativeOrder());
    private final ByteBuffer scattered = ByteBuffer.wrap(coded).order(ByteOrder.nativeOrder());
    private final long vectorHigh;
    private final long vectorLow;
    private long lastHigh;
    private long lastLow;

    PatternCipher(ContentKey key, byte[] vector, Pattern pattern) {
        super("AES/CBC/NoPadding", key.secret());
        if (pattern.crypt() > 1) {
            throw new IllegalArgumentException("at most one block in a row is encrypted, not " + pattern.crypt());
        }
        this.stride = BLOCK * Math.max(1, pattern.crypt() + pattern.skip());
        ByteBuffer bits = ByteBuffer.wrap(vector).order(ByteOrder.nativeOrder());
        this.vectorHigh = bits.getLong();
        this.vectorLow = bits.getLong();
        this.lastHigh = vectorHigh;
        this.lastLow = vectorLow;
        start(vector);
    }

    @Override
    ByteBuffer encrypt(SampleInfo info, ByteBuffer data, List<Range> ranges) {
        ByteBuffer words = data.duplicate().order(ByteOrder.nativeOrder());
        int at = data.position();
        if (ranges.isEmpty()) {
            range(words, at, data.remaining());
        }
        for (Range range : ranges) {
            at += range.clearBytes();
            range(words, at, range.protectedBytes());
            at += range.protectedBytes();
        }
        return CONSTANT.duplicate();
    }

    /** Gathers the blocks to encrypt, encrypts them in one call and scatters them. */
    private void range(ByteBuffer data, int from, int length) {
        int at = from;
        boolean first = true;
        for (int left = length < BLOCK ? 0 : (length - BLOCK) / stride + 1; left > 0; ) {
            int bytes = Math.min(left, CHUNK / BLOCK) * BLOCK;
            gather(data, at, bytes);
            if (first) {
                gathered.putLong(0, gathered.getLong(0) ^ vectorHigh ^ lastHigh);
                gathered.putLong(8, gathered.getLong(8) ^ vectorLow ^ lastLow);
                first = false;
            }
            update(bytes, coded, 0);
            scatter(data, at, bytes);
            lastHigh = scattered.getLong(bytes - BLOCK);
            lastLow = scattered.getLong(bytes - BLOCK / 2);
            at += bytes / BLOCK * stride;
            left -= bytes / BLOCK;
        }
    }

    private void gather(ByteBuffer data, int from, int bytes) {
        if (stride == BLOCK) {
            data.get(from, plain, 0, bytes);
            return;
        }
        for (int i = 0, at = from; i < bytes; i += BLOCK, at += stride) {
            gathered.putLong(i, data.getLong(at)).putLong(i + 8, data.getLong(at + 8));
        }
    }

    private void scatter(ByteBuffer data, int to, int bytes) {
        if (stride == BLOCK) {
            data.put(to, coded, 0, bytes);
            return;
        }
        for (int i = 0, at = to; i < bytes; i += BLOCK, at += stride) {
            data.putLong(at, scattered.getLong(i)).putLong(at + 8, scattered.getLong(i + 8));
        }
    }
}

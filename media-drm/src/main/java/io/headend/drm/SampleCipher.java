package io.headend.drm;

import io.headend.core.SampleInfo;
import io.headend.core.SampleProtector.Range;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.IvParameterSpec;

/**
 * Encrypts the ranges of a sample from one buffer into another. Protected bytes go through arrays that stay in the
 * processor's cache, since {@link Cipher} is quick on arrays only; clear bytes are copied straight.
 */
abstract sealed class SampleCipher permits CounterCipher, PatternCipher {

    static final int BLOCK = 16;
    static final int CHUNK = 8 * 1024;

    final byte[] plain = new byte[CHUNK];
    final byte[] coded = new byte[CHUNK];
    private final Cipher cipher;
    private final SecretKey key;

    SampleCipher(String transformation, SecretKey key) {
        this.key = key;
        try {
            this.cipher = Cipher.getInstance(transformation);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + transformation, e);
        }
    }

    /**
     * @param in the sample in the clear, from position to limit; big-endian; the position may move
     * @param out as many bytes at its position; big-endian; the position moves behind them
     * @param ranges as {@link SampleLayout} gives them
     * @return the sample's own vector, or empty where it is constant
     */
    abstract ByteBuffer encrypt(SampleInfo info, ByteBuffer in, ByteBuffer out, List<Range> ranges);

    final void start(byte[] vector) {
        try {
            cipher.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(vector));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the key provider gave a key that AES does not take", e);
        }
    }

    /** Encrypts the first bytes of {@link #plain}. */
    final void update(int length, byte[] to, int offset) {
        try {
            cipher.update(plain, 0, length, to, offset);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the output array holds every chunk", e);
        }
    }

    /** Encrypts the next bytes of one buffer into another. */
    final void transfer(ByteBuffer in, ByteBuffer out, int length) {
        for (int left = length; left > 0; ) {
            int chunk = Math.min(left, CHUNK);
            in.get(plain, 0, chunk);
            if (out.hasArray()) {
                update(chunk, out.array(), out.arrayOffset() + out.position());
                out.position(out.position() + chunk);
            } else {
                update(chunk, coded, 0);
                out.put(coded, 0, chunk);
            }
            left -= chunk;
        }
    }

    /** Copies the next bytes as they are. */
    static void copy(ByteBuffer in, ByteBuffer out, int length) {
        out.put(out.position(), in, in.position(), length);
        out.position(out.position() + length);
        in.position(in.position() + length);
    }
}

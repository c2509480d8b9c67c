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
 * Encrypts the ranges of a sample where they lie. Bytes outside of the heap go through arrays that stay in the
 * processor's cache, since {@link Cipher} is quick on arrays only; clear bytes are not touched.
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
     * Encrypts a sample where it lies.
     *
     * @param data from position to limit; position, limit and byte order stay as they are
     * @param ranges as {@link SampleLayout} gives them
     * @return the sample's own vector, or empty where it is constant
     */
    abstract ByteBuffer encrypt(SampleInfo info, ByteBuffer data, List<Range> ranges);

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
            // an array of its own: in place, Cipher would copy the input first
            cipher.update(plain, 0, length, to, offset);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the output array holds every chunk", e);
        }
    }
}

package io.headend.drm.hls;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.IvParameterSpec;

/** AES-128 in CBC mode over blocks that lie apart in an array. */
final class BlockCipher {

    private static final int BLOCK = 16;
    private static final int MOST = 1024 * BLOCK;

    private final Cipher cipher;
    private final byte[] clear = new byte[MOST];
    private final byte[] coded = new byte[MOST];

    BlockCipher() {
        try {
            this.cipher = Cipher.getInstance("AES/CBC/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES", e);
        }
    }

    /**
     * Encrypts blocks in place, in one chain.
     *
     * @param first byte of the first one
     * @param stride bytes from one to the next
     */
    void encrypt(SecretKey key, ByteBuffer vector, byte[] bytes, int first, int stride, int blocks) {
        byte[] iv = new byte[BLOCK];
        vector.duplicate().get(iv);
        try {
            cipher.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(iv));
            int at = first;
            for (int left = blocks; left > 0; ) {
                int count = Math.min(left, MOST / BLOCK);
                for (int i = 0; i < count; i++) {
                    System.arraycopy(bytes, at + i * stride, clear, i * BLOCK, BLOCK);
                }
                cipher.update(clear, 0, count * BLOCK, coded, 0);
                for (int i = 0; i < count; i++) {
                    System.arraycopy(coded, i * BLOCK, bytes, at + i * stride, BLOCK);
                }
                at += count * stride;
                left -= count;
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the key provider gave a key that AES does not take", e);
        }
    }
}

package io.headend.drm;

import io.headend.core.ContentProtection;
import io.headend.core.SampleProtector.Encryption;
import io.headend.core.SampleProtector.Range;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;

/** Common decryption block by block, with nothing but the raw AES block function. */
final class ReferenceDecryptor {

    private ReferenceDecryptor() {}

    static ByteBuffer decrypt(ContentProtection protection, SecretKey key, Encryption entry, ByteBuffer sample)
            throws GeneralSecurityException {
        byte[] bytes = new byte[sample.remaining()];
        sample.duplicate().get(bytes);
        List<Range> ranges = entry.ranges().isEmpty() ? List.of(new Range(0, bytes.length)) : entry.ranges();
        byte[] vector = new byte[16];
        (protection.ivSize() == 0 ? protection.constantIv() : entry.iv())
                .get(vector, 0, protection.ivSize() == 0 ? 16 : 8);
        int at = 0;
        long streamed = 0;
        for (Range range : ranges) {
            at += range.clearBytes();
            if (protection.ivSize() == 0) {
                cbc(protection, key, vector, bytes, at, range.protectedBytes());
            } else {
                counter(key, vector, bytes, at, range.protectedBytes(), streamed);
                streamed += range.protectedBytes();
            }
            at += range.protectedBytes();
        }
        if (at != bytes.length) {
            throw new AssertionError("ranges cover " + at + " of " + bytes.length + " bytes");
        }
        return ByteBuffer.wrap(bytes);
    }

    private static void counter(SecretKey key, byte[] vector, byte[] bytes, int from, int length, long streamed)
            throws GeneralSecurityException {
        Cipher aes = Cipher.getInstance("AES/ECB/NoPadding");
        aes.init(Cipher.ENCRYPT_MODE, key);
        for (int i = 0; i < length; i++) {
            long position = streamed + i;
            ByteBuffer block = ByteBuffer.allocate(16).put(vector, 0, 8).putLong(position / 16);
            bytes[from + i] ^= aes.doFinal(block.array())[(int) (position % 16)];
        }
    }

    private static void cbc(
            ContentProtection protection, SecretKey key, byte[] vector, byte[] bytes, int from, int length)
            throws GeneralSecurityException {
        Cipher aes = Cipher.getInstance("AES/ECB/NoPadding");
        aes.init(Cipher.DECRYPT_MODE, key);
        int cycle = protection.pattern().crypt() + protection.pattern().skip();
        byte[] chain = vector;
        for (int block = 0; (block + 1) * 16 <= length; block++) {
            if (cycle > 0 && block % cycle >= protection.pattern().crypt()) {
                continue;
            }
            int at = from + block * 16;
            byte[] coded = Arrays.copyOfRange(bytes, at, at + 16);
            byte[] plain = aes.doFinal(coded);
            for (int i = 0; i < 16; i++) {
                bytes[at + i] = (byte) (plain[i] ^ chain[i]);
            }
            chain = coded;
        }
    }
}

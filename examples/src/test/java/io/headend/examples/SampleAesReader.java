package io.headend.examples;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;

/** Decrypts H.264 slices of encrypted transport streams block by block, with nothing but the AES block function. */
final class SampleAesReader {

    private SampleAesReader() {}

    /** @param unit one NAL unit, with the emulation prevention that was put on top of the encrypted bytes */
    static ByteBuffer slice(ByteBuffer unit, Cipher ecb, byte[] vector) throws GeneralSecurityException {
        if (unit.remaining() <= 48) {
            return unit;
        }
        byte[] bytes = plain(unit);
        byte[] chain = vector;
        for (int at = 32; bytes.length - at > 16; at += 160) {
            byte[] coded = Arrays.copyOfRange(bytes, at, at + 16);
            byte[] clear = ecb.doFinal(coded);
            for (int i = 0; i < 16; i++) {
                bytes[at + i] = (byte) (clear[i] ^ chain[i]);
            }
            chain = coded;
        }
        return ByteBuffer.wrap(bytes);
    }

    private static byte[] plain(ByteBuffer unit) {
        ByteBuffer out = ByteBuffer.allocate(unit.remaining());
        int zeros = 0;
        for (int i = unit.position(); i < unit.limit(); i++) {
            byte b = unit.get(i);
            if (zeros >= 2 && b == 3) {
                zeros = 0;
                continue;
            }
            out.put(b);
            zeros = b == 0 ? zeros + 1 : 0;
        }
        return Arrays.copyOf(out.array(), out.position());
    }
}

package io.headend.drm;

import io.headend.core.MediaException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.UUID;
import javax.crypto.Cipher;

/** Keys that follow from a key seed, as PlayReady's licence servers compute them, and key ids as PlayReady writes them. */
public final class PlayReadyKeys {

    private static final int SEED_BYTES = 30;
    private static final int KEY_BYTES = 16;

    private PlayReadyKeys() {}

    /**
     * The content key of a key id ("PlayReady Header Specification", key seed algorithm).
     *
     * @param seed at least 30 bytes, of which the first 30 count; not kept
     */
    public static ContentKey fromSeed(byte[] seed, UUID keyId) {
        if (seed.length < SEED_BYTES) {
            throw MediaException.invalidArgument("A PlayReady key seed has 30 bytes or more, not " + seed.length + ".");
        }
        byte[] cut = Arrays.copyOf(seed, SEED_BYTES);
        byte[] id = guid(keyId);
        byte[] key = new byte[KEY_BYTES];
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            fold(key, sha, cut, id);
            fold(key, sha, cut, id, cut);
            fold(key, sha, cut, id, cut, id);
            return ContentKey.of(keyId, key);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        } finally {
            Arrays.fill(cut, (byte) 0);
            Arrays.fill(key, (byte) 0);
        }
    }

    private static void fold(byte[] key, MessageDigest sha, byte[]... parts) {
        for (byte[] part : parts) {
            sha.update(part);
        }
        byte[] hash = sha.digest();
        for (int i = 0; i < KEY_BYTES; i++) {
            key[i] ^= (byte) (hash[i] ^ hash[i + KEY_BYTES]);
        }
        Arrays.fill(hash, (byte) 0);
    }

    /** What a header tells of the key, so that a player can see that it has the right one. */
    static PlayReadyHeader.Checksum checksum(ContentKey key) {
        try {
            // One block: the mode of operation plays no part.
            Cipher cipher = Cipher.getInstance("AES/ECB/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, key.secret());
            return new PlayReadyHeader.Checksum(
                    ByteBuffer.wrap(cipher.doFinal(guid(key.id()))).getLong());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES/ECB/NoPadding", e);
        }
    }

    /** The bytes of a Windows GUID: the first three fields little-endian. */
    static byte[] guid(UUID id) {
        long high = id.getMostSignificantBits();
        return ByteBuffer.allocate(KEY_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt((int) (high >>> 32))
                .putShort((short) (high >>> 16))
                .putShort((short) high)
                .order(ByteOrder.BIG_ENDIAN)
                .putLong(id.getLeastSignificantBits())
                .array();
    }
}

package io.headend.drm.fairplay;

import io.headend.core.MediaException;
import io.headend.drm.ContentKey;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Makes the CKC: the content key under the player's session key, R1, and the blocks that the player wants back. */
final class ContentKeyContext {

    private static final int VERSION = 1;
    private static final int BLOCK = 16;
    private static final int TAG = 8;
    private static final int LEASE = 0x1a4bde7e;
    private static final int DURATION_RESERVED = 0x86d34a3a;

    private final ServerPlaybackContext asked;
    private final SecureRandom random;

    ContentKeyContext(ServerPlaybackContext asked, SecureRandom random) {
        this.asked = asked;
        this.random = random;
    }

    /** @param leaseSeconds for how long the key may be used, where that is bounded */
    byte[] encode(ContentKey key, OptionalInt leaseSeconds) {
        ByteArrayOutputStream blocks = new ByteArrayOutputStream();
        TagBlock.write(blocks, TagBlock.CONTENT_KEY, wrapped(key), random);
        TagBlock.write(blocks, TagBlock.R1, asked.r1(), random);
        leaseSeconds.ifPresent(seconds -> TagBlock.write(
                blocks,
                TagBlock.CONTENT_KEY_DURATION,
                ByteBuffer.allocate(BLOCK)
                        .putInt(seconds)
                        .putInt(0)
                        .putInt(LEASE)
                        .putInt(DURATION_RESERVED)
                        .array(),
                random));
        returnWanted(blocks);
        byte[] vector = new byte[BLOCK];
        random.nextBytes(vector);
        byte[] payload = encrypt(payloadKey(), vector, blocks.toByteArray());
        return ByteBuffer.allocate(8 + BLOCK + 4 + payload.length)
                .putInt(VERSION)
                .putInt(0)
                .put(vector)
                .putInt(payload.length)
                .put(payload)
                .array();
    }

    /** Vector, then the content key as one block under the session key. */
    private byte[] wrapped(ContentKey key) {
        byte[] vector = new byte[BLOCK];
        key.withConstantIv().iv().get(vector);
        byte[] secret = key.secret().getEncoded();
        byte[] block = ecb(asked.sessionKey(), secret);
        Arrays.fill(secret, (byte) 0);
        return ByteBuffer.allocate(2 * BLOCK).put(vector).put(block).array();
    }

    private void returnWanted(ByteArrayOutputStream blocks) {
        ByteBuffer wanted = ByteBuffer.wrap(asked.blocks().getOrDefault(TagBlock.RETURN_REQUEST, new byte[0]));
        Map<Long, byte[]> present = new HashMap<>(asked.blocks());
        while (wanted.remaining() >= TAG) {
            long tag = wanted.getLong();
            // taken out: a block that is wanted a thousand times would make a small request a large answer
            byte[] value = present.remove(tag);
            if (value == null) {
                throw MediaException.malformed("The SPC wants a block back that it does not have, or wants it twice.");
            }
            TagBlock.write(blocks, tag, value, random);
        }
    }

    private SecretKey payloadKey() {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1").digest(asked.r1());
            return new SecretKeySpec(ecb(new SecretKeySpec(hash, 0, BLOCK, "AES"), asked.antiReplaySeed()), "AES");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }

    private static byte[] ecb(SecretKey key, byte[] block) {
        try {
            // One block: the mode of operation plays no part.
            Cipher cipher = Cipher.getInstance("AES/ECB/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, key);
            return cipher.doFinal(block);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES/ECB/NoPadding", e);
        }
    }

    private static byte[] encrypt(SecretKey key, byte[] vector, byte[] data) {
        try {
            Cipher cipher = Cipher.getInstance("AES/CBC/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(vector));
            return cipher.doFinal(data);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES/CBC/NoPadding", e);
        }
    }
}

package io.headend.drm.fairplay;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.MGF1ParameterSpec;
import java.util.Arrays;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;

/** A player: makes an SPC, and opens the CKC that comes back. Its derivation function is made up. */
final class SpcMaker {

    static final ApplicationSecret SECRET = r2 -> {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update("a secret of our own".getBytes(StandardCharsets.US_ASCII));
            return new SecretKeySpec(Arrays.copyOf(sha.digest(r2), 16), "AES");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    };

    private final SecureRandom random = new SecureRandom();
    private final byte[] sessionKey = bytes(16);
    private final byte[] r1 = bytes(44);
    private final byte[] seed = bytes(16);
    private final byte[] integrity = bytes(16);
    final byte[] transaction = bytes(8);

    byte[] spc(byte[] certificate, PublicKey key, byte[] assetId) throws GeneralSecurityException {
        return spc(certificate, key, assetId, integrity);
    }

    byte[] spc(byte[] certificate, PublicKey key, byte[] assetId, byte[] shownIntegrity)
            throws GeneralSecurityException {
        byte[] r2 = bytes(21);
        byte[] vector = bytes(16);
        byte[] secrets = ByteBuffer.allocate(96)
                .put(sessionKey)
                .put(bytes(20))
                .put(r1)
                .put(integrity)
                .array();
        ByteArrayOutputStream blocks = new ByteArrayOutputStream();
        write(blocks, TagBlock.SESSION_KEY_AND_R1, concat(vector, cbc(SECRET.derive(r2), vector, secrets, true)));
        write(blocks, TagBlock.INTEGRITY, shownIntegrity);
        write(blocks, TagBlock.ANTI_REPLAY_SEED, seed);
        write(blocks, TagBlock.R2, r2);
        write(blocks, TagBlock.ASSET_ID, assetId);
        write(blocks, TagBlock.TRANSACTION_ID, transaction);
        write(
                blocks,
                TagBlock.RETURN_REQUEST,
                ByteBuffer.allocate(8).putLong(TagBlock.TRANSACTION_ID).array());
        byte[] payloadKey = bytes(16);
        byte[] payloadVector = bytes(16);
        byte[] payload = cbc(new SecretKeySpec(payloadKey, "AES"), payloadVector, blocks.toByteArray(), true);
        Cipher rsa = Cipher.getInstance("RSA/ECB/OAEPPadding");
        rsa.init(
                Cipher.ENCRYPT_MODE,
                key,
                new OAEPParameterSpec("SHA-1", "MGF1", MGF1ParameterSpec.SHA1, PSource.PSpecified.DEFAULT));
        byte[] wrapped = rsa.doFinal(payloadKey);
        return ByteBuffer.allocate(8 + 16 + wrapped.length + 20 + 4 + payload.length)
                .putInt(1)
                .putInt(0)
                .put(payloadVector)
                .put(wrapped)
                .put(MessageDigest.getInstance("SHA-1").digest(certificate))
                .putInt(payload.length)
                .put(payload)
                .array();
    }

    /** The blocks of a CKC, the content key decrypted. */
    Map<Long, byte[]> open(byte[] ckc) throws GeneralSecurityException {
        ByteBuffer in = ByteBuffer.wrap(ckc);
        in.getLong();
        byte[] vector = new byte[16];
        in.get(vector);
        byte[] payload = new byte[in.getInt()];
        in.get(payload);
        byte[] hash = Arrays.copyOf(MessageDigest.getInstance("SHA-1").digest(r1), 16);
        SecretKey key = new SecretKeySpec(ecb(hash, seed, true), "AES");
        Map<Long, byte[]> blocks = TagBlock.read(ByteBuffer.wrap(cbc(key, vector, payload, false)));
        byte[] sealed = blocks.get(TagBlock.CONTENT_KEY);
        byte[] opened = ecb(sessionKey, Arrays.copyOfRange(sealed, 16, 32), false);
        blocks.put(TagBlock.CONTENT_KEY, concat(Arrays.copyOf(sealed, 16), opened));
        return blocks;
    }

    byte[] sessionKey() {
        return sessionKey.clone();
    }

    byte[] r1() {
        return r1.clone();
    }

    private void write(ByteArrayOutputStream out, long tag, byte[] value) {
        TagBlock.write(out, tag, value, random);
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] concat(byte[] first, byte[] second) {
        return ByteBuffer.allocate(first.length + second.length)
                .put(first)
                .put(second)
                .array();
    }

    private static byte[] cbc(SecretKey key, byte[] vector, byte[] data, boolean encrypt)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/CBC/NoPadding");
        cipher.init(encrypt ? Cipher.ENCRYPT_MODE : Cipher.DECRYPT_MODE, key, new IvParameterSpec(vector));
        return cipher.doFinal(data);
    }

    private static byte[] ecb(byte[] key, byte[] block, boolean encrypt) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/ECB/NoPadding");
        cipher.init(encrypt ? Cipher.ENCRYPT_MODE : Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"));
        return cipher.doFinal(block);
    }
}

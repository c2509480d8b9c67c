package io.headend.drm.fairplay;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.interfaces.RSAPrivateKey;
import java.security.spec.MGF1ParameterSpec;
import java.util.Arrays;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;

/** What a player says in an SPC: container of version, vector, RSA-encrypted key, hash of the certificate, encrypted blocks. */
final class ServerPlaybackContext {

    private static final int VERSION_1 = 1;
    private static final int VERSION_2 = 2;
    private static final int BLOCK = 16;
    private static final int HASH = 20;
    private static final int R1_OFFSET = 36;
    private static final int R1_SIZE = 44;
    private static final int INTEGRITY_OFFSET = R1_OFFSET + R1_SIZE;
    private static final int SECRETS = INTEGRITY_OFFSET + BLOCK;
    private static final int MAX_R2 = 56;
    private static final int MAX_ASSET_ID = 200;

    private final SecretKey sessionKey;
    private final byte[] r1;
    private final byte[] antiReplaySeed;
    private final byte[] assetId;
    private final Map<Long, byte[]> blocks;

    private ServerPlaybackContext(
            SecretKey sessionKey, byte[] r1, byte[] antiReplaySeed, byte[] assetId, Map<Long, byte[]> blocks) {
        this.sessionKey = sessionKey;
        this.r1 = r1;
        this.antiReplaySeed = antiReplaySeed;
        this.assetId = assetId;
        this.blocks = blocks;
    }

    /** Encrypts the content key. */
    SecretKey sessionKey() {
        return sessionKey;
    }

    /** The nonce that goes back in the CKC. */
    byte[] r1() {
        return r1;
    }

    /** What the CKC's own key is made of, with R1. */
    byte[] antiReplaySeed() {
        return antiReplaySeed;
    }

    /** What the player wants to play. */
    byte[] assetId() {
        return assetId;
    }

    /** Every block by its tag. */
    Map<Long, byte[]> blocks() {
        return blocks;
    }

    static ServerPlaybackContext parse(byte[] spc, ProviderCertificate certificate, ApplicationSecret secret) {
        ByteBuffer in = ByteBuffer.wrap(spc);
        RSAPrivateKey rsa = certificate.privateKey();
        int wrapped = (rsa.getModulus().bitLength() + 7) / 8;
        if (in.remaining() < 8 + BLOCK + wrapped + HASH + 4) {
            throw MediaException.malformed("The SPC ends too early.");
        }
        int version = in.getInt();
        if (version != VERSION_1 && version != VERSION_2) {
            throw MediaException.unsupported("An SPC of version " + version + " is not known; 1 and 2 are.");
        }
        in.getInt();
        byte[] vector = take(in, BLOCK);
        byte[] key = take(in, wrapped);
        byte[] hash = take(in, HASH);
        int length = in.getInt();
        if (length <= 0 || length % BLOCK != 0 || length > in.remaining()) {
            throw MediaException.malformed("The SPC tells lengths that do not fit its size.");
        }
        if (!MessageDigest.isEqual(hash, certificate.sha1())) {
            throw new MediaException(
                    MediaErrorCode.ACCESS_DENIED, "The SPC was made with another certificate than this server's.");
        }
        SecretKey payloadKey = new SecretKeySpec(unwrap(rsa, key), "AES");
        byte[] payload = decrypt(payloadKey, vector, take(in, length));
        return fromBlocks(TagBlock.read(ByteBuffer.wrap(payload)), secret);
    }

    private static ServerPlaybackContext fromBlocks(Map<Long, byte[]> blocks, ApplicationSecret secret) {
        byte[] r2 = required(blocks, TagBlock.R2, 1, MAX_R2);
        byte[] sealed = required(blocks, TagBlock.SESSION_KEY_AND_R1, BLOCK + SECRETS, BLOCK + SECRETS);
        byte[] integrity = required(blocks, TagBlock.INTEGRITY, BLOCK, BLOCK);
        byte[] opened = decrypt(
                secret.derive(r2), Arrays.copyOf(sealed, BLOCK), Arrays.copyOfRange(sealed, BLOCK, BLOCK + SECRETS));
        byte[] code = Arrays.copyOfRange(opened, INTEGRITY_OFFSET, SECRETS);
        if (!MessageDigest.isEqual(code, integrity)) {
            throw new MediaException(
                    MediaErrorCode.ACCESS_DENIED, "The SPC was changed, or made for another application secret.");
        }
        ServerPlaybackContext context = new ServerPlaybackContext(
                new SecretKeySpec(opened, 0, BLOCK, "AES"),
                Arrays.copyOfRange(opened, R1_OFFSET, INTEGRITY_OFFSET),
                required(blocks, TagBlock.ANTI_REPLAY_SEED, BLOCK, BLOCK),
                required(blocks, TagBlock.ASSET_ID, 1, MAX_ASSET_ID),
                blocks);
        Arrays.fill(opened, (byte) 0);
        return context;
    }

    private static byte[] required(Map<Long, byte[]> blocks, long tag, int min, int max) {
        byte[] value = blocks.get(tag);
        if (value == null || value.length < min || value.length > max) {
            throw MediaException.malformed("The SPC lacks a block, or one has a wrong length.");
        }
        return value;
    }

    private static byte[] take(ByteBuffer in, int length) {
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    private static byte[] unwrap(RSAPrivateKey rsa, byte[] wrapped) {
        try {
            Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
            cipher.init(
                    Cipher.DECRYPT_MODE,
                    rsa,
                    new OAEPParameterSpec("SHA-1", "MGF1", MGF1ParameterSpec.SHA1, PSource.PSpecified.DEFAULT));
            byte[] key = cipher.doFinal(wrapped);
            if (key.length == BLOCK) {
                return key;
            }
        } catch (GeneralSecurityException e) {
            // Said below; the reason would help an attacker only.
        }
        throw new MediaException(MediaErrorCode.ACCESS_DENIED, "The SPC's key does not open with this certificate.");
    }

    private static byte[] decrypt(SecretKey key, byte[] vector, byte[] data) {
        try {
            Cipher cipher = Cipher.getInstance("AES/CBC/NoPadding");
            cipher.init(Cipher.DECRYPT_MODE, key, new IvParameterSpec(vector));
            return cipher.doFinal(data);
        } catch (GeneralSecurityException e) {
            throw new MediaException(
                    MediaErrorCode.INVALID_STATE, "The application secret gives no AES key of 16 bytes.", e);
        }
    }

    /** Sizes alone. */
    @Override
    public String toString() {
        return "ServerPlaybackContext[" + blocks.size() + " blocks]";
    }
}

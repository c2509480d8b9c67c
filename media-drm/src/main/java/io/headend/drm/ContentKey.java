package io.headend.drm;

import io.headend.core.ContentProtection.DrmSystem;
import io.headend.core.MediaException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * An AES-128 key that content is encrypted with, its public id, and what DRM systems need to find it. Immutable; two keys are
 * equal only if they are the same object.
 */
public final class ContentKey {

    private static final int KEY_BYTES = 16;

    private final UUID id;
    private final SecretKey secret;
    private final byte[] iv;
    private final List<DrmSystem> systems;

    private ContentKey(UUID id, SecretKey secret, byte[] iv, List<DrmSystem> systems) {
        this.id = id;
        this.secret = secret;
        this.iv = iv;
        this.systems = List.copyOf(systems);
    }

    /**
     * Makes a key from its bytes, which are copied; the caller clears its own array.
     *
     * @param key 16 bytes
     */
    public static ContentKey of(UUID id, byte[] key) {
        if (key.length != KEY_BYTES) {
            throw MediaException.invalidArgument("A content key has 16 bytes, not " + key.length + ".");
        }
        return new ContentKey(id, new SecretKeySpec(key, "AES"), new byte[0], List.of());
    }

    /**
     * Reads {@code KID:KEY} or {@code KID:KEY:IV}, all in hexadecimal, 16 bytes each; dashes in the key id are ignored.
     *
     * @throws MediaException INVALID_ARGUMENT, with a message that does not repeat the text
     */
    public static ContentKey parse(String text) {
        String[] parts = text.split(":", -1);
        if (parts.length != 2 && parts.length != 3) {
            throw MediaException.invalidArgument(
                    "A key is written KID:KEY or KID:KEY:IV; this one has " + parts.length + " parts.");
        }
        ByteBuffer id = ByteBuffer.wrap(hex(parts[0].replace("-", ""), "key id"));
        byte[] key = hex(parts[1], "key");
        ContentKey made = of(new UUID(id.getLong(), id.getLong()), key);
        Arrays.fill(key, (byte) 0);
        return parts.length == 2 ? made : made.withIv(hex(parts[2], "initialisation vector"));
    }

    private static byte[] hex(String digits, String what) {
        try {
            byte[] bytes = HexFormat.of().parseHex(digits);
            if (bytes.length == KEY_BYTES) {
                return bytes;
            }
        } catch (IllegalArgumentException e) {
            // Its message repeats the digits.
        }
        throw MediaException.invalidArgument(
                "The " + what + " must be 32 hexadecimal digits; it has " + digits.length() + " characters.");
    }

    /**
     * The same key with the initialisation vector that its key service demands ({@code explicitIV} of CPIX): the constant
     * vector of {@code cbcs}; in {@code cenc} it only enters the derivation of the vectors.
     *
     * @param vector 16 bytes, copied
     */
    public ContentKey withIv(byte[] vector) {
        if (vector.length != KEY_BYTES) {
            throw MediaException.invalidArgument(
                    "An explicit initialisation vector has 16 bytes, not " + vector.length + ".");
        }
        return new ContentKey(id, secret, vector.clone(), systems);
    }

    /**
     * The same key with the constant vector that {@link CencEncryptor} would derive for {@code cbcs}, so that a key service can tell
     * it to others.
     */
    public ContentKey withConstantIv() {
        return iv.length > 0 ? this : withIv(DerivedVector.of(this, "cbcs"));
    }

    /** The same key with the signalling of the DRM systems that know it. */
    public ContentKey withSystems(List<DrmSystem> known) {
        return new ContentKey(id, secret, iv, known);
    }

    /** The public id ({@code KID}). */
    public UUID id() {
        return id;
    }

    /** The key itself. */
    public SecretKey secret() {
        return secret;
    }

    /** The explicit initialisation vector: 16 bytes, read-only, or empty where there is none. */
    public ByteBuffer iv() {
        return ByteBuffer.wrap(iv).asReadOnlyBuffer();
    }

    /** Signalling that came with the key, possibly empty. */
    public List<DrmSystem> systems() {
        return systems;
    }

    /** The id alone. */
    @Override
    public String toString() {
        return "ContentKey[" + id + "]";
    }
}

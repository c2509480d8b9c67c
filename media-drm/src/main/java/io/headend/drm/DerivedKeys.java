package io.headend.drm;

import io.headend.core.MediaException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * Keys that follow from one secret: the id from content, label, scheme and period, the key from the id (HMAC-SHA-256). Packagers and
 * licence servers that share the secret need no database and never disagree.
 *
 * <p><b>Threading:</b> any number of threads.
 */
public final class DerivedKeys implements KeyProvider, KeyLookup {

    private static final int MIN_SECRET = 16;
    private static final int KEY_BYTES = 16;

    private final SecretKey secret;

    private DerivedKeys(SecretKey secret) {
        this.secret = secret;
    }

    /**
     * Keys of a secret, which is copied; the caller clears its own array.
     *
     * @param secret at least 16 bytes of chance
     */
    public static DerivedKeys of(byte[] secret) {
        if (secret.length < MIN_SECRET) {
            throw MediaException.invalidArgument(
                    "The secret that keys are derived from has 16 bytes or more, not " + secret.length + ".");
        }
        return new DerivedKeys(new SecretKeySpec(secret, "HmacSHA256"));
    }

    @Override
    public ContentKey key(Query query) {
        byte[] id =
                hmac("kid", query.contentId(), query.label(), query.scheme().fourcc(), Long.toString(query.period()));
        // RFC 9562: version 8, whose bits are the application's own.
        ByteBuffer bits = ByteBuffer.wrap(id);
        long high = (bits.getLong() & ~0xF000L) | 0x8000L;
        long low = (bits.getLong() & ~(3L << 62)) | (1L << 63);
        return derive(new UUID(high, low));
    }

    /** Every id has a key here, so that a server for keys of its own must check what it is asked for. */
    @Override
    public Optional<ContentKey> find(UUID keyId) {
        return Optional.of(derive(keyId));
    }

    private ContentKey derive(UUID id) {
        byte[] full = hmac("key", id.toString());
        byte[] key = Arrays.copyOf(full, KEY_BYTES);
        try {
            return ContentKey.of(id, key);
        } finally {
            Arrays.fill(full, (byte) 0);
            Arrays.fill(key, (byte) 0);
        }
    }

    private byte[] hmac(String... names) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(secret);
            for (String name : names) {
                byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
                mac.update(ByteBuffer.allocate(4).putInt(bytes.length).flip());
                mac.update(bytes);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }

    @Override
    public String toString() {
        return "DerivedKeys";
    }
}

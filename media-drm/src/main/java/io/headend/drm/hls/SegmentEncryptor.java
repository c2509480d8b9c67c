package io.headend.drm.hls;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.drm.ContentKey;
import io.headend.drm.KeyProvider;
import io.headend.drm.KeyRotation;
import io.headend.formats.hls.Key;
import io.headend.formats.hls.SegmentProtector;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.IllegalBlockSizeException;
import javax.crypto.spec.IvParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * {@code METHOD=AES-128} of RFC 8216bis, 4.4.4.4: AES-128 in CBC mode with PKCS #7 padding over whole segments. The vector is the explicit one
 * of the key, which the playlist then tells, or else the media sequence number of the segment.
 *
 * <p><b>Threading:</b> one thread at a time; {@link #inForm} by any, at any time.
 */
public final class SegmentEncryptor implements SegmentProtector {

    private static final int BLOCK = 16;
    private static final int MAX_KEPT = 1024;

    private final KeySchedule keys;
    private final Function<ContentKey, String> uri;
    private final Cipher cipher;
    private final Lock lock = new ReentrantLock();
    private final Map<Key, ContentKey> said = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, ContentKey> eldest) {
            return size() > MAX_KEPT;
        }
    };

    private SegmentEncryptor(Builder builder) {
        this.keys = new KeySchedule(builder.keys, builder.contentId, builder.label, builder.rotation);
        this.uri = builder.uri;
        this.cipher = aes();
    }

    private static Cipher aes() {
        try {
            return Cipher.getInstance("AES/CBC/PKCS5Padding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES", e);
        }
    }

    /**
     * @param keys asked for a key of {@code cbcs}
     * @param uri where players fetch the 16 bytes of a key, another place for each key
     */
    public static Builder builder(KeyProvider keys, Function<ContentKey, String> uri) {
        return new Builder(keys, uri);
    }

    @Override
    public Key key(long number) {
        ContentKey key = keys.at(number);
        Key line = new Key("AES-128", uri.apply(key), "", "", hex(key.iv()), "");
        lock.lock();
        try {
            said.remove(line);
            said.put(line, key);
        } finally {
            lock.unlock();
        }
        return line;
    }

    static String hex(ByteBuffer vector) {
        byte[] bytes = new byte[vector.remaining()];
        vector.get(bytes);
        return bytes.length == 0 ? "" : "0x" + HexFormat.of().formatHex(bytes);
    }

    @Override
    public ByteBuffer protect(long number, List<ByteBuffer> clear) {
        return crypt(Cipher.ENCRYPT_MODE, cipher, keys.at(number), number, clear);
    }

    /** {@inheritDoc} The last {@value #MAX_KEPT} keys are known. */
    @Override
    public ByteBuffer inForm(Key line, long number, ByteBuffer encrypted, UnaryOperator<ByteBuffer> form) {
        ContentKey key = known(line);
        Cipher own = aes();
        ByteBuffer clear = crypt(Cipher.DECRYPT_MODE, own, key, number, List.of(encrypted));
        try {
            return crypt(Cipher.ENCRYPT_MODE, own, key, number, List.of(form.apply(clear.asReadOnlyBuffer())));
        } finally {
            clear.clear().put(new byte[clear.capacity()]);
        }
    }

    private ContentKey known(Key line) {
        lock.lock();
        try {
            ContentKey key = said.get(line);
            if (key == null) {
                throw new MediaException(
                        MediaErrorCode.NOT_FOUND,
                        "The key of the segment is known here no more; take a later segment.");
            }
            return key;
        } finally {
            lock.unlock();
        }
    }

    private static ByteBuffer crypt(int mode, Cipher cipher, ContentKey key, long number, List<ByteBuffer> parts) {
        byte[] vector = new byte[BLOCK];
        if (key.iv().hasRemaining()) {
            key.iv().get(vector);
        } else {
            ByteBuffer.wrap(vector).putLong(8, number);
        }
        int size = parts.stream().mapToInt(ByteBuffer::remaining).reduce(0, Math::addExact);
        ByteBuffer out = ByteBuffer.allocate(Math.addExact(size, BLOCK - size % BLOCK));
        try {
            cipher.init(mode, key.secret(), new IvParameterSpec(vector));
            for (ByteBuffer part : parts) {
                cipher.update(part.duplicate(), out);
            }
            cipher.doFinal(ByteBuffer.allocate(0), out);
        } catch (BadPaddingException | IllegalBlockSizeException e) {
            throw new MediaException(MediaErrorCode.MALFORMED, "The segment is not encrypted with its key.", e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the key provider gave a key that AES does not take", e);
        }
        return out.flip();
    }

    @Override
    public String toString() {
        return "SegmentEncryptor";
    }

    /** Where keys come from. */
    public static final class Builder {
        private final KeyProvider keys;
        private final Function<ContentKey, String> uri;
        private String contentId = "";
        private String label = "HD";
        private @Nullable KeyRotation rotation;

        private Builder(KeyProvider keys, Function<ContentKey, String> uri) {
            this.keys = keys;
            this.uri = uri;
        }

        /** Name of the channel or asset; empty by default. */
        public Builder contentId(String name) {
            contentId = name;
            return this;
        }

        /** Which of the provider's keys, {@code HD} by default. */
        public Builder label(String keyLabel) {
            label = keyLabel;
            return this;
        }

        /** Changes keys with time. */
        public Builder rotation(KeyRotation periods) {
            rotation = periods;
            return this;
        }

        public SegmentEncryptor build() {
            return new SegmentEncryptor(this);
        }
    }
}

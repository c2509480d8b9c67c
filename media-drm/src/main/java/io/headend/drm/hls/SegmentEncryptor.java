package io.headend.drm.hls;

import io.headend.drm.ContentKey;
import io.headend.drm.KeyProvider;
import io.headend.drm.KeyRotation;
import io.headend.formats.hls.Key;
import io.headend.formats.hls.SegmentProtector;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * {@code METHOD=AES-128} of RFC 8216bis, 4.4.4.4: AES-128 in CBC mode with PKCS #7 padding over whole segments. The vector is the explicit one
 * of the key, which the playlist then tells, or else the media sequence number of the segment.
 *
 * <p><b>Threading:</b> one thread at a time.
 */
public final class SegmentEncryptor implements SegmentProtector {

    private static final int BLOCK = 16;

    private final KeySchedule keys;
    private final Function<ContentKey, String> uri;
    private final Cipher cipher;

    private SegmentEncryptor(Builder builder) {
        this.keys = new KeySchedule(builder.keys, builder.contentId, builder.label, builder.rotation);
        this.uri = builder.uri;
        try {
            this.cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES", e);
        }
    }

    /**
     * @param keys asked for a key of {@code cbcs}
     * @param uri where players fetch the 16 bytes of a key
     */
    public static Builder builder(KeyProvider keys, Function<ContentKey, String> uri) {
        return new Builder(keys, uri);
    }

    @Override
    public Key key(long number) {
        ContentKey key = keys.at(number);
        return new Key("AES-128", uri.apply(key), "", "", hex(key.iv()), "");
    }

    static String hex(ByteBuffer vector) {
        byte[] bytes = new byte[vector.remaining()];
        vector.get(bytes);
        return bytes.length == 0 ? "" : "0x" + HexFormat.of().formatHex(bytes);
    }

    @Override
    public ByteBuffer protect(long number, List<ByteBuffer> clear) {
        ContentKey key = keys.at(number);
        byte[] vector = new byte[BLOCK];
        if (key.iv().hasRemaining()) {
            key.iv().get(vector);
        } else {
            ByteBuffer.wrap(vector).putLong(8, number);
        }
        int size = clear.stream().mapToInt(ByteBuffer::remaining).reduce(0, Math::addExact);
        ByteBuffer out = ByteBuffer.allocate(Math.addExact(size, BLOCK - size % BLOCK));
        try {
            cipher.init(Cipher.ENCRYPT_MODE, key.secret(), new IvParameterSpec(vector));
            for (ByteBuffer part : clear) {
                cipher.update(part.duplicate(), out);
            }
            cipher.doFinal(ByteBuffer.allocate(0), out);
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

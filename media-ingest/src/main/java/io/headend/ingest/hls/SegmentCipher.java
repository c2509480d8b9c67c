package io.headend.ingest.hls;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Whole-segment encryption: {@code AES-128} (RFC 8216bis, 4.4.4.4 and 5.2), with a small cache of keys. */
final class SegmentCipher {

    private static final int KEY_BYTES = 16;
    private static final int MOST_KEYS = 16;

    private final Fetcher fetcher;
    private final Map<URI, byte[]> keys = new LinkedHashMap<>();

    SegmentCipher(Fetcher fetcher) {
        this.fetcher = fetcher;
    }

    /**
     * The clear bytes of a segment.
     *
     * @param declared {@code EXT-X-KEY} tags that apply
     * @throws MediaException {@code UNSUPPORTED} for other methods, {@code MALFORMED} where the key does not fit
     */
    byte[] open(byte[] bytes, List<Map<String, String>> declared, URI base, long mediaSequence) {
        if (declared.isEmpty()) {
            return bytes;
        }
        Map<String, String> key = identity(declared);
        String iv = key.get("IV");
        byte[] vector = iv == null
                ? ByteBuffer.allocate(KEY_BYTES)
                        .putLong(0)
                        .putLong(mediaSequence)
                        .array()
                : vector(iv);
        URI uri = Fetcher.resolve(base, key.getOrDefault("URI", ""));
        try {
            Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
            cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key(uri), "AES"), new IvParameterSpec(vector));
            return cipher.doFinal(bytes);
        } catch (GeneralSecurityException e) {
            keys.remove(uri);
            throw new MediaException(
                    MediaErrorCode.MALFORMED,
                    "segment " + mediaSequence + " cannot be decrypted with the key at " + Fetcher.shown(uri),
                    e);
        }
    }

    private static Map<String, String> identity(List<Map<String, String>> declared) {
        for (Map<String, String> key : declared) {
            if ("AES-128".equals(key.get("METHOD")) && "identity".equals(key.getOrDefault("KEYFORMAT", "identity"))) {
                return key;
            }
        }
        throw MediaException.unsupported("the stream is protected with "
                + declared.get(0).getOrDefault("METHOD", "an unnamed method")
                + "; only AES-128 with a key that can be fetched is read");
    }

    private byte[] key(URI uri) {
        byte[] known = keys.get(uri);
        if (known != null) {
            return known;
        }
        byte[] key = fetcher.get(uri, null, 1024).body();
        if (key.length != KEY_BYTES) {
            throw MediaException.malformed(
                    "the key at " + Fetcher.shown(uri) + " has " + key.length + " bytes, not " + KEY_BYTES);
        }
        if (keys.size() >= MOST_KEYS) {
            keys.remove(keys.keySet().iterator().next());
        }
        keys.put(uri, key);
        return key;
    }

    private static byte[] vector(String iv) {
        if (!iv.matches("0[xX][0-9A-Fa-f]{1,32}")) {
            throw MediaException.malformed("IV is '" + iv.substring(0, Math.min(40, iv.length()))
                    + "', not 0x and up to 32 hexadecimal digits");
        }
        String digits = "0".repeat(34 - iv.length()) + iv.substring(2);
        return HexFormat.of().parseHex(digits);
    }
}

package io.headend.examples;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Keys to look for, held in a form in which a search does not find them. */
final class SecretNeedles {

    private static final byte MASK = 0x5A;
    private static final int WINDOW = 1 << 20;

    private final Map<String, byte[]> masked = new LinkedHashMap<>();

    void add(String name, byte[] secret) {
        masked.put(name, mask(secret));
    }

    byte[] get(String name) {
        return mask(masked.get(name));
    }

    String hex(String name) {
        return HexFormat.of().formatHex(get(name));
    }

    private static byte[] mask(byte[] bytes) {
        byte[] out = bytes.clone();
        for (int i = 0; i < out.length; i++) {
            out[i] ^= MASK;
        }
        return out;
    }

    /** Names of the secrets that a text shows in hexadecimal or Base64. */
    List<String> in(String text) {
        List<String> found = new ArrayList<>();
        String lower = text.toLowerCase(Locale.ROOT);
        for (String name : masked.keySet()) {
            if (lower.contains(hex(name)) || text.contains(base64(name, false)) || text.contains(base64(name, true))) {
                found.add(name);
            }
        }
        return found;
    }

    /** The characters that do not depend on what follows. */
    private String base64(String name, boolean url) {
        byte[] secret = get(name);
        byte[] whole = Arrays.copyOf(secret, secret.length / 3 * 3);
        return (url ? Base64.getUrlEncoder() : Base64.getEncoder()).encodeToString(whole);
    }

    /**
     * What a heap dump shows.
     *
     * @param raw whether the bytes themselves are looked for, else their text as a {@code String} holds it
     */
    List<String> in(Path dump, boolean raw) throws IOException {
        Map<String, byte[]> patterns = new LinkedHashMap<>();
        for (String name : masked.keySet()) {
            if (raw) {
                patterns.put(name, get(name));
            } else {
                texts(patterns, name + " in hexadecimal", hex(name));
                texts(patterns, name + " in upper case", hex(name).toUpperCase(Locale.ROOT));
                texts(patterns, name + " in Base64", base64(name, false));
                texts(patterns, name + " in Base64url", base64(name, true));
            }
        }
        List<String> found = new ArrayList<>();
        byte[] window = new byte[WINDOW + 512];
        int kept = 0;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(dump), WINDOW)) {
            for (int read = in.readNBytes(window, 0, WINDOW); read > 0; read = in.readNBytes(window, kept, WINDOW)) {
                int end = kept + read;
                for (Map.Entry<String, byte[]> pattern : patterns.entrySet()) {
                    if (!found.contains(pattern.getKey()) && contains(window, end, pattern.getValue())) {
                        found.add(pattern.getKey());
                    }
                }
                kept = Math.min(end, 511);
                System.arraycopy(window, end - kept, window, 0, kept);
            }
        }
        return found;
    }

    private static void texts(Map<String, byte[]> patterns, String name, String text) {
        patterns.put(name, text.getBytes(StandardCharsets.ISO_8859_1));
        patterns.put(name + " (UTF-16)", text.getBytes(StandardCharsets.UTF_16BE));
    }

    private static boolean contains(byte[] bytes, int end, byte[] pattern) {
        byte first = pattern[0];
        for (int i = 0; i <= end - pattern.length; i++) {
            if (bytes[i] == first && Arrays.equals(bytes, i, i + pattern.length, pattern, 0, pattern.length)) {
                return true;
            }
        }
        return false;
    }
}

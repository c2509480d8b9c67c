package io.headend.packaging;

import io.headend.core.ContentProtection;
import io.headend.core.ContentProtection.DrmSystem;
import io.headend.core.ContentProtection.Pattern;
import io.headend.core.ProtectionScheme;
import io.headend.formats.hls.Key;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.StringJoiner;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The signalling of a crypto period as one word of the window file. Holds no key. */
final class KeyLine {

    private static final String NONE = "-";
    private static final int FIELDS = 6;

    private KeyLine() {}

    static String write(@Nullable ContentProtection key) {
        if (key == null) {
            return NONE;
        }
        StringBuilder text = new StringBuilder(256)
                .append(key.scheme().name())
                .append(',')
                .append(key.keyId())
                .append(',')
                .append(key.ivSize())
                .append(',')
                .append(base64(key.constantIv()))
                .append(',')
                .append(key.pattern().crypt())
                .append(',')
                .append(key.pattern().skip());
        for (DrmSystem system : key.systems()) {
            text.append(',').append(system.systemId()).append(',').append(base64(system.pssh()));
            text.append(',').append(base64(StandardCharsets.UTF_8.encode(system.licenseUrl())));
        }
        return text.toString();
    }

    /** @throws IllegalArgumentException if this is no such word */
    static @Nullable ContentProtection read(String word) {
        if (word.equals(NONE)) {
            return null;
        }
        String[] fields = word.split(",", -1);
        if (fields.length < FIELDS || (fields.length - FIELDS) % 3 != 0) {
            throw new IllegalArgumentException("a key has " + fields.length + " fields");
        }
        List<DrmSystem> systems = new ArrayList<>();
        for (int i = FIELDS; i < fields.length; i += 3) {
            String url = StandardCharsets.UTF_8.decode(bytes(fields[i + 2])).toString();
            systems.add(new DrmSystem(UUID.fromString(fields[i]), bytes(fields[i + 1]), url));
        }
        return new ContentProtection(
                ProtectionScheme.valueOf(fields[0]),
                UUID.fromString(fields[1]),
                Integer.parseInt(fields[2]),
                bytes(fields[3]),
                new Pattern(Integer.parseInt(fields[4]), Integer.parseInt(fields[5])),
                systems);
    }

    /** Keys of segments that are encrypted as wholes. */
    static String writeWhole(List<Key> keys) {
        if (keys.isEmpty()) {
            return NONE;
        }
        StringJoiner text = new StringJoiner(",");
        for (Key key : keys) {
            Stream.of(key.method(), key.uri(), key.keyFormat(), key.keyFormatVersions(), key.iv(), key.keyId())
                    .forEach(field -> text.add(base64(StandardCharsets.UTF_8.encode(field))));
        }
        return text.toString();
    }

    /** @throws IllegalArgumentException if this is no such word */
    static List<Key> readWhole(String word) {
        if (word.equals(NONE)) {
            return List.of();
        }
        String[] fields = word.split(",", -1);
        if (fields.length % FIELDS != 0) {
            throw new IllegalArgumentException("keys have " + fields.length + " fields");
        }
        List<Key> keys = new ArrayList<>();
        for (int i = 0; i < fields.length; i += FIELDS) {
            List<String> texts = Stream.of(fields)
                    .skip(i)
                    .limit(FIELDS)
                    .map(field -> StandardCharsets.UTF_8.decode(bytes(field)).toString())
                    .toList();
            keys.add(new Key(texts.get(0), texts.get(1), texts.get(2), texts.get(3), texts.get(4), texts.get(5)));
        }
        return keys;
    }

    private static String base64(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return Base64.getEncoder().encodeToString(copy);
    }

    private static ByteBuffer bytes(String base64) {
        return ByteBuffer.wrap(Base64.getDecoder().decode(base64));
    }
}

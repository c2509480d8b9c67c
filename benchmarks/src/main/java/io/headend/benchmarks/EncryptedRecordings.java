package io.headend.benchmarks;

import io.headend.core.ProtectionScheme;
import io.headend.core.SampleProtector;
import io.headend.drm.CencEncryptor;
import io.headend.drm.ContentKey;
import io.headend.drm.DerivedKeys;
import io.headend.drm.KeyProvider;
import io.headend.drm.KeyRotation;
import io.headend.packaging.Mezzanine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Packages recordings for decryptors of others: {@code EncryptedRecordings OUT clear|cenc|cbcs SEGMENTS IN.mp4...}, a new key every so many
 * segments of two seconds, 0 for one key. The folder gets {@code keys.txt} with a line {@code KID:KEY} for each key, in the order of the periods. The keys follow from
 * a secret of zeros, so that every run writes the same bytes.
 */
public final class EncryptedRecordings {

    // Bento4 takes the constant vector from tenc alone
    private static final byte[] VECTOR = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

    private EncryptedRecordings() {}

    public static void main(String[] args) throws IOException {
        Path out = Path.of(args[0]);
        boolean clear = args[1].equals("clear");
        long period = Long.parseLong(args[2]);
        DerivedKeys derived = DerivedKeys.of(new byte[32]);
        Set<String> used = new LinkedHashSet<>();
        KeyProvider noted = query -> {
            ContentKey key =
                    period == 0 ? derived.key(query) : derived.key(query).withIv(VECTOR);
            String id = key.id().toString().replace("-", "");
            synchronized (used) {
                used.add(id + ":" + HexFormat.of().formatHex(key.secret().getEncoded()));
            }
            return key;
        };
        List<Path> inputs = new ArrayList<>();
        Arrays.stream(args).skip(3).map(Path::of).forEach(inputs::add);
        Mezzanine.Builder builder = Mezzanine.builder().segment(Duration.ofSeconds(2));
        inputs.forEach(builder::input);
        if (!clear) {
            ProtectionScheme scheme = ProtectionScheme.valueOf(args[1].toUpperCase(Locale.ROOT));
            builder.protection(name -> Optional.of(protector(scheme, noted, period)));
        }
        try (Mezzanine recording = builder.open()) {
            recording.write(out, Set.of(Mezzanine.Output.HLS, Mezzanine.Output.DASH), bytes -> {});
        }
        Files.write(out.resolve("keys.txt"), used);
    }

    private static SampleProtector protector(ProtectionScheme scheme, KeyProvider keys, long period) {
        CencEncryptor.Builder encryptor = CencEncryptor.builder(scheme, keys).contentId("recording");
        if (period > 0) {
            encryptor.rotation(new KeyRotation(period));
        }
        return encryptor.build();
    }
}

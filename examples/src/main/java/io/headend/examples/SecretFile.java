package io.headend.examples;

import io.headend.core.MediaException;
import io.headend.drm.DerivedKeys;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** The secret that keys follow from. */
final class SecretFile {

    private static final int SECRET = 32;

    private SecretFile() {}

    /** @param file with hexadecimal digits, or {@code null} for a secret of chance that nobody else ever has */
    static DerivedKeys keys(@Nullable Path file) {
        byte[] secret = new byte[SECRET];
        if (file == null) {
            new SecureRandom().nextBytes(secret);
        } else {
            String digits = SmallFile.text(file).strip();
            if (!digits.matches("(?:\\p{XDigit}{2}){16,64}")) {
                throw MediaException.invalidArgument(file + " must hold 32 to 128 hexadecimal digits and nothing else");
            }
            secret = HexFormat.of().parseHex(digits);
        }
        DerivedKeys keys = DerivedKeys.of(secret);
        Arrays.fill(secret, (byte) 0);
        return keys;
    }
}

package io.headend.drm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.MediaException;
import io.headend.core.ProtectionScheme;
import io.headend.drm.KeyProvider.Query;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class DerivedKeysTest {

    private static final byte[] SECRET = new byte[32];

    @Test
    void packagersAndServersOfOneSecretAgree() {
        ContentKey packaged = DerivedKeys.of(SECRET).key(new Query("news", "HD", ProtectionScheme.CBCS, 7));
        ContentKey licensed = DerivedKeys.of(SECRET).find(packaged.id()).orElseThrow();

        assertThat(licensed.secret()).isEqualTo(packaged.secret());
        assertThat(packaged.id().version()).isEqualTo(8);
        assertThat(packaged.id().variant()).isEqualTo(2);
    }

    @Test
    void everyQueryHasAKeyOfItsOwn() {
        DerivedKeys keys = DerivedKeys.of(SECRET);
        Set<UUID> ids = new HashSet<>();
        Set<Object> secrets = new HashSet<>();
        for (String content : new String[] {"a", "ab"}) {
            for (String label : new String[] {"SD", "bSD"}) {
                for (long period = -1; period < 3; period++) {
                    ContentKey key = keys.key(new Query(content, label, ProtectionScheme.CENC, period));
                    ids.add(key.id());
                    secrets.add(key.secret());
                }
            }
        }
        assertThat(ids).hasSize(16);
        assertThat(secrets).hasSize(16);
    }

    @Test
    void anotherSecretGivesOtherKeysAndAShortOneIsRefused() {
        byte[] other = new byte[32];
        other[31] = 1;
        Query query = new Query("news", "HD", ProtectionScheme.CBCS, 7);

        assertThat(DerivedKeys.of(other).key(query).secret())
                .isNotEqualTo(DerivedKeys.of(SECRET).key(query).secret());
        assertThatThrownBy(() -> DerivedKeys.of(new byte[15])).isInstanceOf(MediaException.class);
    }
}

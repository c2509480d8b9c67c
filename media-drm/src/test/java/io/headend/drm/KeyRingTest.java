package io.headend.drm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.MediaException;
import io.headend.core.ProtectionScheme;
import io.headend.drm.KeyProvider.Query;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class KeyRingTest {

    private static final ContentKey HD = key(1);
    private static final ContentKey ALL = key(2);

    private static ContentKey key(int id) {
        return ContentKey.of(new UUID(0, id), new byte[16]);
    }

    private static Query query(String label) {
        return new Query("news", label, ProtectionScheme.CBCS, 7);
    }

    @Test
    void findsWhatItGave() {
        KeyRing ring = KeyRing.of(KeyProvider.raw(Map.of("HD", HD, "", ALL)));

        assertThat(ring.find(HD.id())).isEmpty();
        assertThat(ring.key(query("HD"))).isSameAs(HD);
        assertThat(ring.find(HD.id())).containsSame(HD);
        assertThat(ring.find(ALL.id())).isEmpty();
        assertThat(ring).hasToString("KeyRing[1 keys]");
    }

    @Test
    void forgetsTheEldest() {
        KeyRing ring = KeyRing.of(query -> key((int) query.period()));
        for (int period = 0; period < 1100; period++) {
            ring.key(new Query("news", "HD", ProtectionScheme.CBCS, period));
            ring.key(new Query("news", "HD", ProtectionScheme.CBCS, 0));
        }

        assertThat(ring).hasToString("KeyRing[1024 keys]");
        assertThat(ring.find(new UUID(0, 1))).isEmpty();
        assertThat(ring.find(new UUID(0, 0))).isPresent();
        assertThat(ring.find(new UUID(0, 1099))).isPresent();
    }

    @Test
    void labelsFallBackToWiderOnes() {
        KeyProvider keys = KeyProvider.raw(Map.of("UHD", key(3), "VIDEO", key(4), "AUDIO", key(5)));

        assertThat(keys.key(query("UHD2")).id()).isEqualTo(new UUID(0, 3));
        assertThat(keys.key(query("SD")).id()).isEqualTo(new UUID(0, 4));
        assertThat(keys.key(query("AUDIO")).id()).isEqualTo(new UUID(0, 5));
        assertThatThrownBy(() -> KeyProvider.raw(Map.of("VIDEO", HD)).key(query("AUDIO")))
                .isInstanceOf(MediaException.class)
                .hasMessage("There is no key for AUDIO of 'news'; keys are given for [VIDEO].");
    }
}

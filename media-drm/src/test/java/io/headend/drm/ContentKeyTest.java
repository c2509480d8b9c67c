package io.headend.drm;

import static io.headend.drm.Tracks.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.ProtectionScheme;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContentKeyTest {

    private static final String ID = "00112233-4455-6677-8899-aabbccddeeff";
    private static final String SECRET = "c0ffee00c0ffee11c0ffee22c0ffee33";

    @Test
    void readsTheWrittenForm() {
        ContentKey key = ContentKey.parse(ID + ":" + SECRET);
        assertThat(key.id()).isEqualTo(UUID.fromString(ID));
        assertThat(key.secret().getEncoded()).isEqualTo(hex(SECRET).array());
        assertThat(key.iv().hasRemaining()).isFalse();
        ContentKey withIv = ContentKey.parse(ID.replace("-", "") + ":" + SECRET + ":" + "0f".repeat(16));
        assertThat(withIv.iv()).isEqualTo(hex("0f".repeat(16)));
    }

    @Test
    void copiesItsBytes() {
        byte[] bytes = hex(SECRET).array();
        ContentKey key = ContentKey.of(UUID.fromString(ID), bytes);
        bytes[0] = 0;
        assertThat(key.secret().getEncoded()).isEqualTo(hex(SECRET).array());
    }

    /** No text about a key shows it. */
    @Test
    void neverShowsTheSecret() {
        ContentKey key = ContentKey.parse(ID + ":" + SECRET);
        CencEncryptor encryptor = CencEncryptor.builder(ProtectionScheme.CBCS, KeyProvider.single(key))
                .build();
        encryptor.begin(Tracks.aac());
        assertThat(key).hasToString("ContentKey[" + ID + "]");
        assertThat(encryptor).hasToString("CencEncryptor[cbcs, " + ID + "]");
        assertThat(encryptor.protection().toString() + KeyProvider.raw(Map.of("HD", key)))
                .doesNotContainIgnoringCase("c0ffee");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                SECRET,
                ID + ":" + SECRET + ":00:00",
                ID + ":" + SECRET + "00",
                "xyz:" + SECRET,
                ID + ":" + SECRET + "c0ffee0",
                ID + ":c0ffeezzc0ffee11c0ffee22c0ffee33",
                ID + ":" + SECRET + ":c0ffee"
            })
    void refusesOtherForms(String text) {
        assertThatThrownBy(() -> ContentKey.parse(text)).isInstanceOfSatisfying(MediaException.class, e -> {
            assertThat(e.code()).isEqualTo(MediaErrorCode.INVALID_ARGUMENT);
            assertThat(e.getMessage()).doesNotContainIgnoringCase("c0ffee");
            assertThat(e.getCause()).isNull();
        });
    }

    @Test
    void refusesOtherSizes() {
        assertThatThrownBy(() -> ContentKey.of(UUID.fromString(ID), new byte[32]))
                .isInstanceOf(MediaException.class);
        ContentKey key = ContentKey.parse(ID + ":" + SECRET);
        assertThatThrownBy(() -> key.withIv(new byte[8])).isInstanceOf(MediaException.class);
    }

    @Test
    void findsKeysByLabel() {
        ContentKey key = ContentKey.parse(ID + ":" + SECRET);
        KeyProvider provider = KeyProvider.raw(Map.of("HD", key));
        assertThat(provider.key(new KeyProvider.Query("c", "HD", ProtectionScheme.CENC, 7)))
                .isSameAs(key);
        assertThatThrownBy(() -> provider.key(new KeyProvider.Query("c", "SD", ProtectionScheme.CENC, 7)))
                .isInstanceOfSatisfying(MediaException.class, e -> {
                    assertThat(e.code()).isEqualTo(MediaErrorCode.NOT_FOUND);
                    assertThat(e).hasMessageContaining("SD").hasMessageContaining("[HD]");
                });
    }
}

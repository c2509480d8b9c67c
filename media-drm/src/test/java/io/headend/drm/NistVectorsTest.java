package io.headend.drm;

import static io.headend.drm.Tracks.hex;
import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.ProtectionScheme;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The bytes of NIST's published examples, seen from outside. */
class NistVectorsTest {

    private static final String ID = "00112233445566778899aabbccddeeff";

    /** SP 800-38A, F.2.1, CBC-AES128.Encrypt: what cbcs does to sound. */
    @Test
    void cbc() {
        String plain = "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
                + "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710";
        String coded = "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2"
                + "73bed6b8e3c1743b7116e69e222295163ff1caa1681fac09120eca307586e1a7";
        CencEncryptor encryptor = CencEncryptor.builder(
                        ProtectionScheme.CBCS,
                        KeyProvider.single(ContentKey.parse(
                                ID + ":2b7e151628aed2a6abf7158809cf4f3c:000102030405060708090a0b0c0d0e0f")))
                .build();
        encryptor.begin(Tracks.aac());
        assertThat(CencEncryptorTest.protect(encryptor, 0, hex(plain)).out()).isEqualTo(hex(coded));
        assertThat(CencEncryptorTest.protect(encryptor, 0, hex(plain + "aabb")).out())
                .isEqualTo(hex(coded + "aabb"));
        assertThat(encryptor.protection().constantIv()).isEqualTo(hex("000102030405060708090a0b0c0d0e0f"));
    }

    /** AESAVS, variable text, 128 bits: key zero, a counter block of high bits alone, zeros to encrypt. */
    @ParameterizedTest
    @CsvSource({
        "8000000000000000, 3ad78e726c1ec02b7ebfe92b23d9ec34",
        "c000000000000000, aae5939c8efdf2f04e60b9fe7117b2c2",
        "e000000000000000, f031d4d74f5dcbf39daaf8ca3af6e527",
    })
    void counterMode(String vector, String keyStream) {
        CencEncryptor encryptor = CencEncryptor.builder(
                        ProtectionScheme.CENC, KeyProvider.single(ContentKey.parse(ID + ":" + "00".repeat(16))))
                .firstVector(Long.parseUnsignedLong(vector, 16))
                .build();
        encryptor.begin(Tracks.aac());
        CencEncryptorTest.Protected done = CencEncryptorTest.protect(encryptor, 0, ByteBuffer.allocate(16));
        assertThat(done.out()).isEqualTo(hex(keyStream));
        assertThat(done.entry().iv()).isEqualTo(hex(vector));
    }
}

package io.headend.drm.fairplay;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.http.Headers;
import io.headend.core.http.MediaBody;
import io.headend.core.http.MediaRequest;
import io.headend.core.http.MediaResponse;
import io.headend.drm.ContentKey;
import io.headend.drm.KeyLookup;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Contexts of a made-up certificate and application secret. */
class KeySecurityModuleTest {

    private static final byte[] CERTIFICATE = "a certificate".getBytes(StandardCharsets.US_ASCII);
    private static final ContentKey KEY = ContentKey.parse(
            "00112233445566778899aabbccddeeff:0f0e0d0c0b0a09080706050403020100:0123456789abcdef0123456789abcdef");
    private static final KeyLookup KEYS = id -> id.equals(KEY.id()) ? Optional.of(KEY) : Optional.empty();

    private static KeyPair rsa1024;

    @BeforeAll
    static void makeKeys() throws GeneralSecurityException {
        rsa1024 = keys(1024);
    }

    private static KeyPair keys(int bits) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(bits);
        return generator.generateKeyPair();
    }

    private static KeySecurityModule module(KeyPair keys) {
        return KeySecurityModule.builder(ProviderCertificate.of(CERTIFICATE, keys.getPrivate()), SpcMaker.SECRET, KEYS)
                .authorisation((request, asset) -> !request.path().contains("forbidden"))
                .lease(Duration.ofHours(2))
                .build();
    }

    @ParameterizedTest
    @ValueSource(ints = {1024, 2048})
    void thePlayerGetsTheKeyAndItsNonceBack(int bits) throws GeneralSecurityException {
        KeyPair keys = keys(bits);
        SpcMaker player = new SpcMaker();

        MediaResponse response =
                post(module(keys), "/fps", player.spc(CERTIFICATE, keys.getPublic(), asset("skd://" + KEY.id())));

        assertThat(response.status()).isEqualTo(200);
        Map<Long, byte[]> ckc = player.open(body(response));
        assertThat(ckc.get(TagBlock.R1)).isEqualTo(player.r1());
        assertThat(ckc.get(TagBlock.TRANSACTION_ID)).isEqualTo(player.transaction);
        assertThat(ByteBuffer.wrap(ckc.get(TagBlock.CONTENT_KEY_DURATION)).getInt())
                .isEqualTo(7200);
        byte[] key = ckc.get(TagBlock.CONTENT_KEY);
        assertThat(ByteBuffer.wrap(key, 0, 16)).isEqualTo(KEY.iv());
        assertThat(Arrays.copyOfRange(key, 16, 32)).isEqualTo(KEY.secret().getEncoded());
    }

    @Test
    void aRecordedContextGivesNoSecondKey() throws GeneralSecurityException {
        KeySecurityModule module = module(rsa1024);
        byte[] spc = new SpcMaker()
                .spc(CERTIFICATE, rsa1024.getPublic(), asset(KEY.id().toString()));

        assertThat(post(module, "/fps", spc).status()).isEqualTo(200);
        assertThat(post(module, "/fps", spc).status()).isEqualTo(409);
    }

    @Test
    void aSecretOfTheHostThatIsNoneIsNotThePlayersFault() throws GeneralSecurityException {
        ProviderCertificate certificate = ProviderCertificate.of(CERTIFICATE, rsa1024.getPrivate());
        KeySecurityModule module = KeySecurityModule.builder(
                        certificate, r2 -> new SecretKeySpec(new byte[5], "AES"), KEYS)
                .build();
        byte[] spc = new SpcMaker()
                .spc(CERTIFICATE, rsa1024.getPublic(), asset(KEY.id().toString()));
        assertThat(post(module, "/fps", spc).status()).isEqualTo(500);
    }

    @Test
    void refusalsSayWhy() throws GeneralSecurityException {
        KeySecurityModule module = module(rsa1024);
        byte[] asset = asset(KEY.id().toString());
        SpcMaker player = new SpcMaker();

        assertThat(post(module, "/forbidden", player.spc(CERTIFICATE, rsa1024.getPublic(), asset))
                        .status())
                .isEqualTo(403);
        assertThat(post(module, "/fps", player.spc(new byte[1], rsa1024.getPublic(), asset))
                        .status())
                .as("another certificate")
                .isEqualTo(403);
        assertThat(post(module, "/fps", player.spc(CERTIFICATE, keys(1024).getPublic(), asset))
                        .status())
                .as("another key")
                .isEqualTo(403);
        assertThat(post(module, "/fps", player.spc(CERTIFICATE, rsa1024.getPublic(), asset, new byte[16]))
                        .status())
                .as("changed")
                .isEqualTo(403);
        assertThat(post(module, "/fps", player.spc(CERTIFICATE, rsa1024.getPublic(), asset("no key id")))
                        .status())
                .isEqualTo(400);
        assertThat(post(
                                module,
                                "/fps",
                                player.spc(
                                        CERTIFICATE,
                                        rsa1024.getPublic(),
                                        asset("ffffffff-0000-0000-0000-000000000000")))
                        .status())
                .isEqualTo(404);
        assertThat(post(module, "/fps", new byte[100_000]).status()).isEqualTo(413);
        assertThat(module.handle(MediaRequest.get("/fps"))
                        .toCompletableFuture()
                        .join()
                        .status())
                .isEqualTo(405);
    }

    @Test
    void everyTruncationAndManyDamagesAreRefused() throws GeneralSecurityException {
        KeySecurityModule module = module(rsa1024);
        byte[] spc = new SpcMaker()
                .spc(CERTIFICATE, rsa1024.getPublic(), asset(KEY.id().toString()));
        Random random = new Random(1);

        for (int length = 0; length < spc.length; length++) {
            assertThat(post(module, "/fps", Arrays.copyOf(spc, length)).status())
                    .isBetween(400, 422);
        }
        for (int i = 0; i < 300; i++) {
            byte[] damaged = spc.clone();
            // Version, vector, wrapped key and hash; the reserved bytes have no meaning, and AES-CBC protects no more.
            int at = random.nextInt(172);
            damaged[at < 4 || at >= 8 ? at : 0] ^= (byte) (1 + random.nextInt(255));
            assertThat(post(module, "/fps", damaged).status()).as("byte %d", at).isBetween(400, 422);
        }
    }

    private static byte[] asset(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static MediaResponse post(KeySecurityModule module, String path, byte[] body) {
        return module.handle(
                        new MediaRequest("POST", path, "", Headers.EMPTY, new MediaBody.Bytes(ByteBuffer.wrap(body))))
                .toCompletableFuture()
                .join();
    }

    private static byte[] body(MediaResponse response) {
        return response.body().collect(1 << 20).toCompletableFuture().join();
    }
}

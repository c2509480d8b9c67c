package io.headend.drm.widevine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.ProtectionScheme;
import io.headend.core.http.Headers;
import io.headend.core.http.MediaBody;
import io.headend.core.http.MediaRequest;
import io.headend.core.http.MediaResponse;
import io.headend.drm.ContentKey;
import io.headend.drm.DerivedKeys;
import io.headend.drm.KeyProvider.Query;
import io.headend.drm.PsshBox;
import io.headend.drm.WidevineHeader;
import io.headend.drm.json.JsonReader;
import io.headend.drm.json.JsonValue;
import io.headend.testkit.LoopbackServer;
import io.headend.testkit.SharedMedia;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class WidevineKeyServerTest {

    /** The test signer that shaka-packager's documentation publishes. */
    private static final RequestSigner TEST_SIGNER = RequestSigner.aes(
            "widevine_test",
            HexFormat.of().parseHex("1ae8ccd0e7985cc0b6203a55855a1034afc252980e970ca90e5202689f947ab9"),
            HexFormat.of().parseHex("d58ce954203b7c9a9a9d467f59839249"));

    private static final DerivedKeys KEYS = DerivedKeys.of(new byte[32]);

    private final WidevineKeyServer server = new WidevineKeyServer(KEYS, List.of(TEST_SIGNER));

    @Test
    void signaturesEqualThoseOfAPeerAndItsRequestsAreAnswered() throws IOException {
        List<String> lines =
                Files.readAllLines(SharedMedia.require("packaging/vectors/widevine_cea_signed_requests.jsonl"));
        assertThat(lines).hasSizeGreaterThan(10);
        for (String line : lines) {
            JsonValue envelope = JsonReader.read(line);
            byte[] request = Base64.getDecoder().decode(envelope.text("request").orElseThrow());

            assertThat(Base64.getEncoder().encodeToString(TEST_SIGNER.sign(request)))
                    .isEqualTo(envelope.text("signature").orElseThrow());
            assertThat(new String(
                            SignedEnvelope.seal(new String(request, StandardCharsets.UTF_8), TEST_SIGNER),
                            StandardCharsets.UTF_8))
                    .isEqualTo(line);
            JsonValue asked = JsonReader.read(request);
            JsonValue answer = answer(post(line));
            long periods = asked.integer("crypto_period_count").orElse(1);
            assertThat(answer.text("status")).contains("OK");
            assertThat(answer.elements("tracks")).hasSize((int) (5 * periods));
            for (JsonValue track : answer.elements("tracks")) {
                assertTrack(asked, track);
            }
        }
    }

    private static void assertTrack(JsonValue asked, JsonValue track) {
        ProtectionScheme scheme =
                ProtectionScheme.valueOf(asked.text("protection_scheme").orElseThrow());
        OptionalLong period = track.integer("crypto_period_index");
        ContentKey key =
                KEYS.key(new Query("test content id", track.text("type").orElseThrow(), scheme, period.orElse(-1)));
        assertThat(Base64.getDecoder().decode(track.text("key").orElseThrow()))
                .isEqualTo(key.secret().getEncoded());
        PsshBox box = PsshBox.parse(ByteBuffer.wrap(Base64.getDecoder()
                .decode(track.elements("pssh").get(0).text("boxes").orElseThrow())));
        WidevineHeader header = WidevineHeader.parse(box.data());
        assertThat(header.keyIds()).containsExactly(key.id());
        assertThat(header.scheme()).contains(scheme);
        assertThat(header.cryptoPeriod()).isEqualTo(period);
    }

    @Test
    void ourClientAsksOurServerWithEitherSignature() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair rsa = generator.generateKeyPair();
        WidevineKeyServer both =
                new WidevineKeyServer(KEYS, List.of(TEST_SIGNER, RequestSigner.rsa("provider", rsa.getPublic())));
        try (LoopbackServer loopback = new LoopbackServer(both)) {
            for (RequestSigner signer : List.of(TEST_SIGNER, RequestSigner.rsa("provider", rsa.getPrivate()))) {
                WidevineKeyClient client = WidevineKeyClient.builder(loopback.uri(), signer)
                        .cryptoPeriod(Duration.ofSeconds(8))
                        .build();
                int before = loopback.requests();
                for (long period = 20; period < 30; period++) {
                    Query query = new Query("news", "UHD1", ProtectionScheme.CBCS, period);
                    ContentKey key = client.key(query);
                    assertThat(key.secret()).isEqualTo(KEYS.key(query).secret());
                    assertThat(key.id()).isEqualTo(KEYS.key(query).id());
                    assertThat(key.systems()).hasSize(1);
                }
                assertThat(loopback.requests()).as("ten periods in one request").isEqualTo(before + 1);
                Query whole = new Query("news", "AUDIO", ProtectionScheme.CENC, -1);
                assertThat(client.key(whole).secret()).isEqualTo(KEYS.key(whole).secret());
            }
        }
    }

    @Test
    void aClientWithAnotherKeyIsDenied() throws Exception {
        RequestSigner impostor = RequestSigner.aes("widevine_test", new byte[32], new byte[16]);
        try (LoopbackServer loopback = new LoopbackServer(server)) {
            WidevineKeyClient client =
                    WidevineKeyClient.builder(loopback.uri(), impostor).build();
            assertThatThrownBy(() -> client.key(new Query("news", "SD", ProtectionScheme.CENC, -1)))
                    .isInstanceOfSatisfying(
                            MediaException.class, e -> assertThat(e.code()).isEqualTo(MediaErrorCode.ACCESS_DENIED));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"content_id\":\"eA==\",\"tracks\":[]}",
                "{\"content_id\":\"\",\"tracks\":[{\"type\":\"SD\"}]}",
                "{\"content_id\":\"*\",\"tracks\":[{\"type\":\"SD\"}]}",
                "{\"content_id\":\"eA==\",\"tracks\":[{\"type\":\"SD\"}],\"first_crypto_period_index\":-1}",
                "{\"content_id\":\"eA==\",\"tracks\":[{\"type\":\"SD\"}],\"first_crypto_period_index\":0,"
                        + "\"crypto_period_count\":100000000}"
            })
    void refusesRequestsThatAskForNothingOrTooMuch(String request) {
        byte[] sealed = SignedEnvelope.seal(request, TEST_SIGNER);

        assertThat(post(new String(sealed, StandardCharsets.UTF_8)).status()).isEqualTo(400);
    }

    @Test
    void refusesUnsignedForeignAndLongRequests() {
        assertThat(post("{\"request\":\"e30=\",\"signature\":\"\",\"signer\":\"widevine_test\"}")
                        .status())
                .isEqualTo(403);
        assertThat(post("{\"request\":\"e30=\",\"signature\":\"\",\"signer\":\"nobody\"}")
                        .status())
                .isEqualTo(403);
        assertThat(post("no json").status()).isEqualTo(400);
        assertThat(post(" ".repeat(1 << 20)).status()).isEqualTo(413);
    }

    @Test
    void theProxySignsChallengesAndPassesLicences() throws Exception {
        byte[] license = {4, 5, 6};
        try (LoopbackServer google =
                new LoopbackServer(request -> request.body().collect(1 << 20).thenApply(body -> {
                    JsonValue message = SignedEnvelope.open(body, List.of(TEST_SIGNER));
                    boolean known = message.text("payload").orElse("").equals("AQID");
                    String text = known
                            ? "{\"status\":\"OK\",\"license\":\""
                                    + Base64.getEncoder().encodeToString(license) + "\"}"
                            : "{\"status\":\"INVALID\"}";
                    return MediaResponse.ok("application/json", ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
                }))) {
            WidevineLicenseProxy proxy = new WidevineLicenseProxy(
                    google.uri(),
                    TEST_SIGNER,
                    request -> request.headers().first("Authorization").isPresent(),
                    Runnable::run);

            assertThat(license(proxy, new byte[] {1, 2, 3}, "Bearer x").status())
                    .isEqualTo(200);
            assertThat(body(license(proxy, new byte[] {1, 2, 3}, "Bearer x"))).isEqualTo(license);
            assertThat(license(proxy, new byte[] {9}, "Bearer x").status()).isEqualTo(403);
            assertThat(license(proxy, new byte[0], "Bearer x").status()).isEqualTo(400);
            assertThat(license(proxy, new byte[] {1, 2, 3}, "").status()).isEqualTo(403);
        }
    }

    @Test
    void aBusyProxySaysSo() {
        WidevineLicenseProxy proxy =
                new WidevineLicenseProxy(URI.create("http://127.0.0.1:1/"), TEST_SIGNER, request -> true, task -> {
                    throw new RejectedExecutionException();
                });

        assertThat(license(proxy, new byte[] {1}, "x").status()).isEqualTo(503);
    }

    @Test
    void signersShowNoKeys() throws GeneralSecurityException {
        assertThat(TEST_SIGNER).hasToString("RequestSigner[widevine_test]");
    }

    private static MediaResponse license(WidevineLicenseProxy proxy, byte[] challenge, String authorization) {
        Headers headers = authorization.isEmpty() ? Headers.EMPTY : Headers.of("Authorization", authorization);
        return proxy.handle(new MediaRequest(
                        "POST", "/license", "", headers, new MediaBody.Bytes(ByteBuffer.wrap(challenge))))
                .toCompletableFuture()
                .join();
    }

    private MediaResponse post(String body) {
        return server.handle(new MediaRequest(
                        "POST",
                        "/cas",
                        "",
                        Headers.EMPTY,
                        new MediaBody.Bytes(ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)))))
                .toCompletableFuture()
                .join();
    }

    private static byte[] body(MediaResponse response) {
        return response.body().collect(1 << 20).toCompletableFuture().join();
    }

    private static JsonValue answer(MediaResponse response) {
        assertThat(response.status()).isEqualTo(200);
        String inner = JsonReader.read(body(response)).text("response").orElseThrow();
        return JsonReader.read(Base64.getDecoder().decode(inner));
    }
}

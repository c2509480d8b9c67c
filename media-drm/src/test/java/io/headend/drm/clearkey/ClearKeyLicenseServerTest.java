package io.headend.drm.clearkey;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.http.Headers;
import io.headend.core.http.MediaBody;
import io.headend.core.http.MediaRequest;
import io.headend.core.http.MediaResponse;
import io.headend.drm.ContentKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClearKeyLicenseServerTest {

    private static final ContentKey KEY =
            ContentKey.parse("00112233445566778899aabbccddeeff:0f0e0d0c0b0a09080706050403020100");
    private static final String REQUEST = "{\"kids\":[\"ABEiM0RVZneImaq7zN3u_w\"],\"type\":\"temporary\"}";

    private final ClearKeyLicenseServer server = new ClearKeyLicenseServer(
            id -> id.equals(KEY.id()) ? Optional.of(KEY) : Optional.empty(),
            (request, id) -> !request.path().contains("forbidden"));

    @Test
    void givesAKeySet() {
        MediaResponse response = post("/license", REQUEST);

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.headers().first("Cache-Control")).contains("no-store");
        assertThat(new String(
                        response.body().collect(1 << 20).toCompletableFuture().join(), StandardCharsets.UTF_8))
                .isEqualTo("{\"keys\":[{\"kty\":\"oct\",\"kid\":\"ABEiM0RVZneImaq7zN3u_w\","
                        + "\"k\":\"Dw4NDAsKCQgHBgUEAwIBAA\"}],\"type\":\"temporary\"}");
    }

    @Test
    void refusesWhatTheHostRefusesAndWhatIsUnknown() {
        assertThat(post("/forbidden", REQUEST).status()).isEqualTo(403);
        assertThat(post("/license", "{\"kids\":[\"AAAAAAAAAAAAAAAAAAAAAA\"]}").status())
                .isEqualTo(404);
        assertThat(server.handle(MediaRequest.get("/license"))
                        .toCompletableFuture()
                        .join()
                        .status())
                .isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "[]", "{}", "{\"kids\":[]}", "{\"kids\":[1]}", "{\"kids\":[\"AAAA\"]}", "{\"kids\":[\"*\"]}"
            })
    void refusesOtherRequests(String body) {
        assertThat(post("/license", body).status()).isEqualTo(400);
    }

    @Test
    void givesTheBytesOfAKeyByItsId() {
        MediaResponse response = get("/license?kid=00112233445566778899AABBCCDDEEFF");

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.headers().first("Cache-Control")).contains("no-store");
        assertThat(response.body().collect(64).toCompletableFuture().join())
                .isEqualTo(KEY.secret().getEncoded());
    }

    @Test
    void guardsTheBytesOfAKeyAsMuchAsALicence() {
        assertThat(get("/forbidden?kid=00112233445566778899aabbccddeeff").status())
                .isEqualTo(403);
        assertThat(get("/license?kid=00000000000000000000000000000000").status())
                .isEqualTo(404);
        assertThat(get("/license?kid=%zz").status()).isEqualTo(400);
        assertThat(get("/license?kid=+0112233445566778899aabbccddeeff").status())
                .isEqualTo(400);
        assertThat(get("/license?key=1").status()).isEqualTo(400);
    }

    private MediaResponse get(String pathAndQuery) {
        return server.handle(MediaRequest.get(pathAndQuery))
                .toCompletableFuture()
                .join();
    }

    @Test
    void refusesHordesOfKeys() {
        String many = "{\"kids\":[\"AAAAAAAAAAAAAAAAAAAAAA\"" + ",\"AAAAAAAAAAAAAAAAAAAAAA\"".repeat(64) + "]}";

        assertThat(post("/license", many).status()).isEqualTo(400);
        assertThat(post("/license", " ".repeat(20_000)).status()).isEqualTo(413);
    }

    private MediaResponse post(String path, String body) {
        return server.handle(new MediaRequest(
                        "POST",
                        path,
                        "",
                        Headers.EMPTY,
                        new MediaBody.Bytes(ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)))))
                .toCompletableFuture()
                .join();
    }
}

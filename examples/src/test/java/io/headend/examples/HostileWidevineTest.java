package io.headend.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Bad input at {@code /widevine}, the key interface, of {@code headend keys}. */
@Timeout(120)
class HostileWidevineTest {

    private static final String GOOD =
            "{\"content_id\":\"bmV3cw==\",\"policy\":\"\",\"tracks\":[{\"type\":\"HD\"},{\"type\":\"AUDIO\"}],"
                    + "\"drm_types\":[\"WIDEVINE\"],\"protection_scheme\":\"CENC\"}";

    @TempDir
    static Path folder;

    private static HostileClient keys;

    @BeforeAll
    static void start() throws IOException {
        keys = new HostileClient(
                "--secret-file",
                HostileClient.file(folder, "secret.txt", "00".repeat(32)),
                "--signer-file",
                HostileClient.file(folder, "signer.txt", "me:" + "12".repeat(32) + ":" + "34".repeat(16)));
    }

    @AfterAll
    static void end() {
        keys.close();
    }

    static String signed(String request, int keyByte, String signer) {
        try {
            byte[] bytes = request.getBytes(StandardCharsets.UTF_8);
            byte[] key = new byte[32];
            byte[] vector = new byte[16];
            Arrays.fill(key, (byte) keyByte);
            Arrays.fill(vector, (byte) 0x34);
            Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(vector));
            byte[] signature = cipher.doFinal(MessageDigest.getInstance("SHA-1").digest(bytes));
            Base64.Encoder base64 = Base64.getEncoder();
            return "{\"request\":\"" + base64.encodeToString(bytes) + "\",\"signature\":\""
                    + base64.encodeToString(signature) + "\",\"signer\":\"" + signer + "\"}";
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String signed(String request) {
        return signed(request, 0x12, "me");
    }

    @Test
    void theGoodRequestIsAnsweredAndItsReplayGivesNothingElse() {
        HostileClient.Answer answer = keys.post("/widevine", signed(GOOD));

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.text()).startsWith("{\"response\":\"");
        assertThat(keys.post("/widevine", signed(GOOD)).text()).isEqualTo(answer.text());
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                Arguments.of("nothing", "", 400, "JSON"),
                Arguments.of("XML", "<request/>", 400, "JSON"),
                Arguments.of("no members", "{}", 403, "not signed"),
                Arguments.of("no signature", "{\"request\":\"e30=\",\"signer\":\"me\"}", 403, "not signed"),
                Arguments.of("an unknown signer", signed(GOOD, 0x12, "you"), 403, "not signed"),
                Arguments.of("another key", signed(GOOD, 0x13, "me"), 403, "not signed"),
                Arguments.of("no Base64", "{\"request\":\"***\"}", 400, "Base64"),
                Arguments.of("huge Base64", "{\"request\":\"" + "A".repeat(200_000) + "\"}", 413, "more than"),
                Arguments.of(
                        "huge Base64 within bounds", "{\"request\":\"" + "A".repeat(60_000) + "\"}", 403, "not signed"),
                Arguments.of("nested, not signed", "{\"request\":" + "[".repeat(60_000), 400, "deeper"),
                Arguments.of("nested, signed", signed("{\"tracks\":" + "[".repeat(30_000)), 400, "deeper"),
                Arguments.of("100,000 elements", "[" + "1,".repeat(100_000) + "1]", 413, "more than"),
                Arguments.of(
                        "20,000 elements, signed", signed("{\"a\":[" + "1,".repeat(20_000) + "1]}"), 400, "values"),
                Arguments.of("signed text that is no JSON", signed("hello"), 400, "JSON"),
                Arguments.of("signed XML", signed("<x/>"), 400, "JSON"),
                Arguments.of("no content id", signed(GOOD.replace("bmV3cw==", "")), 400, "content_id"),
                Arguments.of("a long content id", signed(GOOD.replace("bmV3cw==", "A".repeat(400))), 400, "content_id"),
                Arguments.of("an unknown scheme", signed(GOOD.replace("CENC", "CENS")), 422, "CENC and CBCS"),
                Arguments.of("no tracks", signed(GOOD.replaceAll("\\[\\{.*}]", "[]")), 400, "keys"),
                Arguments.of("tracks without type", signed(GOOD.replaceAll("\\[\\{.*}]", "[{}]")), 400, "types"),
                Arguments.of("a track twice", signed(GOOD.replace("AUDIO", "HD")), 400, "each once"),
                Arguments.of("a type of another kind", signed(GOOD.replace("\"AUDIO\"", "7")), 400, "string"),
                Arguments.of("a type that is no name", signed(GOOD.replace("AUDIO", "../x")), 400, "types"),
                Arguments.of("a period below 0", periods("-1", "1"), 400, "periods"),
                Arguments.of("a period that is too far", periods("9223372036854775807", "1"), 400, "periods"),
                Arguments.of("a period that is no integer", periods("1e3", "1"), 400, "integer"),
                Arguments.of("a period beyond 64 bits", periods("92233720368547758070", "1"), 400, "integer"),
                Arguments.of("too many periods", periods("1", "100000000"), 400, "500 keys"),
                Arguments.of("no periods", periods("1", "0"), 400, "keys"));
    }

    private static String periods(String first, String count) {
        return signed(GOOD.replace(
                "\"policy\"",
                "\"first_crypto_period_index\":" + first + ",\"crypto_period_count\":" + count + ",\"policy\""));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusals")
    void badRequests(String name, String body, int status, String word) {
        keys.post("/widevine", body, "Content-Type: application/json").refused(status, word);
    }

    @Test
    void otherMethodsAndContentTypes() {
        for (String method : new String[] {"GET", "PUT", "DELETE"}) {
            keys.ask(method, "/widevine", signed(GOOD).getBytes(StandardCharsets.UTF_8))
                    .refused(405, "POST");
        }
        keys.post("/widevine", signed(GOOD), "Content-Type: text/xml").refused(415, "application/json");
    }

    @Test
    void tenMegabytesAreNotRead() {
        HostileClient.Answer answer = keys.post("/widevine", signed(" ".repeat(8 << 20)));

        answer.refused(413, "too large");
        assertThat(answer.allocated()).isLessThan(4 << 20);
    }

    @Test
    void everyTruncationIsRefusedAndNoDamageBreaksAnything() {
        byte[] good = signed(GOOD).getBytes(StandardCharsets.UTF_8);
        for (int length = 0; length < good.length; length++) {
            keys.post("/widevine", Arrays.copyOf(good, length)).refused(400);
        }
        int passed = 0;
        for (int at = 0; at < good.length; at++) {
            byte[] damaged = good.clone();
            damaged[at] ^= (byte) (1 << at % 7);
            HostileClient.Answer answer = keys.post("/widevine", damaged);
            assertThat(answer.status()).as("byte %d", at).isIn(200, 400, 403);
            answer.cheap();
            passed += answer.status() == 200 ? 1 : 0;
        }
        assertThat(passed).as("unused bits of the last Base64 characters").isLessThanOrEqualTo(2);
    }
}

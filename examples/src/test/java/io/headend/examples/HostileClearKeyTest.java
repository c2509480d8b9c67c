package io.headend.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.ProtectionScheme;
import io.headend.drm.ContentKey;
import io.headend.drm.FileKeyStore;
import io.headend.drm.KeyProvider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bad input at {@code /license} of {@code headend keys} with a file of keys. */
@Timeout(120)
class HostileClearKeyTest {

    private static final String KID = "00112233445566778899aabbccddeeff";
    private static final String GOOD = "{\"kids\":[\"ABEiM0RVZneImaq7zN3u_w\"],\"type\":\"temporary\"}";
    private static final String UNKNOWN = GOOD.replace("ABEi", "BBEi");

    @TempDir
    static Path folder;

    private static HostileClient keys;

    @BeforeAll
    static void start() throws IOException {
        Path store = folder.resolve("keys.hks");
        FileKeyStore.open(store, "correct horse battery".toCharArray())
                .put(
                        new KeyProvider.Query("news", "HD", ProtectionScheme.CBCS, KeyProvider.NO_PERIOD),
                        ContentKey.parse(KID + ":0f0e0d0c0b0a09080706050403020100"));
        keys = new HostileClient(
                "--store",
                store.toString(),
                "--passphrase-file",
                HostileClient.file(folder, "passphrase.txt", "correct horse battery"));
    }

    @AfterAll
    static void end() {
        keys.close();
    }

    @Test
    void theGoodRequestIsAnswered() {
        assertThat(keys.post("/license", GOOD).text()).contains("\"k\":\"Dw4NDAsKCQgHBgUEAwIBAA\"");
        assertThat(keys.ask("GET", "/license?kid=" + KID, new byte[0]).body()).hasSize(16);
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                Arguments.of("nothing", "", 400, "JSON"),
                Arguments.of("no object", "[]", 400, "object"),
                Arguments.of("XML", "<kids/>", 400, "JSON"),
                Arguments.of("no kids", "{}", 400, "kids"),
                Arguments.of("kids of another kind", "{\"kids\":{}}", 400, "kids"),
                Arguments.of("numbers for ids", "{\"kids\":[1]}", 400, "string"),
                Arguments.of("a short id", "{\"kids\":[\"AAAA\"]}", 400, "16 bytes"),
                Arguments.of("a long id", "{\"kids\":[\"" + "A".repeat(10_000) + "\"]}", 400, "16 bytes"),
                Arguments.of("an id that is no Base64url", "{\"kids\":[\"****\"]}", 400, "16 bytes"),
                Arguments.of("65 ids", "{\"kids\":[" + "\"ABEiM0RVZneImaq7zN3u_w\",".repeat(64) + "\"\"]}", 400, "64"),
                Arguments.of("an unknown id", UNKNOWN, 404, "known"),
                Arguments.of("members twice", "{\"kids\":[],\"kids\":[]}", 400, "twice"),
                Arguments.of("nested arrays", "[".repeat(8_000), 400, "deeper"),
                Arguments.of("nested objects", "{\"a\":".repeat(3_000), 400, "deeper"),
                Arguments.of("100,000 elements", "[" + "1,".repeat(100_000) + "1]", 413, "more than"),
                Arguments.of("an endless number", "{\"kids\":" + "9".repeat(10_000) + "}", 400, "kids"),
                Arguments.of("a lone surrogate", "{\"kids\":[\"\\ud800\"]}", 400, "16 bytes"),
                Arguments.of("an unknown escape", "{\"\\q\":1}", 400, "escape"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusals")
    void badRequests(String name, String body, int status, String word) {
        keys.post("/license", body, "Content-Type: application/json").refused(status, word);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "kid",
                "kid=",
                "kid=12",
                "kid=%",
                "kid=%zz",
                "kid=0x00112233445566778899aabbccddee",
                "kid=-0112233445566778899aabbccddeeff"
            })
    void badQueries(String query) {
        keys.ask("GET", "/license?" + query, new byte[0]).refused(400, "32 hexadecimal digits");
    }

    @Test
    void unknownIdsAreNotFoundAndNotMade() {
        String unknown = "/license?kid=" + KID.replace("00", "01");
        keys.ask("GET", unknown, new byte[0]).refused(404, "not known");
        keys.ask("GET", unknown, new byte[0]).refused(404, "not known");
        keys.ask("GET", "/nothing", new byte[0]).refused(404, "/license");
    }

    @Test
    void otherMethodsAndContentTypes() {
        for (String method : new String[] {"PUT", "DELETE"}) {
            HostileClient.Answer answer = keys.ask(method, "/license", GOOD.getBytes(StandardCharsets.UTF_8));
            answer.refused(405, "POST");
            assertThat(answer.head()).contains("Allow: GET, POST");
        }
        keys.ask("GET", "/license", GOOD.getBytes(StandardCharsets.UTF_8)).refused(400, "kid=");
        keys.post("/license", GOOD, "Content-Encoding: gzip").refused(415, "not compressed");
        keys.post("/license", GOOD, "Content-Type: application/xml").refused(415, "application/json");
        assertThat(keys.post("/license", GOOD, "Content-Type: text/plain;charset=UTF-8")
                        .status())
                .as("what fetch says of strings")
                .isEqualTo(200);
    }

    @Test
    void tenMegabytesAreNotRead() {
        HostileClient.Answer answer = keys.post("/license", "{\"kids\":[\"" + "A".repeat(10 << 20) + "\"]}");

        answer.refused(413, "too large");
        assertThat(answer.allocated()).isLessThan(4 << 20);
    }

    @Test
    void everyTruncationIsRefusedAndNoDamageBreaksAnything() {
        byte[] good = GOOD.getBytes(StandardCharsets.UTF_8);
        for (int length = 0; length < good.length; length++) {
            keys.post("/license", Arrays.copyOf(good, length)).refused(400);
        }
        for (int bit = 0; bit < 8 * good.length; bit++) {
            byte[] damaged = good.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            HostileClient.Answer answer = keys.post("/license", damaged);
            assertThat(answer.status()).as("bit %d", bit).isIn(200, 400, 404);
            answer.cheap();
        }
    }
}

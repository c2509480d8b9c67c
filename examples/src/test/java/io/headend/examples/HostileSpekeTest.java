package io.headend.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.UUID;
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

/** Bad input at {@code /speke} of {@code headend keys}. */
@Timeout(120)
class HostileSpekeTest {

    private static final String VERSION = "X-Speke-Version: 2.0";
    private static final String KID = "00112233-4455-6677-8899-aabbccddeeff";
    private static final String RULES = "<cpix:ContentKeyUsageRuleList><cpix:ContentKeyUsageRule kid=\"" + KID
            + "\" intendedTrackType=\"ALL\"><cpix:VideoFilter/><cpix:AudioFilter/></cpix:ContentKeyUsageRule>"
            + "</cpix:ContentKeyUsageRuleList>";
    private static final String GOOD = document("", "<cpix:PSSH/>");

    @TempDir
    static Path folder;

    private static HostileClient keys;

    @BeforeAll
    static void start() throws IOException {
        keys = new HostileClient("--secret-file", HostileClient.file(folder, "secret.txt", "00".repeat(32)));
    }

    @AfterAll
    static void end() {
        keys.close();
    }

    /** A request for one key, with something in front of its lists and inside its DRM system. */
    private static String document(String front, String inside) {
        return "<cpix:CPIX contentId=\"news\" version=\"2.3\" xmlns:cpix=\"urn:dashif:org:cpix\""
                + " xmlns:pskc=\"urn:ietf:params:xml:ns:keyprov:pskc\" xmlns:xi=\"http://www.w3.org/2001/XInclude\">"
                + front + "<cpix:ContentKeyList><cpix:ContentKey kid=\"" + KID
                + "\" commonEncryptionScheme=\"cenc\"/></cpix:ContentKeyList><cpix:DRMSystemList><cpix:DRMSystem kid=\""
                + KID + "\" systemId=\"edef8ba9-79d6-4ace-a3c8-27dcd51d21ed\">" + inside
                + "</cpix:DRMSystem></cpix:DRMSystemList>" + RULES + "</cpix:CPIX>";
    }

    private static HostileClient.Answer post(String document) {
        return keys.post("/speke", document, VERSION, "Content-Type: application/xml");
    }

    @Test
    void theGoodRequestIsAnswered() {
        HostileClient.Answer answer = post(GOOD);

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.text()).contains("PlainValue");
        assertThat(post(GOOD).text()).as("asked again").contains("PlainValue");
    }

    static Stream<Arguments> refusals() {
        String other = KID.replace("00", "01");
        return Stream.of(
                Arguments.of("nothing", "", 400, "well-formed"),
                Arguments.of("no XML", "hello", 400, "well-formed"),
                Arguments.of("JSON", "{}", 400, "well-formed"),
                Arguments.of("another root", "<html/>", 400, "root is no CPIX"),
                Arguments.of("no keys", GOOD.replaceAll("<cpix:ContentKey kid.*?/>", ""), 400, "ContentKey"),
                Arguments.of("no rules", GOOD.replace(RULES, ""), 400, "ContentKeyUsageRule"),
                Arguments.of("no content id", GOOD.replace("contentId=\"news\"", ""), 400, "contentId"),
                Arguments.of("a long content id", GOOD.replace("news", "n".repeat(2000)), 400, "contentId"),
                Arguments.of("a control character", GOOD.replace("news", "a&#10;b"), 400, "contentId"),
                Arguments.of("no key id", GOOD.replace(KID, "12"), 400, "kid"),
                Arguments.of("a short key id", GOOD.replace(KID, "1-1-1-1-1"), 400, "kid"),
                Arguments.of(
                        "an unknown key id",
                        GOOD.replace("DRMSystem kid=\"" + KID, "DRMSystem kid=\"" + other),
                        400,
                        "not listed"),
                Arguments.of("an unknown system", GOOD.replace("edef8ba9", "edef8ba8"), 422, "is not served here"),
                Arguments.of("an unknown scheme", GOOD.replace("cenc", "aes9"), 400, "commonEncryptionScheme"),
                Arguments.of("an older version of CPIX", GOOD.replace("2.3", "1.0"), 422, "version"),
                Arguments.of("a newer version of CPIX", GOOD.replace("2.3", "2.4"), 422, "SPEKE 2.0 goes with"),
                Arguments.of(
                        "the same key twice",
                        document("", "")
                                .replace(
                                        "<cpix:ContentKeyList>",
                                        "<cpix:ContentKeyList>" + "<cpix:ContentKey kid=\"" + KID
                                                + "\" commonEncryptionScheme=\"cenc\"/>"),
                        400,
                        "twice"),
                Arguments.of("a document type", "<!DOCTYPE cpix:CPIX>" + GOOD, 400, "document type"),
                Arguments.of("an entity bomb", bomb(), 400, "document type"),
                Arguments.of(
                        "an external entity",
                        "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/hostname\">]>"
                                + document("", "<cpix:PSSH>&e;</cpix:PSSH>"),
                        400,
                        "document type"),
                Arguments.of(
                        "an entity that is not declared",
                        document("", "<cpix:PSSH>&e;</cpix:PSSH>"),
                        400,
                        "well-formed"),
                Arguments.of("text that is no Base64", document("", "<cpix:PSSH>***</cpix:PSSH>"), 400, "Base64"),
                Arguments.of(
                        "long text that is no Base64",
                        document("", "<cpix:PSSH>" + "A".repeat(200_001) + "*</cpix:PSSH>"),
                        400,
                        "Base64"),
                Arguments.of(
                        "nested elements", document("<a>".repeat(20_000) + "</a>".repeat(20_000), ""), 413, "levels"),
                Arguments.of(
                        "a nested signal",
                        document("", "<cpix:PSSH>" + "<a>".repeat(20_000) + "</a>".repeat(20_000) + "</cpix:PSSH>"),
                        413,
                        "levels"),
                Arguments.of("60,000 elements", document("<a/>".repeat(60_000), ""), 413, "elements"),
                Arguments.of("100,000 elements", document("<a/>".repeat(100_000), ""), 413, "body"),
                Arguments.of(
                        "60,000 attributes", document("<a b='' c='' d=''/>".repeat(13_000), ""), 413, "attributes"),
                Arguments.of("300 keys", many(300), 400, "more than 200 keys"),
                Arguments.of("1,500 keys", many(1_500), 413, "at most 1000"),
                Arguments.of("a certificate that is none", document(delivery("AAAA"), "<cpix:PSSH/>"), 400, "X.509"),
                Arguments.of("an unclosed element", GOOD.substring(0, GOOD.length() - 3), 400, "well-formed"));
    }

    private static String many(int count) {
        StringBuilder some = new StringBuilder("<cpix:ContentKeyList>");
        for (int i = 0; i < count; i++) {
            some.append("<cpix:ContentKey kid=\"")
                    .append(new UUID(1, i))
                    .append("\" commonEncryptionScheme=\"cenc\"/>");
        }
        return GOOD.replace("<cpix:ContentKeyList>", some);
    }

    private static String delivery(String certificate) {
        return "<cpix:DeliveryDataList><cpix:DeliveryData><cpix:DeliveryKey>"
                + "<X509Data xmlns=\"http://www.w3.org/2000/09/xmldsig#\"><X509Certificate>" + certificate
                + "</X509Certificate></X509Data></cpix:DeliveryKey></cpix:DeliveryData></cpix:DeliveryDataList>";
    }

    private static String bomb() {
        StringBuilder type = new StringBuilder("<!DOCTYPE x [<!ENTITY a0 \"ha\">");
        for (int i = 1; i < 30; i++) {
            type.append("<!ENTITY a")
                    .append(i)
                    .append(" \"")
                    .append(("&a" + (i - 1) + ";").repeat(10))
                    .append("\">");
        }
        return type + "]>" + document("", "<cpix:PSSH>&a29;</cpix:PSSH>");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusals")
    void badDocuments(String name, String document, int status, String word) {
        post(document).refused(status, word);
    }

    @Test
    void tenMegabytesAreNotRead() {
        String big = document("<!--" + "x".repeat(10 << 20) + "-->", "<cpix:PSSH/>");
        HostileClient.Answer answer = post(big);

        answer.refused(413, "too large");
        assertThat(answer.allocated()).isLessThan(4 << 20);
    }

    @Test
    void nothingIsFetched() throws IOException {
        try (ServerSocket elsewhere = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            String url = "http://127.0.0.1:" + elsewhere.getLocalPort() + "/x";
            elsewhere.setSoTimeout(1);
            post("<!DOCTYPE x SYSTEM \"" + url + "\">" + GOOD).refused(400, "document type");
            post("<!DOCTYPE x [<!ENTITY % e SYSTEM \"" + url + "\"> %e;]>" + GOOD)
                    .refused(400, "document type");
            assertThat(post(document("<xi:include href=\"" + url + "\"/>", "<cpix:PSSH/>"))
                            .status())
                    .as("XInclude is an element like any other")
                    .isEqualTo(200);
            assertThat(post(GOOD.replace(
                                    "<cpix:CPIX ",
                                    "<cpix:CPIX xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\""
                                            + " i:schemaLocation=\"urn:dashif:org:cpix " + url + "\" "))
                            .status())
                    .isEqualTo(200);
            org.assertj.core.api.Assertions.assertThatThrownBy(elsewhere::accept)
                    .isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void longSignalsAreWhatTheyAre() {
        String base64 = Base64.getEncoder().encodeToString(new byte[150_000]);
        HostileClient.Answer answer = post(document("", "<cpix:PSSH>" + base64 + "</cpix:PSSH>"));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).as("what was asked for is filled in anew").hasSizeLessThan(10_000);
        answer.cheap();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Speke-Version: 1.0",
                "X-Speke-Version: 3.0",
                "X-Speke-Version: 2",
                "X-Speke-Version:",
                "X-Other: 2.0"
            })
    void otherVersions(String field) {
        keys.post("/speke", GOOD, field, "Content-Type: application/xml").refused(422, "Unsupported SPEKE version");
    }

    @Test
    void otherMethodsAndContentTypes() {
        byte[] body = GOOD.getBytes(StandardCharsets.UTF_8);
        for (String method : new String[] {"GET", "PUT", "DELETE", "PATCH"}) {
            HostileClient.Answer answer = keys.ask(method, "/speke", body, VERSION);
            answer.refused(405, "POST");
            assertThat(answer.head()).contains("Allow: POST");
        }
        for (String type : new String[] {"application/json", "image/png", "multipart/form-data", "x"}) {
            keys.post("/speke", GOOD, VERSION, "Content-Type: " + type).refused(415, "application/xml");
        }
        assertThat(keys.post("/speke", GOOD, VERSION, "Content-Type: text/xml; charset=utf-8")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void everyTruncationIsRefusedAndNoDamageBreaksAnything() {
        byte[] good = GOOD.getBytes(StandardCharsets.UTF_8);
        for (int length = 0; length < good.length; length++) {
            keys.post("/speke", Arrays.copyOf(good, length), VERSION).refused(400);
        }
        for (int at = 0; at < good.length; at++) {
            byte[] damaged = good.clone();
            damaged[at] ^= (byte) (1 << at % 8);
            HostileClient.Answer answer = keys.post("/speke", damaged, VERSION);
            assertThat(answer.status()).as("byte %d", at).isIn(200, 400, 413, 422);
            answer.cheap();
        }
    }

    @Test
    void otherEncodingsHaveTheSameBounds() {
        byte[] wide = document("<a>".repeat(10_000) + "</a>".repeat(10_000), "").getBytes(StandardCharsets.UTF_16);
        keys.post("/speke", wide, VERSION).refused(413, "levels");
        String declared = "<?xml version=\"1.0\" encoding=\"IBM037\"?>"
                + document("<a>".repeat(20_000) + "</a>".repeat(20_000), "");
        HostileClient.Answer answer = keys.post("/speke", declared.getBytes(Charset.forName("IBM037")), VERSION);
        assertThat(answer.status()).isIn(400, 413);
        answer.cheap();
    }
}

package io.headend.drm.speke;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.http.Headers;
import io.headend.core.http.MediaBody;
import io.headend.core.http.MediaRequest;
import io.headend.core.http.MediaResponse;
import io.headend.drm.DerivedKeys;
import io.headend.drm.DrmSystems;
import io.headend.drm.FairPlay;
import io.headend.drm.PlayReadyHeader;
import io.headend.drm.PsshBox;
import io.headend.drm.WidevineHeader;
import io.headend.drm.cpix.CpixDocument;
import io.headend.drm.cpix.CpixKey;
import io.headend.drm.cpix.CpixSchemas;
import io.headend.drm.cpix.CpixSystem;
import io.headend.drm.cpix.CpixSystem.Signal;
import io.headend.testkit.SharedMedia;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpekeServerTest {

    private final SpekeServer server = new SpekeServer(DerivedKeys.of(new byte[32]), DrmSystems.all());

    @ParameterizedTest
    @CsvSource({
        "EXHAUSTED, 507",
        "MALFORMED, 502",
        "INVALID_ARGUMENT, 502",
        "ACCESS_DENIED, 502",
        "IO, 502",
        "TIMEOUT, 504"
    })
    void whereKeysCannotBeHadTheRequestIsNotToBlame(MediaErrorCode code, int status) throws Exception {
        SpekeServer failing = new SpekeServer(
                id -> {
                    throw new MediaException(code, "A key file holds at most 10 keys.");
                },
                DrmSystems.all());
        byte[] asked = Files.readAllBytes(requests()
                .filter(file -> !file.toString().contains("negative"))
                .findFirst()
                .orElseThrow());
        MediaResponse response =
                failing.handle(request(asked, "2.0")).toCompletableFuture().join();
        assertThat(response.status()).isEqualTo(status);
        assertThat(new String(body(response), StandardCharsets.UTF_8)).contains("A key file holds at most 10 keys.");
    }

    static Stream<Path> requests() throws IOException {
        Path folder = SharedMedia.require("packaging/speke-requests");
        return Files.walk(folder)
                .filter(file -> file.toString().endsWith(".xml"))
                .sorted();
    }

    @ParameterizedTest
    @MethodSource("requests")
    void answersRealRequests(Path file) throws Exception {
        byte[] request = Files.readAllBytes(file);
        MediaResponse response = post(request, "2.0");

        if (file.toString().contains("negative")) {
            assertThat(response.status()).isBetween(400, 422);
            return;
        }
        byte[] answer = body(response);
        assertThat(response.status())
                .as(new String(answer, StandardCharsets.UTF_8))
                .isEqualTo(200);
        assertThat(response.headers().first("X-Speke-Version")).contains("2.0");
        assertThat(response.headers().first("X-Speke-User-Agent")).isPresent();
        assertThat(response.headers().first("Content-Type").orElseThrow()).startsWith("application/xml");
        CpixSchemas.validate(answer, "2.3");
        CpixDocument asked = CpixDocument.parse(request);
        CpixDocument filled = CpixDocument.parse(answer);
        assertThat(filled.contentId()).isEqualTo(asked.contentId());
        assertThat(filled.rules()).isEqualTo(asked.rules());
        assertThat(filled.periods()).isEqualTo(asked.periods());
        assertThat(filled.keys()).hasSameSizeAs(asked.keys()).allSatisfy(key -> {
            assertThat(key.key()).isPresent();
            assertThat(key.key().orElseThrow().iv().hasRemaining())
                    .isEqualTo(key.scheme().equals("cbcs"));
        });
        assertThat(filled.systems()).hasSameSizeAs(asked.systems());
        for (int i = 0; i < asked.systems().size(); i++) {
            assertFilled(asked.systems().get(i), filled.systems().get(i));
        }
        assertThat(body(post(request, "2.0"))).as("the same request again").isEqualTo(answer);
    }

    private static void assertFilled(CpixSystem asked, CpixSystem filled) {
        boolean fairPlay = asked.systemId().equals(FairPlay.SYSTEM_ID);
        assertThat(filled.keyId()).isEqualTo(asked.keyId());
        assertThat(filled.systemId()).isEqualTo(asked.systemId());
        for (Signal kind : asked.signals().keySet()) {
            if (fairPlay && (kind == Signal.PSSH || kind == Signal.CONTENT_PROTECTION_DATA)) {
                assertThat(filled.signals()).doesNotContainKey(kind);
            } else {
                assertThat(filled.signals().get(kind)).isNotEmpty();
            }
        }
        String media = decoded(filled.signals().get(Signal.HLS_MEDIA));
        String multivariant = decoded(filled.signals().get(Signal.HLS_MULTIVARIANT));
        assertThat(multivariant).isEqualTo(media.replace("#EXT-X-KEY:", "#EXT-X-SESSION-KEY:"));
        if (fairPlay) {
            assertThat(media).contains("skd://" + asked.keyId(), "KEYFORMAT=\"com.apple.streamingkeydelivery\"");
            return;
        }
        String box = filled.signals().get(Signal.PSSH);
        assertThat(PsshBox.parse(ByteBuffer.wrap(Base64.getDecoder().decode(box)))
                        .systemId())
                .isEqualTo(asked.systemId());
        assertThat(decoded(filled.signals().get(Signal.CONTENT_PROTECTION_DATA)))
                .startsWith("<pssh xmlns=\"urn:mpeg:cenc:2013\">" + box + "</pssh>");
        assertThat(media)
                .contains(
                        asked.systemId().equals(PlayReadyHeader.SYSTEM_ID)
                                ? "KEYFORMAT=\"com.microsoft.playready\""
                                : "KEYFORMAT=\"urn:uuid:" + WidevineHeader.SYSTEM_ID + "\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ContentKeyList",
                "DRMSystemList",
                "ContentKeyUsageRuleList",
                "ContentKey",
                "DRMSystem",
                "ContentKeyUsageRule"
            })
    void refusesRequestsWithoutAnElement(String element) throws IOException {
        String request = generic().replaceAll("(?s)<cpix:" + element + "[ >].*</cpix:" + element + ">", "");

        assertThat(request).isNotEqualTo(generic());
        assertThat(post(request).status()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({
        "ContentKey, kid",
        "ContentKey, commonEncryptionScheme",
        "DRMSystem, kid",
        "DRMSystem, systemId",
        "ContentKeyUsageRule, kid",
        "ContentKeyUsageRule, intendedTrackType"
    })
    void refusesRequestsWithoutAnAttribute(String element, String attribute) throws IOException {
        String request = generic().replaceAll("(<cpix:" + element + " [^>]*?)" + attribute + "=\"[^\"]*\"", "$1");

        assertThat(request).isNotEqualTo(generic());
        assertThat(post(request).status()).isEqualTo(400);
    }

    @Test
    void refusesFairPlayWithCenc() throws IOException {
        String request =
                Files.readString(SharedMedia.require("packaging/speke-requests/test_case_1_p_v_1_a_1/3_fairplay.xml"));

        assertThat(post(request.replace("cbcs", "cenc")).status()).isEqualTo(400);
    }

    @Test
    void refusesOtherVersionsMethodsAndLengths() throws IOException {
        byte[] request = generic().getBytes(StandardCharsets.UTF_8);

        assertThat(post(request, "1.0").status()).isEqualTo(422);
        assertThat(post(request, "2.1").status()).as("2.1 goes with CPIX 2.4").isEqualTo(422);
        assertThat(post(new byte[0], "2.0").status()).isEqualTo(400);
        assertThat(post(new byte[10 << 20], "2.0").status()).isEqualTo(413);
        assertThat(server.handle(MediaRequest.get("/speke"))
                        .toCompletableFuture()
                        .join()
                        .status())
                .isEqualTo(405);
    }

    @Test
    void answersVersion21WithTheOtherVocabulary() throws Exception {
        String request =
                generic().replace("version=\"2.3\"", "version=\"2.4\"").replace("\"master\"", "\"multiVariant\"");
        MediaResponse response = post(request.getBytes(StandardCharsets.UTF_8), "2.1");

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.headers().first("X-Speke-Version")).contains("2.1");
        CpixSchemas.validate(body(response), "2.4");
    }

    @Test
    void unknownKeysAndSystemsAreNamed() throws IOException {
        MediaResponse unknown = new SpekeServer(id -> Optional.empty(), DrmSystems.all())
                .handle(request(generic().getBytes(StandardCharsets.UTF_8), "2.0"))
                .toCompletableFuture()
                .join();
        MediaResponse unserved = new SpekeServer(DerivedKeys.of(new byte[16]), DrmSystems.of(PlayReadyHeader.SYSTEM_ID))
                .handle(request(generic().getBytes(StandardCharsets.UTF_8), "2.0"))
                .toCompletableFuture()
                .join();

        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unserved.status()).isEqualTo(422);
    }

    @Test
    void keysAreThoseOfThePackager() throws IOException {
        DerivedKeys keys = DerivedKeys.of(new byte[32]);
        CpixDocument filled = CpixDocument.parse(body(post(generic())));

        for (CpixKey key : filled.keys()) {
            assertThat(key.key().orElseThrow().secret())
                    .isEqualTo(keys.find(key.id()).orElseThrow().secret());
        }
    }

    private static String generic() {
        try {
            return Files.readString(SharedMedia.require("packaging/speke-requests/general/"
                    + "1_generic_spekev2_dash_widevine_preset_video_1_audio_1_no_rotation.xml"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private MediaResponse post(String request) {
        return post(request.getBytes(StandardCharsets.UTF_8), "2.0");
    }

    private MediaResponse post(byte[] body, String version) {
        return server.handle(request(body, version)).toCompletableFuture().join();
    }

    private static MediaRequest request(byte[] body, String version) {
        return new MediaRequest(
                "POST",
                "/speke/v2.0/copyProtection",
                "",
                Headers.of("X-Speke-Version", version),
                new MediaBody.Bytes(ByteBuffer.wrap(body)));
    }

    private static byte[] body(MediaResponse response) {
        return response.body().collect(1 << 20).toCompletableFuture().join();
    }

    private static String decoded(String base64) {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    }
}

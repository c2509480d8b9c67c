package io.headend.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.MediaException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may publish and who may not. */
class PublishAuthTest {

    private static final Instant NOW = Instant.ofEpochSecond(0x5C2B6DC5L);
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

    private static PublishDecision ask(PublishAuth auth, String stream, Map<String, String> parameters, String from) {
        try {
            return auth.decide(new PublishRequest("rtmp", "live", stream, parameters, InetAddress.getByName(from)))
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static String hash(String algorithm, String text) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance(algorithm).digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static boolean signed(String secret, String time, String stream) {
        return ask(
                        PublishAuth.txSecret("primary", "backup", CLOCK),
                        stream,
                        Map.of("txSecret", secret, "txTime", time),
                        "127.0.0.1")
                .accepted();
    }

    @Test
    void theSignatureIsTheMd5OfKeyStreamAndTime() throws Exception {
        // echo -n primarycam15C2B7BD5 | md5sum
        assertThat(hash("MD5", "primarycam15C2B7BD5")).isEqualTo("1880805bc42b4d2a4209e31bb0291684");
        assertThat(signed("1880805bc42b4d2a4209e31bb0291684", "5C2B7BD5", "cam1"))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "MD5, primary, 5C2B7BD5, cam1, true",
        "MD5, primary, 5c2b7bd5, cam1, true",
        "SHA-256, primary, 5C2B7BD5, cam1, true",
        "MD5, backup, 5C2B7BD5, cam1, true",
        "SHA-256, backup, 1546353621, cam1, true",
        "MD5, other, 5C2B7BD5, cam1, false",
        "MD5, primary, 5C2B7BD5, cam2, false",
        "MD5, primary, 5C2B6DC4, cam1, false",
        "MD5, primary, 1546350020, cam1, false",
        "MD5, primary, zz, cam1, false",
        "MD5, primary, '', cam1, false",
    })
    void onlyTheRightKeyForTheRightStreamInTimeIsGood(
            String algorithm, String key, String time, String stream, boolean good) throws Exception {
        String secret = hash(algorithm, key + "cam1" + time);
        assertThat(signed(secret, time, stream)).isEqualTo(good);
        assertThat(signed(secret.toUpperCase(Locale.ROOT), time, stream)).isEqualTo(good);
        assertThat(signed(secret.substring(1), time, stream)).isFalse();
    }

    @Test
    void aUrlWithoutSignatureIsRejectedWithAReason() {
        PublishDecision decision = ask(PublishAuth.txSecret("k", "", CLOCK), "cam1", Map.of(), "127.0.0.1");
        assertThat(decision.accepted()).isFalse();
        assertThat(decision.reason()).contains("txSecret");
        assertThatThrownBy(() -> PublishAuth.txSecret("", "", CLOCK)).isInstanceOf(MediaException.class);
    }

    @ParameterizedTest
    @CsvSource({"ann, secret, true", "ann, Secret, false", "bob, secret, false", "bob, '', false", "'', '', false"})
    void passwordsBelongToUsers(String user, String password, boolean good) {
        PublishAuth auth = PublishAuth.credentials(Map.of("ann", "secret"));
        assertThat(ask(auth, "s", Map.of("user", user, "pass", password), "127.0.0.1")
                        .accepted())
                .isEqualTo(good);
    }

    @ParameterizedTest
    @CsvSource({
        "10.1.2.3, true",
        "11.1.2.3, false",
        "192.168.1.5, true",
        "192.168.1.6, false",
        "2001:db8:ffff::1, true",
        "2001:db9::1, false",
        "0a01:0203::, false"
    })
    void networksAreBlocksOfAddresses(String address, boolean good) {
        PublishAuth auth = PublishAuth.cidr(List.of("10.0.0.0/8", "192.168.1.5", "2001:db8::/32"));
        assertThat(ask(auth, "s", Map.of(), address).accepted()).isEqualTo(good);
    }

    @ParameterizedTest
    @CsvSource({"example.org/8", "10.0.0.0/33", "10.0.0.0/x", "10.0.0.0/-1", "''"})
    void whatIsNoNetworkIsRefused(String block) {
        assertThatThrownBy(() -> PublishAuth.cidr(List.of(block))).isInstanceOf(MediaException.class);
    }

    @Test
    void allOfThemMustAgree() {
        PublishAuth later = request -> CompletableFuture.supplyAsync(() -> PublishDecision.reject("asked elsewhere"));
        PublishAuth both = PublishAuth.all(PublishAuth.open(), later, request -> {
            throw new AssertionError("asked after a rejection");
        });
        assertThat(ask(both, "s", Map.of(), "127.0.0.1").reason()).isEqualTo("asked elsewhere");
        assertThat(ask(PublishAuth.all(), "s", Map.of(), "127.0.0.1").accepted())
                .isTrue();
    }
}

package io.headend.drm.speke;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.ProtectionScheme;
import io.headend.core.http.Headers;
import io.headend.core.http.MediaResponse;
import io.headend.drm.ContentKey;
import io.headend.drm.DerivedKeys;
import io.headend.drm.DrmSystems;
import io.headend.drm.FairPlay;
import io.headend.drm.KeyProvider.Query;
import io.headend.drm.PlayReadyHeader;
import io.headend.drm.WidevineHeader;
import io.headend.drm.cpix.CpixRecipient;
import io.headend.drm.cpix.TestRecipients;
import io.headend.drm.speke.SpekeClient.Tracks;
import io.headend.testkit.LoopbackServer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(20)
class SpekeClientTest {

    private static final DerivedKeys KEYS = DerivedKeys.of(new byte[32]);

    @ParameterizedTest
    @EnumSource(Tracks.class)
    void keysComeFromOurServer(Tracks tracks) throws Exception {
        try (LoopbackServer server = new LoopbackServer(new SpekeServer(KEYS, DrmSystems.all()))) {
            SpekeClient client = SpekeClient.builder(server.uri())
                    .tracks(tracks)
                    .systems(Set.of(WidevineHeader.SYSTEM_ID, PlayReadyHeader.SYSTEM_ID, FairPlay.SYSTEM_ID))
                    .build();

            ContentKey picture = client.key(new Query("news", "HD", ProtectionScheme.CBCS, 3));
            ContentKey sound = client.key(new Query("news", "AUDIO", ProtectionScheme.CBCS, 3));

            assertThat(picture.secret())
                    .isEqualTo(KEYS.find(picture.id()).orElseThrow().secret());
            assertThat(picture.iv()).isEqualTo(picture.withConstantIv().iv()).isNotEqualTo(ByteBuffer.allocate(0));
            assertThat(sound.id().equals(picture.id())).isEqualTo(tracks == Tracks.SHARED);
            assertThat(picture.systems())
                    .hasSize(3)
                    .anySatisfy(system -> assertThat(system.licenseUrl()).isEqualTo("skd://" + picture.id()));
            assertThat(server.requests()).isEqualTo(1);
            assertThat(client.key(new Query("news", "HD", ProtectionScheme.CBCS, 4))
                            .id())
                    .isNotEqualTo(picture.id());
            assertThat(server.requests()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @CsvSource({"CENC", "CBCS"})
    void keysTravelEncryptedForARecipient(ProtectionScheme scheme) throws Exception {
        CpixRecipient recipient = TestRecipients.recipient("packager");
        SpekeServer server = new SpekeServer(KEYS, DrmSystems.all());
        StringBuilder seen = new StringBuilder();
        try (LoopbackServer loopback =
                new LoopbackServer(request -> server.handle(request).thenApply(answer -> {
                    seen.append(new String(
                            answer.body().collect(1 << 20).toCompletableFuture().join(), StandardCharsets.UTF_8));
                    return answer;
                }))) {
            SpekeClient client =
                    SpekeClient.builder(loopback.uri()).recipient(recipient).build();

            ContentKey key = client.key(new Query("news", "SD", scheme, -1));

            assertThat(key.secret()).isEqualTo(KEYS.find(key.id()).orElseThrow().secret());
            assertThat(seen).contains("EncryptedValue").doesNotContain("PlainValue");
        }
    }

    @Test
    void refusalsAreErrorsWithACode() throws Exception {
        try (LoopbackServer server = new LoopbackServer(new SpekeServer(id -> Optional.empty(), DrmSystems.all()))) {
            assertFails(SpekeClient.builder(server.uri()).build(), MediaErrorCode.NOT_FOUND);
        }
        try (LoopbackServer server = new LoopbackServer(request -> CompletableFuture.completedFuture(
                MediaResponse.ok("application/xml", ByteBuffer.wrap("<no/>".getBytes(StandardCharsets.UTF_8)))))) {
            assertFails(
                    SpekeClient.builder(server.uri())
                            .headers(Headers.of("Authorization", "Bearer x"))
                            .build(),
                    MediaErrorCode.MALFORMED);
        }
    }

    private static void assertFails(SpekeClient client, MediaErrorCode code) {
        assertThatThrownBy(() -> client.key(new Query("news", "HD", ProtectionScheme.CBCS, -1)))
                .isInstanceOfSatisfying(
                        MediaException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}

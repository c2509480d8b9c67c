package io.headend.drm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.MediaException;
import io.headend.core.ProtectionScheme;
import io.headend.drm.PlayReadyHeader.Version;
import io.headend.drm.json.JsonReader;
import io.headend.drm.json.JsonValue;
import io.headend.testkit.SharedMedia;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PlayReadyTest {

    private static final ContentKey PEER_KEY =
            ContentKey.parse("31323334353637383930313233343536:32333435363738393021323334353637");

    @Test
    void keyOfASeedAndItsChecksumEqualTheVectors() throws IOException {
        JsonValue vectors = vectors();
        UUID id = UUID.fromString(vectors.text("kid").orElseThrow());

        ContentKey key = PlayReadyKeys.fromSeed(decoded(vectors, "key_seed_base64"), id);

        assertThat(HexFormat.of().withUpperCase().formatHex(key.secret().getEncoded()))
                .isEqualTo(vectors.text("content_key_hex").orElseThrow());
        assertThat(PlayReadyKeys.checksum(key).base64())
                .isEqualTo(vectors.text("checksum_base64").orElseThrow());
    }

    @Test
    void headersObjectsAndBoxesEqualTheVectors() throws IOException {
        JsonValue vectors = vectors();
        UUID id = UUID.fromString(vectors.text("kid").orElseThrow());
        ContentKey key = PlayReadyKeys.fromSeed(decoded(vectors, "key_seed_base64"), id);
        String url = vectors.text("la_url").orElseThrow();
        PlayReadyHeader header = new PlayReadyHeader(Version.V4_2, id, Optional.of(PlayReadyKeys.checksum(key)), url);

        assertThat(header.toXml().getBytes(StandardCharsets.UTF_16LE)).isEqualTo(decoded(vectors, "wrmheader_base64"));
        assertThat(new PlayReadyHeader(Version.V4_2, id, Optional.empty(), url)
                        .toXml()
                        .getBytes(StandardCharsets.UTF_16LE))
                .isEqualTo(decoded(vectors, "wrmheader_without_checksum_base64"));
        assertThat(header.toObject()).isEqualTo(ByteBuffer.wrap(decoded(vectors, "playready_object_base64")));
        assertThat(header.pssh().toByteBuffer()).isEqualTo(ByteBuffer.wrap(decoded(vectors, "v0_pssh_base64")));
        assertThat(new PsshBox(PlayReadyHeader.SYSTEM_ID, List.of(id), header.toObject()).toByteBuffer())
                .isEqualTo(ByteBuffer.wrap(decoded(vectors, "v1_pssh_base64")));
    }

    @ParameterizedTest
    @EnumSource(ProtectionScheme.class)
    void writesTheObjectOfAPeer(ProtectionScheme scheme) throws IOException {
        String mpd = Files.readString(SharedMedia.require("packaging/golden/" + scheme.fourcc() + "/manifest.mpd"));
        Matcher object = Pattern.compile("<mspr:pro>([^<]+)").matcher(mpd);
        assertThat(object.find()).isTrue();

        assertThat(PlayReadyHeader.of(PEER_KEY, scheme, "").toObject())
                .isEqualTo(ByteBuffer.wrap(Base64.getDecoder().decode(object.group(1))));
    }

    @Test
    void licenceUrlsAreEscaped() {
        String xml = new PlayReadyHeader(Version.V4_3, PEER_KEY.id(), Optional.empty(), "https://a/?b&c<d>").toXml();

        assertThat(xml).contains("<LA_URL>https://a/?b&amp;c&lt;d&gt;</LA_URL>");
    }

    @Test
    void refusesWhatPlayersCannotRead() {
        assertThatThrownBy(() -> PlayReadyKeys.fromSeed(new byte[29], PEER_KEY.id()))
                .isInstanceOf(MediaException.class)
                .hasMessageContaining("30 bytes");
        assertThatThrownBy(() -> new PlayReadyHeader(
                        Version.V4_3, PEER_KEY.id(), Optional.of(PlayReadyKeys.checksum(PEER_KEY)), ""))
                .isInstanceOf(MediaException.class);
        PlayReadyHeader huge = new PlayReadyHeader(Version.V4_0, PEER_KEY.id(), Optional.empty(), "x".repeat(40_000));
        assertThatThrownBy(huge::toObject).isInstanceOf(MediaException.class).hasMessageContaining("65535");
    }

    private static JsonValue vectors() throws IOException {
        return JsonReader.read(Files.readAllBytes(SharedMedia.require("packaging/vectors/playready.json")));
    }

    private static byte[] decoded(JsonValue vectors, String name) {
        return Base64.getDecoder().decode(vectors.text(name).orElseThrow());
    }
}

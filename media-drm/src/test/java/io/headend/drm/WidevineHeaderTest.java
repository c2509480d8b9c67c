package io.headend.drm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.MediaException;
import io.headend.core.ProtectionScheme;
import io.headend.drm.json.JsonReader;
import io.headend.drm.json.JsonValue;
import io.headend.testkit.SharedMedia;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class WidevineHeaderTest {

    private static final UUID KEY_ID = UUID.fromString("31323334-3536-3738-3930-313233343536");

    @Test
    void bytesEqualTheVectors() throws IOException {
        JsonValue vectors = JsonReader.read(Files.readAllBytes(SharedMedia.require("packaging/vectors/widevine.json")));
        JsonValue named = vectors.member("pycpix").orElseThrow();
        WidevineHeader header = new WidevineHeader(
                List.of(UUID.fromString("c2faf66e-2852-cc4c-4a75-1f0a2a941fdb")),
                "widevine_test",
                ByteBuffer.wrap("uspwvtest3".getBytes(StandardCharsets.UTF_8)),
                OptionalLong.empty(),
                Optional.empty());

        assertThat(header.toByteBuffer()).isEqualTo(decoded(named, "data_base64"));
        assertThat(WidevineHeader.of(List.of(KEY_ID), ProtectionScheme.CBCS)
                        .pssh()
                        .toByteBuffer())
                .isEqualTo(decoded(vectors.member("shaka_cbcs").orElseThrow(), "pssh_box_base64"));
        assertThat(PsshBox.common(List.of(KEY_ID)).toByteBuffer())
                .isEqualTo(decoded(vectors.member("common_v1").orElseThrow(), "pssh_box_base64"));
    }

    @Property(tries = 200)
    void readsWhatItWrites(
            @ForAll @Size(max = 4) List<Long> keys,
            @ForAll byte[] content,
            @ForAll @LongRange(min = 0) long period,
            @ForAll ProtectionScheme scheme) {
        List<UUID> ids = keys.stream().map(low -> new UUID(~low, low)).toList();
        WidevineHeader header = new WidevineHeader(
                ids, "provider", ByteBuffer.wrap(content), OptionalLong.of(period), Optional.of(scheme));

        assertThat(WidevineHeader.parse(header.toByteBuffer())).isEqualTo(header);
    }

    @Property(tries = 2000)
    void bytesOfStrangersAreReadOrRefused(@ForAll @Size(max = 60) byte[] bytes) {
        try {
            WidevineHeader.parse(ByteBuffer.wrap(bytes));
        } catch (MediaException e) {
            assertThat(e).hasMessageContaining("Widevine header");
        }
    }

    @Test
    void refusesLengthsBeyondTheEnd() {
        assertThatThrownBy(() -> WidevineHeader.parse(ByteBuffer.wrap(new byte[] {0x12, 0x7f, 1})))
                .isInstanceOf(MediaException.class)
                .hasMessageContaining("lengths");
    }

    private static ByteBuffer decoded(JsonValue vectors, String name) {
        return ByteBuffer.wrap(Base64.getDecoder().decode(vectors.text(name).orElseThrow()));
    }
}

package io.headend.drm;

import static io.headend.drm.Tracks.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.ContentProtection.DrmSystem;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.testkit.SharedMedia;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class PsshBoxTest {

    private static final UUID KEY_ID = UUID.fromString("31323334-3536-3738-3930-313233343536");

    /** As shaka-packager 3.4.2 writes it. */
    private static final String COMMON = "AAAANHBzc2gBAAAAEHfv7MCyTQKs4zweUuL7SwAAAAExMjM0NTY3ODkwMTIzNDU2AAAAAA==";

    private static final String WIDEVINE =
            "AAAAOHBzc2gAAAAA7e+LqXnWSs6jyCfc1R0h7QAAABgSEDEyMzQ1Njc4OTAxMjM0NTZI88aJmwY=";

    private static ByteBuffer base64(String text) {
        return ByteBuffer.wrap(Base64.getDecoder().decode(text));
    }

    @Test
    void writesTheCommonBox() {
        assertThat(PsshBox.common(List.of(KEY_ID)).toByteBuffer()).isEqualTo(base64(COMMON));
        DrmSystem system = PsshBox.commonSystem(KEY_ID);
        assertThat(system.systemId()).isEqualTo(PsshBox.COMMON);
        assertThat(system.pssh()).isEqualTo(base64(COMMON));
    }

    @Test
    void readsAndWritesBothVersions() {
        PsshBox common = PsshBox.parse(base64(COMMON));
        assertThat(common).isEqualTo(PsshBox.common(List.of(KEY_ID)));
        PsshBox widevine = PsshBox.parse(base64(WIDEVINE));
        assertThat(widevine.systemId()).hasToString("edef8ba9-79d6-4ace-a3c8-27dcd51d21ed");
        assertThat(widevine.keyIds()).isEmpty();
        assertThat(widevine.data().remaining()).isEqualTo(24);
        assertThat(widevine.toByteBuffer()).isEqualTo(base64(WIDEVINE));
    }

    @Test
    void clearKeyNamesTheLicenceServer() {
        DrmSystem system = PsshBox.clearKeySystem("https://keys.example/license");
        assertThat(system.systemId()).isEqualTo(PsshBox.CLEAR_KEY);
        assertThat(system.pssh().hasRemaining()).isFalse();
        assertThat(system.licenseUrl()).isEqualTo("https://keys.example/license");
    }

    /** Every box among the vectors survives reading and writing. */
    @Test
    void vectorsRoundTrip() throws IOException {
        int boxes = 0;
        for (String file : List.of("widevine.json", "playready.json")) {
            String json = Files.readString(SharedMedia.require("packaging/vectors/" + file));
            Matcher matcher = Pattern.compile("\"(AAA[A-Za-z0-9+/]*cHNzaA|AAA[A-Za-z0-9+/]*Bzc2g[A-Za-z0-9+/]+=*)\"")
                    .matcher(json);
            while (matcher.find()) {
                ByteBuffer box = base64(matcher.group(1));
                assertThat(PsshBox.parse(box).toByteBuffer()).isEqualTo(box);
                boxes++;
            }
        }
        assertThat(boxes).isGreaterThanOrEqualTo(2);
    }

    @Test
    void refusesDamagedBoxes() {
        for (String text : List.of(
                "",
                "0000002070737368",
                "00000020" + "70737369" + "00".repeat(24),
                "00000021" + "70737368" + "00".repeat(24),
                "00000020" + "70737368" + "00".repeat(20) + "00000001",
                "00000020" + "70737368" + "01" + "00".repeat(19) + "10000000")) {
            assertThatThrownBy(() -> PsshBox.parse(hex(text)))
                    .isInstanceOfSatisfying(
                            MediaException.class, e -> assertThat(e.code()).isEqualTo(MediaErrorCode.MALFORMED));
        }
    }

    @Property(tries = 500)
    void roundTrip(@ForAll @Size(max = 5) List<Long> halves, @ForAll @Size(max = 50) byte[] data) {
        List<UUID> ids = halves.stream().map(half -> new UUID(half, ~half)).toList();
        PsshBox box = new PsshBox(PsshBox.COMMON, ids, ByteBuffer.wrap(data));
        assertThat(PsshBox.parse(box.toByteBuffer())).isEqualTo(box);
    }

    @Property(tries = 1000)
    void anyBytesGiveAValueOrAnError(@ForAll @Size(max = 60) byte[] bytes, @ForAll boolean versionOne) {
        ByteBuffer box = ByteBuffer.allocate(12 + bytes.length)
                .putInt(12 + bytes.length)
                .putInt(0x70737368)
                .putInt(versionOne ? 1 << 24 : 0)
                .put(bytes)
                .flip();
        for (ByteBuffer input : List.of(box, ByteBuffer.wrap(bytes))) {
            try {
                assertThat(PsshBox.parse(input).toByteBuffer().remaining()).isLessThanOrEqualTo(input.remaining());
            } catch (MediaException e) {
                assertThat(e.code()).isIn(MediaErrorCode.MALFORMED, MediaErrorCode.UNSUPPORTED);
            }
        }
    }
}

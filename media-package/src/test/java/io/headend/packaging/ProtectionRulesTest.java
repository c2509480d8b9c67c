package io.headend.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.ContentProtection;
import io.headend.core.ContentProtection.DrmSystem;
import io.headend.core.ProtectionScheme;
import io.headend.testkit.SharedMedia;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules of protection: clean output keeps them, and a sample breaks each. */
class ProtectionRulesTest {

    private static final UUID KEY = new UUID(0x1111_2222_3333_4444L, 0x5555_6666_7777_8888L);
    private static final UUID COMMON = UUID.fromString("1077efec-c0b2-4d02-ace3-3c1e52e2fb4b");
    private static final UUID WIDEVINE = UUID.fromString("edef8ba9-79d6-4ace-a3c8-27dcd51d21ed");
    private static final String HEX = "11112222333344445555666677778888";

    @TempDir
    static Path folder;

    private static Conformance.Source encrypted = path -> Optional.empty();
    private static Conformance.Source clear = path -> Optional.empty();

    @BeforeAll
    static void make() {
        encrypted = write("encrypted", true);
        clear = write("clear", false);
    }

    private static Conformance.Source write(String name, boolean protect) {
        try (Mezzanine film = Mezzanine.builder()
                .segment(Duration.ofSeconds(2))
                .input(SharedMedia.require("packaging/src-clips/s8_v360.mp4"))
                .protection(rendition -> protect ? Optional.of(new FakeProtector(protection())) : Optional.empty())
                .open()) {
            film.write(folder.resolve(name), EnumSet.of(Mezzanine.Output.HLS, Mezzanine.Output.DASH), done -> {});
        }
        return Conformance.folder(folder.resolve(name));
    }

    private static ContentProtection protection() {
        return new ContentProtection(
                ProtectionScheme.CENC,
                KEY,
                8,
                ByteBuffer.allocate(0),
                ContentProtection.Pattern.NONE,
                List.of(
                        new DrmSystem(COMMON, pssh(COMMON, KEY), ""),
                        new DrmSystem(WIDEVINE, pssh(WIDEVINE, KEY), "")));
    }

    private static ByteBuffer pssh(UUID system, UUID key) {
        return ByteBuffer.allocate(52)
                .putInt(52)
                .putInt(0x7073_7368)
                .putInt(1 << 24)
                .putLong(system.getMostSignificantBits())
                .putLong(system.getLeastSignificantBits())
                .putInt(1)
                .putLong(key.getMostSignificantBits())
                .putLong(key.getLeastSignificantBits())
                .putInt(0)
                .flip();
    }

    /** Rules of protection that are broken in HLS and DASH when one object is replaced. */
    private static Set<String> broken(Conformance.Source source, String path, UnaryOperator<ByteBuffer> change) {
        Conformance.Source changed =
                asked -> source.find(asked).map(bytes -> asked.equals(path) ? change.apply(bytes) : bytes);
        List<Conformance.Violation> found = new ArrayList<>(Conformance.checkHls(changed, "master.m3u8"));
        found.addAll(Conformance.checkDash(changed, "manifest.mpd"));
        return found.stream()
                .map(Conformance.Violation::rule)
                .filter(rule -> rule.startsWith("drm."))
                .collect(Collectors.toSet());
    }

    private static Set<String> said(Conformance.Source source, String path, String text, String other) {
        return broken(source, path, bytes -> {
            String whole = StandardCharsets.UTF_8.decode(bytes).toString();
            String changed = whole.replaceAll(text, other);
            assertThat(changed).as("the change finds its place").isNotEqualTo(whole);
            return ByteBuffer.wrap(changed.getBytes(StandardCharsets.UTF_8));
        });
    }

    /** Bytes with each place of one text changed. */
    private static ByteBuffer replaced(ByteBuffer bytes, String hex, String other) {
        byte[] all = new byte[bytes.remaining()];
        bytes.duplicate().get(all);
        String whole = HexFormat.of().formatHex(all);
        assertThat(whole).contains(hex);
        return ByteBuffer.wrap(HexFormat.of().parseHex(whole.replace(hex, other)));
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void cleanOutputKeepsThem() {
        assertThat(broken(encrypted, "", bytes -> bytes)).isEmpty();
        assertThat(broken(clear, "", bytes -> bytes)).isEmpty();
        assertThat(Conformance.rules())
                .extracting(Conformance.Rule::id)
                .contains("drm.key", "drm.clear", "drm.kid", "drm.pssh", "drm.scheme");
    }

    @Test
    void whatIsEncryptedIsListedWithAKey() {
        assertThat(said(encrypted, "v360/media.m3u8", "#EXT-X-KEY:[^\n]*\n", ""))
                .containsExactly("drm.key");
        assertThat(said(encrypted, "manifest.mpd", "mp4protection:2011", "other"))
                .contains("drm.key");
    }

    @Test
    void whatIsListedWithAKeyIsNotClear() {
        ByteBuffer plain = clear.find("v360/init.mp4").orElseThrow();
        assertThat(broken(encrypted, "v360/init.mp4", init -> plain.duplicate()))
                .contains("drm.clear");
        assertThat(broken(encrypted, "v360/1.m4s", segment -> {
                    ByteBuffer unmarked = replaced(segment, hex("senc"), hex("free"));
                    return replaced(unmarked, hex("saiz"), hex("free"));
                }))
                .containsExactly("drm.clear");
    }

    @Test
    void aClearSegmentIsNotListedAsAes128() {
        String key = "#EXT-X-KEY:METHOD=AES-128,URI=\"https://keys.example/1\"\n#EXTINF";
        assertThat(said(clear, "v360/media.m3u8", "(?s)^(.*?)#EXTINF", "$1" + key))
                .containsExactly("drm.clear");
    }

    @ParameterizedTest
    @CsvSource({
        "drm.kid, v360/media.m3u8, KEYID=0x" + HEX + ", KEYID=0xffffffffffffffffffffffffffffffff",
        "drm.kid, manifest.mpd, 'default_KID=\"[^\"]*\"', 'default_KID=\"00000000-0000-0007-0000-000000000007\"'",
        "drm.scheme, v360/media.m3u8, SAMPLE-AES-CTR, SAMPLE-AES",
        "drm.scheme, manifest.mpd, 'value=\"cenc\"', 'value=\"cbcs\"'"
    })
    void manifestsNameKeyMethodAndSchemeOfTheFragments(String rule, String path, String text, String other) {
        assertThat(said(encrypted, path, text, other)).containsExactly(rule);
    }

    @Test
    void boxesThatNameKeysNameTheOneInUse() {
        assertThat(broken(encrypted, "v360/init.mp4", init -> {
                    String named = "00000001" + HEX;
                    return replaced(init, named, "00000001" + "e".repeat(32));
                }))
                .containsExactly("drm.pssh");
    }
}

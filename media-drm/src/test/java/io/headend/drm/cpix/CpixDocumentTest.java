package io.headend.drm.cpix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.ProtectionScheme;
import io.headend.drm.ContentKey;
import io.headend.drm.KeyProvider;
import io.headend.drm.KeyProvider.Query;
import io.headend.drm.PsshBox;
import io.headend.drm.WidevineHeader;
import io.headend.drm.cpix.CpixDocument.Version;
import io.headend.drm.cpix.CpixSystem.Signal;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CpixDocumentTest {

    private static final ContentKey VIDEO = ContentKey.parse(
            "11111111111111111111111111111111:000102030405060708090a0b0c0d0e0f:0123456789abcdef0123456789abcdef");
    private static final ContentKey SOUND =
            ContentKey.parse("22222222222222222222222222222222:101112131415161718191a1b1c1d1e1f");

    private static CpixDocument document(Version version) {
        String pssh = Base64.getEncoder()
                .encodeToString(WidevineHeader.of(List.of(VIDEO.id()), ProtectionScheme.CBCS)
                        .pssh()
                        .toByteBuffer()
                        .array());
        return new CpixDocument(
                version,
                "news & <weather>",
                List.of(
                        new CpixKey(VIDEO.id(), "cbcs", Optional.of(VIDEO)),
                        new CpixKey(SOUND.id(), "cbcs", Optional.of(SOUND))),
                List.of(new CpixSystem(
                        VIDEO.id(),
                        WidevineHeader.SYSTEM_ID,
                        Map.of(Signal.PSSH, pssh, Signal.HLS_MEDIA, "YQ==", Signal.HLS_MULTIVARIANT, "Yg=="))),
                List.of(new CpixPeriod(
                        "period_4",
                        OptionalLong.of(4),
                        Optional.of(Instant.parse("2026-01-01T00:00:00Z")),
                        Optional.of(Instant.parse("2026-01-01T01:00:00Z")))),
                List.of(
                        new CpixUsageRule(
                                VIDEO.id(),
                                "HD",
                                List.of("period_4"),
                                List.of(new CpixUsageRule.Video(589_825, 2_073_600))),
                        new CpixUsageRule(
                                SOUND.id(),
                                "AUDIO",
                                List.of("period_4"),
                                List.of(new CpixUsageRule.Audio(0, 2), new CpixUsageRule.Label("main")))));
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void writesWhatTheSchemaAllowsAndReadsItBack(Version version) throws Exception {
        byte[] xml = document(version).toXml();

        CpixSchemas.validate(xml, version.text());
        CpixDocument read = CpixDocument.parse(xml);
        assertThat(read.contentId()).isEqualTo("news & <weather>");
        assertThat(read.systems()).isEqualTo(document(version).systems());
        assertThat(read.periods()).isEqualTo(document(version).periods());
        assertThat(read.rules().get(0)).isEqualTo(document(version).rules().get(0));
        assertThat(read.rules().get(1).filters()).hasSize(2);
        assertThat(read.keys().get(0).key().orElseThrow().secret()).isEqualTo(VIDEO.secret());
        assertThat(read.keys().get(0).key().orElseThrow().iv()).isEqualTo(VIDEO.iv());
        assertThat(new String(xml, StandardCharsets.UTF_8))
                .contains(version == Version.V2_3 ? "playlist=\"master\"" : "playlist=\"multiVariant\"");
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void encryptsForRecipientsAndSigns(Version version) throws Exception {
        KeyPair keys = Certificates.keys();
        X509Certificate certificate = Certificates.selfSigned(keys, "packager");
        KeyPair others = Certificates.keys();
        X509Certificate other = Certificates.selfSigned(others, "other");

        byte[] xml = CpixEncoding.plain()
                .encryptFor(other)
                .encryptFor(certificate)
                .signWith(keys.getPrivate(), certificate)
                .encode(document(version));

        CpixSchemas.validate(xml, version.text());
        String text = new String(xml, StandardCharsets.UTF_8);
        assertThat(text).doesNotContain("PlainValue", "AAECAwQFBgcICQoLDA0ODw==");
        assertThat(CpixDocument.parse(xml).keys().get(0).key()).isEmpty();
        assertThat(CpixEncoding.recipients(xml)).containsExactly(other, certificate);
        CpixDocument opened = CpixDocument.parse(xml, new CpixRecipient(certificate, keys.getPrivate()));
        assertThat(opened.keys().get(1).key().orElseThrow().secret()).isEqualTo(SOUND.secret());
        assertThat(CpixEncoding.isSigned(xml, certificate)).isTrue();
        assertThat(CpixEncoding.isSigned(xml, other)).isFalse();
        byte[] changed = text.replace("period_4", "period_5").getBytes(StandardCharsets.UTF_8);
        assertThat(CpixEncoding.isSigned(changed, certificate)).isFalse();
    }

    @Test
    void wrongRecipientsAndChangedValuesAreDenied() throws Exception {
        KeyPair keys = Certificates.keys();
        X509Certificate certificate = Certificates.selfSigned(keys, "packager");
        KeyPair others = Certificates.keys();
        byte[] xml = CpixEncoding.plain().encryptFor(certificate).encode(document(Version.V2_3));

        assertDenied(xml, new CpixRecipient(Certificates.selfSigned(others, "other"), others.getPrivate()));
        assertDenied(xml, new CpixRecipient(certificate, others.getPrivate()));
        String text = new String(xml, StandardCharsets.UTF_8);
        int at =
                text.lastIndexOf("CipherValue>", text.lastIndexOf("</xenc:CipherValue>") - 1) + "CipherValue>".length();
        char flipped = text.charAt(at) == 'A' ? 'B' : 'A';
        String changed = text.substring(0, at) + flipped + text.substring(at + 1);
        assertDenied(changed.getBytes(StandardCharsets.UTF_8), new CpixRecipient(certificate, keys.getPrivate()));
    }

    private static void assertDenied(byte[] xml, CpixRecipient recipient) {
        assertThatThrownBy(() -> CpixDocument.parse(xml, recipient))
                .isInstanceOfSatisfying(
                        MediaException.class, e -> assertThat(e.code()).isEqualTo(MediaErrorCode.ACCESS_DENIED));
    }

    @Test
    void aKeyFollowsFromTheRules() {
        KeyProvider keys = CpixKeys.of(document(Version.V2_3));

        assertThat(keys.key(new Query("news", "HD", ProtectionScheme.CBCS, 4)).id())
                .isEqualTo(VIDEO.id());
        assertThat(keys.key(new Query("news", "main", ProtectionScheme.CBCS, 4)).id())
                .isEqualTo(SOUND.id());
        assertThat(keys.key(new Query("news", "HD", ProtectionScheme.CBCS, 4)).systems())
                .extracting(system -> PsshBox.parse(system.pssh()).systemId())
                .containsExactly(WidevineHeader.SYSTEM_ID);
        assertNotFound(() -> keys.key(new Query("news", "HD", ProtectionScheme.CBCS, 5)));
        assertNotFound(() -> keys.key(new Query("news", "UHD1", ProtectionScheme.CBCS, 4)));
        assertThatThrownBy(() -> keys.key(new Query("news", "HD", ProtectionScheme.CENC, 4)))
                .hasMessageContaining("cbcs");
    }

    private static void assertNotFound(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        MediaException.class, e -> assertThat(e.code()).isEqualTo(MediaErrorCode.NOT_FOUND));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no xml",
                "<a/>",
                "<!DOCTYPE a [<!ENTITY x \"y\">]><CPIX xmlns=\"urn:dashif:org:cpix\"/>",
                "<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><CPIX xmlns=\"urn:dashif:org:cpix\"/>",
                "<CPIX xmlns=\"urn:dashif:org:cpix\" version=\"9\"/>",
                "<CPIX xmlns=\"urn:dashif:org:cpix\"><ContentKeyList><ContentKey kid=\"x\"/></ContentKeyList></CPIX>",
                "<CPIX xmlns=\"urn:dashif:org:cpix\"><ContentKeyList/><ContentKeyList/></CPIX>"
            })
    void refusesOtherDocuments(String xml) {
        assertThatThrownBy(() -> CpixDocument.parse(xml.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(MediaException.class);
    }

    @Test
    @Timeout(30)
    void refusesBombsInTime() {
        StringBuilder entities = new StringBuilder("<!DOCTYPE a [<!ENTITY e0 \"ha\">");
        for (int i = 1; i < 100; i++) {
            entities.append("<!ENTITY e")
                    .append(i)
                    .append(" \"")
                    .append(("&e" + (i - 1) + ";").repeat(10))
                    .append("\">");
        }
        entities.append("]><CPIX xmlns=\"urn:dashif:org:cpix\">&e99;</CPIX>");
        assertThatThrownBy(() -> CpixDocument.parse(entities.toString().getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(MediaException.class);
        byte[] long10 = ("<CPIX xmlns=\"urn:dashif:org:cpix\">" + " ".repeat(10 << 20) + "</CPIX>")
                .getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> CpixDocument.parse(long10))
                .isInstanceOfSatisfying(
                        MediaException.class, e -> assertThat(e.code()).isEqualTo(MediaErrorCode.EXHAUSTED));
    }

    @Test
    void nothingShowsKeys() {
        CpixDocument document = document(Version.V2_3);

        assertThat(document.toString() + document.keys()).doesNotContain("000102", "AAECAw");
    }
}

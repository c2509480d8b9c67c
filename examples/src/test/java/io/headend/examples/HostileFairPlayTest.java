package io.headend.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.ProtectionScheme;
import io.headend.drm.ContentKey;
import io.headend.drm.FileKeyStore;
import io.headend.drm.KeyProvider;
import io.headend.drm.fairplay.ApplicationSecret;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.spec.MGF1ParameterSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Bad input at {@code /fairplay} of {@code headend keys}, with a certificate and an application secret that are made up. */
@Timeout(120)
class HostileFairPlayTest {

    private static final String KID = "00112233-4455-6677-8899-aabbccddeeff";
    private static final String PASSPHRASE = "correct horse battery";

    private static final long SESSION_KEY_AND_R1 = 0x3d1a10b8bffac2ecL;
    private static final long INTEGRITY = 0xb349d4809e910687L;
    private static final long ANTI_REPLAY_SEED = 0x89c90f12204106b2L;
    private static final long R2 = 0x71b5595ac1521133L;
    private static final long ASSET_ID = 0x1bf7f53f5d5d5a1fL;
    private static final long TRANSACTION_ID = 0x47aa7ad3440577deL;
    private static final long RETURN_REQUEST = 0x19f9d4e5ab7609cbL;

    @TempDir
    static Path folder;

    private static HostileClient keys;
    private static Certificate certificate;

    private final SecureRandom random = new SecureRandom();

    /** The host's secret and function, here the SHA-256 of something. */
    public static final class MadeUp implements ApplicationSecret {
        @Override
        public SecretKey derive(byte[] r2) {
            try {
                MessageDigest sha = MessageDigest.getInstance("SHA-256");
                sha.update((byte) 42);
                return new SecretKeySpec(Arrays.copyOf(sha.digest(r2), 16), "AES");
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @BeforeAll
    static void start() throws Exception {
        Path pkcs12 = folder.resolve("fairplay.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "fps",
                        "-keyalg",
                        "RSA",
                        "-keysize",
                        "1024",
                        "-dname",
                        "CN=self-made",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        pkcs12.toString(),
                        "-storepass",
                        PASSPHRASE)
                .redirectErrorStream(true)
                .start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor()).as(said).isZero();
        KeyStore opened = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(pkcs12)) {
            opened.load(in, PASSPHRASE.toCharArray());
        }
        certificate = opened.getCertificate("fps");
        Path store = folder.resolve("keys.hks");
        FileKeyStore.open(store, PASSPHRASE.toCharArray())
                .put(
                        new KeyProvider.Query("news", "HD", ProtectionScheme.CBCS, KeyProvider.NO_PERIOD),
                        ContentKey.parse(KID + ":0f0e0d0c0b0a09080706050403020100"));
        String passphrase = HostileClient.file(folder, "passphrase.txt", PASSPHRASE);
        keys = new HostileClient(
                "--store",
                store.toString(),
                "--passphrase-file",
                passphrase,
                "--fairplay",
                MadeUp.class.getName(),
                "--fairplay-certificate",
                pkcs12.toString(),
                "--fairplay-passphrase-file",
                passphrase);
    }

    @AfterAll
    static void end() {
        keys.close();
    }

    /** Blocks by tag; what stands in the map takes the place of what belongs there, empty values leave it out. */
    private byte[] spc(Map<Long, byte[]> others) throws GeneralSecurityException {
        byte[] r2 = bytes(21);
        byte[] vector = bytes(16);
        byte[] integrity = bytes(16);
        byte[] secrets = concat(bytes(16), bytes(20), bytes(44), integrity);
        Map<Long, byte[]> blocks = new LinkedHashMap<>();
        blocks.put(SESSION_KEY_AND_R1, concat(vector, cbc(new MadeUp().derive(r2), vector, secrets)));
        blocks.put(INTEGRITY, integrity);
        blocks.put(ANTI_REPLAY_SEED, bytes(16));
        blocks.put(R2, r2);
        blocks.put(ASSET_ID, ("skd://" + KID).getBytes(StandardCharsets.US_ASCII));
        blocks.put(TRANSACTION_ID, bytes(8));
        blocks.put(RETURN_REQUEST, tag(TRANSACTION_ID));
        blocks.putAll(others);
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        blocks.forEach((tag, value) -> {
            if (value.length > 0) {
                int padding = -value.length & 15;
                payload.writeBytes(ByteBuffer.allocate(16)
                        .putLong(tag)
                        .putInt(value.length + padding)
                        .putInt(value.length)
                        .array());
                payload.writeBytes(value);
                payload.writeBytes(new byte[padding]);
            }
        });
        return sealed(payload.toByteArray());
    }

    private byte[] sealed(byte[] payload) throws GeneralSecurityException {
        byte[] key = bytes(16);
        byte[] vector = bytes(16);
        Cipher rsa = Cipher.getInstance("RSA/ECB/OAEPPadding");
        rsa.init(
                Cipher.ENCRYPT_MODE,
                certificate.getPublicKey(),
                new OAEPParameterSpec("SHA-1", "MGF1", MGF1ParameterSpec.SHA1, PSource.PSpecified.DEFAULT));
        byte[] hash = MessageDigest.getInstance("SHA-1").digest(certificate.getEncoded());
        byte[] body = cbc(new SecretKeySpec(key, "AES"), vector, payload);
        byte[] head = ByteBuffer.allocate(8).putInt(1).array();
        return concat(
                head,
                vector,
                rsa.doFinal(key),
                hash,
                ByteBuffer.allocate(4).putInt(body.length).array(),
                body);
    }

    private static byte[] cbc(SecretKey key, byte[] vector, byte[] data) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/CBC/NoPadding");
        cipher.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(vector));
        return cipher.doFinal(data);
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] tag(long... tags) {
        ByteBuffer bytes = ByteBuffer.allocate(8 * tags.length);
        for (long tag : tags) {
            bytes.putLong(tag);
        }
        return bytes.array();
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static HostileClient.Answer post(byte[] spc) {
        return keys.post("/fairplay", spc, "Content-Type: application/octet-stream");
    }

    @Test
    void theGoodContextIsAnsweredOnce() throws GeneralSecurityException {
        byte[] spc = spc(Map.of());
        HostileClient.Answer answer = post(spc);

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(ByteBuffer.wrap(answer.body()).getInt())
                .as("version of the CKC")
                .isEqualTo(1);
        post(spc).refused(409, "answered before");
        post(spc).refused(409, "answered before");
    }

    static Stream<Arguments> refusals() {
        long[] often = new long[3_000];
        Arrays.fill(often, ASSET_ID);
        return Stream.of(
                Arguments.of("an unknown key id", Map.of(ASSET_ID, text(KID.replace("00", "01"))), 404, "no key"),
                Arguments.of("no key id", Map.of(ASSET_ID, text("news")), 400, "key id"),
                Arguments.of("a lax key id", Map.of(ASSET_ID, text("1-1-1-1-1")), 400, "key id"),
                Arguments.of(
                        "skd:// in the middle",
                        Map.of(ASSET_ID, text(KID.substring(0, 8) + "skd://" + KID.substring(8))),
                        400,
                        "key id"),
                Arguments.of("a long asset id", Map.of(ASSET_ID, new byte[5_000]), 400, "wrong length"),
                Arguments.of("no asset id", Map.of(ASSET_ID, new byte[0]), 400, "lacks a block"),
                Arguments.of("no integrity", Map.of(INTEGRITY, new byte[0]), 400, "lacks a block"),
                Arguments.of("another integrity", Map.of(INTEGRITY, new byte[16]), 403, "changed"),
                Arguments.of("another nonce", Map.of(R2, new byte[21]), 403, "changed"),
                Arguments.of("a long nonce", Map.of(R2, new byte[57]), 400, "wrong length"),
                Arguments.of("no seed", Map.of(ANTI_REPLAY_SEED, new byte[0]), 400, "lacks a block"),
                Arguments.of(
                        "secrets that are too short", Map.of(SESSION_KEY_AND_R1, new byte[96]), 400, "wrong length"),
                Arguments.of("a block wanted back that is not there", Map.of(RETURN_REQUEST, tag(42)), 400, "back"),
                Arguments.of("a block wanted back 3,000 times", Map.of(RETURN_REQUEST, tag(often)), 400, "twice"));
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusals")
    void badContexts(String name, Map<Long, byte[]> blocks, int status, String word) throws GeneralSecurityException {
        post(spc(blocks)).refused(status, word);
    }

    @Test
    void badPayloads() throws GeneralSecurityException {
        byte[] block = ByteBuffer.allocate(16).putLong(R2).array();
        List<byte[]> payloads = new ArrayList<>(List.of(
                new byte[16],
                block,
                concat(block, block),
                ByteBuffer.allocate(16)
                        .putLong(R2)
                        .putInt(Integer.MAX_VALUE)
                        .putInt(Integer.MAX_VALUE)
                        .array(),
                ByteBuffer.allocate(16).putLong(R2).putInt(-1).putInt(-1).array(),
                ByteBuffer.allocate(16).putLong(R2).putInt(0).putInt(16).array()));
        ByteArrayOutputStream many = new ByteArrayOutputStream();
        for (long i = 0; i < 3_000; i++) {
            many.writeBytes(ByteBuffer.allocate(16).putLong(i).array());
        }
        payloads.add(many.toByteArray());
        for (byte[] payload : payloads) {
            post(sealed(payload)).refused(400, "SPC");
        }
    }

    @Test
    void everyTruncationAndEveryDamageOfTheContainer() throws GeneralSecurityException {
        byte[] spc = spc(Map.of());
        for (int length = 0; length < spc.length; length++) {
            HostileClient.Answer answer = post(Arrays.copyOf(spc, length));
            answer.refused(answer.status(), "SPC");
            assertThat(answer.status()).as("%d bytes", length).isEqualTo(400);
        }
        for (int at = 0; at < spc.length; at++) {
            byte[] damaged = spc.clone();
            damaged[at] ^= (byte) (1 << at % 8);
            HostileClient.Answer answer = post(damaged);
            assertThat(answer.status()).as("byte %d: %s", at, answer.text()).isIn(200, 400, 403, 404, 409, 422);
            answer.cheap();
            boolean meaning = at < 4 || at >= 8 && at < 172;
            assertThat(meaning && answer.status() == 200)
                    .as("byte %d of what has a meaning", at)
                    .isFalse();
        }
    }

    @Test
    void otherMethodsContentTypesAndSizes() throws GeneralSecurityException {
        keys.ask("GET", "/fairplay", new byte[0]).refused(405, "POST");
        keys.ask("PUT", "/fairplay", new byte[1]).refused(405, "POST");
        keys.post("/fairplay", "spc=AAAA", "Content-Type: application/x-www-form-urlencoded")
                .refused(415, "application/octet-stream");
        post(new byte[100_000]).refused(413, "more than");
        HostileClient.Answer big = post(new byte[10 << 20]);
        big.refused(413, "too large");
        assertThat(big.allocated()).isLessThan(4 << 20);
        post(spc(Map.of(99L, new byte[66_000]))).refused(413, "more than");
    }

    @Test
    void aHundredPlayersAtATime() throws Exception {
        List<Thread> players = new ArrayList<>();
        List<HostileClient.Answer> answers = Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < 100; i++) {
            byte[] spc = spc(Map.of());
            players.add(new Thread(() -> answers.add(post(spc))));
        }
        players.forEach(Thread::start);
        for (Thread player : players) {
            player.join();
        }
        assertThat(answers)
                .hasSize(100)
                .allSatisfy(answer -> assertThat(answer.status()).isIn(200, 503));
        assertThat(answers).anySatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
    }
}

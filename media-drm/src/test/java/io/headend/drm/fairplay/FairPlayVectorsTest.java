package io.headend.drm.fairplay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.headend.core.MediaException;
import io.headend.core.http.Headers;
import io.headend.core.http.MediaBody;
import io.headend.core.http.MediaRequest;
import io.headend.drm.ContentKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Vectors of others, from the folder that {@code -Dheadend.fairplay.vectors} names, in the form that the README of the module tells. They
 * are Apple's and not here; what is made here proves that the reader works.
 */
class FairPlayVectorsTest {

    private static final String FOLDER = "headend.fairplay.vectors";
    private static final ContentKey KEY =
            ContentKey.parse("00112233445566778899aabbccddeeff:0f0e0d0c0b0a09080706050403020100");

    @TempDir
    Path made;

    @Test
    void vectorsOfOthers() throws Exception {
        String folder = System.getProperty(FOLDER, "");
        assumeTrue(!folder.isEmpty(), "skipped: -D" + FOLDER + " names no folder of vectors");
        assertThat(check(Path.of(folder))).as("contexts in %s", folder).isPositive();
    }

    @Test
    void vectorsMadeHere() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(1024);
        KeyPair keys = generator.generateKeyPair();
        byte[] certificate = "a certificate".getBytes(StandardCharsets.US_ASCII);
        Files.write(made.resolve("certificate.der"), certificate);
        Files.write(made.resolve("private-key.der"), keys.getPrivate().getEncoded());
        for (String name : List.of("one", "two")) {
            make(name, certificate, keys);
        }
        assertThat(check(made)).isEqualTo(2);

        Path ckc = made.resolve("two.ckc");
        byte[] damaged = Files.readAllBytes(ckc);
        damaged[damaged.length - 40] ^= 1;
        damaged[30] ^= 1;
        Files.write(ckc, damaged);
        assertThatThrownBy(() -> check(made))
                .as("another CKC")
                .isInstanceOfAny(AssertionError.class, MediaException.class);
        Files.delete(ckc);
        Files.writeString(made.resolve("two.dask"), "00".repeat(16));
        assertThatThrownBy(() -> check(made)).as("another derived secret").isInstanceOf(MediaException.class);
    }

    private void make(String name, byte[] certificate, KeyPair keys) throws Exception {
        SpcMaker player = new SpcMaker();
        byte[] spc =
                player.spc(certificate, keys.getPublic(), ("skd://" + KEY.id()).getBytes(StandardCharsets.US_ASCII));
        HexFormat hex = HexFormat.of();
        ApplicationSecret noting = r2 -> {
            try {
                Files.writeString(
                        made.resolve(name + ".dask"),
                        hex.formatHex(SpcMaker.SECRET.derive(r2).getEncoded()) + "\n");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return SpcMaker.SECRET.derive(r2);
        };
        byte[] ckc = KeySecurityModule.builder(
                        ProviderCertificate.of(certificate, keys.getPrivate()), noting, id -> Optional.of(KEY))
                .build()
                .handle(new MediaRequest("POST", "/", "", Headers.EMPTY, new MediaBody.Bytes(ByteBuffer.wrap(spc))))
                .toCompletableFuture()
                .join()
                .body()
                .collect(1 << 16)
                .toCompletableFuture()
                .join();
        Files.write(made.resolve(name + ".spc"), spc);
        Files.write(made.resolve(name + ".ckc"), ckc);
        Files.writeString(made.resolve(name + ".sk"), hex.formatHex(player.sessionKey()));
        Files.writeString(made.resolve(name + ".r1"), hex.formatHex(player.r1()));
    }

    /** Reads a folder; the number of contexts that agree with everything that stands beside them. */
    private static int check(Path folder) throws Exception {
        ProviderCertificate certificate = ProviderCertificate.of(
                Files.readAllBytes(folder.resolve("certificate.der")),
                KeyFactory.getInstance("RSA")
                        .generatePrivate(
                                new PKCS8EncodedKeySpec(Files.readAllBytes(folder.resolve("private-key.der")))));
        List<Path> contexts;
        try (Stream<Path> files = Files.list(folder)) {
            contexts = files.filter(file -> file.toString().endsWith(".spc"))
                    .sorted()
                    .toList();
        }
        for (Path spc : contexts) {
            check(spc, certificate);
        }
        return contexts.size();
    }

    private static void check(Path spc, ProviderCertificate certificate) throws IOException, GeneralSecurityException {
        byte[] derived = hex(beside(spc, ".dask")).orElseThrow();
        ServerPlaybackContext context = ServerPlaybackContext.parse(
                Files.readAllBytes(spc), certificate, r2 -> new SecretKeySpec(derived, "AES"));
        Optional<byte[]> sessionKey = hex(beside(spc, ".sk"));
        Optional<byte[]> r1 = hex(beside(spc, ".r1"));
        if (sessionKey.isPresent()) {
            assertThat(context.sessionKey().getEncoded()).as("SK of %s", spc).isEqualTo(sessionKey.get());
        }
        if (r1.isPresent()) {
            assertThat(context.r1()).as("R1 of %s", spc).isEqualTo(r1.get());
        }
        Path ckc = beside(spc, ".ckc");
        if (Files.exists(ckc)) {
            assertThat(open(Files.readAllBytes(ckc), context).get(TagBlock.R1))
                    .as("R1 in %s", ckc)
                    .isEqualTo(context.r1());
        }
    }

    private static Map<Long, byte[]> open(byte[] ckc, ServerPlaybackContext context) throws GeneralSecurityException {
        ByteBuffer in = ByteBuffer.wrap(ckc, 8, ckc.length - 8);
        byte[] vector = new byte[16];
        in.get(vector);
        byte[] payload = new byte[in.getInt()];
        in.get(payload);
        byte[] hash = Arrays.copyOf(MessageDigest.getInstance("SHA-1").digest(context.r1()), 16);
        Cipher ecb = Cipher.getInstance("AES/ECB/NoPadding");
        ecb.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(hash, "AES"));
        Cipher cbc = Cipher.getInstance("AES/CBC/NoPadding");
        cbc.init(
                Cipher.DECRYPT_MODE,
                new SecretKeySpec(ecb.doFinal(context.antiReplaySeed()), "AES"),
                new IvParameterSpec(vector));
        return TagBlock.read(ByteBuffer.wrap(cbc.doFinal(payload)));
    }

    private static Path beside(Path spc, String ending) {
        return spc.resolveSibling(spc.getFileName().toString().replaceAll("\\.spc$", ending));
    }

    private static Optional<byte[]> hex(Path file) throws IOException {
        return Files.exists(file)
                ? Optional.of(HexFormat.of().parseHex(Files.readString(file).strip()))
                : Optional.empty();
    }
}

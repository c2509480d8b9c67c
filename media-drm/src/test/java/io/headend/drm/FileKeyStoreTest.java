package io.headend.drm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.ProtectionScheme;
import io.headend.drm.KeyProvider.Query;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.UUID;
import java.util.stream.Stream;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileKeyStoreTest {

    private static final Query HD = new Query("news", "HD", ProtectionScheme.CBCS, 7);
    private static final ContentKey KEY = ContentKey.parse(
            "00112233445566778899aabbccddeeff:0f0e0d0c0b0a09080706050403020100:ffeeddccbbaa99887766554433221100");
    private static final SecretKey SECRET = new SecretKeySpec(new byte[32], "AES");

    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve("keys.hks");
    }

    @Test
    void keepsKeysUnderAPassphrase() throws IOException {
        char[] passphrase = "correct horse".toCharArray();
        FileKeyStore.open(file(), passphrase).put(HD, KEY);

        FileKeyStore again = FileKeyStore.open(file(), passphrase);
        assertThat(again.key(HD).id()).isEqualTo(KEY.id());
        assertThat(again.key(HD).secret()).isEqualTo(KEY.secret());
        assertThat(again.key(HD).iv()).isEqualTo(KEY.iv());
        assertThat(again.find(KEY.id())).isPresent();
        assertThat(again.find(new UUID(0, 0))).isEmpty();
        assertThat(again).hasToString("FileKeyStore[1 keys]");
        assertThat(new String(Files.readAllBytes(file()), StandardCharsets.ISO_8859_1))
                .startsWith("HKS1")
                .doesNotContain("news")
                .doesNotContain(new String(KEY.secret().getEncoded(), StandardCharsets.ISO_8859_1));
        try (Stream<Path> inside = Files.list(folder)) {
            assertThat(inside).containsExactly(file());
        }
        assertDenied(() -> FileKeyStore.open(file(), "wrong horse".toCharArray()));
    }

    @Test
    void opensWithAKey() {
        FileKeyStore.open(file(), SECRET).put(HD, KEY);

        assertThat(FileKeyStore.open(file(), SECRET).key(HD).secret()).isEqualTo(KEY.secret());
        byte[] other = new byte[32];
        other[0] = 1;
        assertDenied(() -> FileKeyStore.open(file(), new SecretKeySpec(other, "AES")));
        assertDenied(() -> FileKeyStore.open(file(), "correct horse".toCharArray()));
    }

    @Test
    void everyChangedByteIsFound() throws IOException {
        FileKeyStore.open(file(), SECRET).put(HD, KEY);
        byte[] bytes = Files.readAllBytes(file());
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] ^= 1;
            Files.write(file(), bytes);
            assertThatThrownBy(() -> FileKeyStore.open(file(), SECRET)).isInstanceOf(MediaException.class);
            bytes[i] ^= 1;
        }
        for (int length = 1; length < bytes.length; length += 7) {
            Files.write(file(), Arrays.copyOf(bytes, length));
            assertThatThrownBy(() -> FileKeyStore.open(file(), SECRET)).isInstanceOf(MediaException.class);
        }
    }

    @Test
    void missingKeysAreNamed() {
        FileKeyStore store = FileKeyStore.open(file(), SECRET);

        assertThatThrownBy(() -> store.key(HD))
                .isInstanceOf(MediaException.class)
                .hasMessage("The key file has no key for HD of 'news' as cbcs in period 7.");
        assertThat(file()).doesNotExist();
    }

    @Test
    void makesKeysOnceAndKeepsThem() {
        KeyProvider making = FileKeyStore.open(file(), SECRET).making();
        ContentKey made = making.key(HD);

        assertThat(making.key(HD)).isSameAs(made);
        assertThat(making.key(new Query("news", "HD", ProtectionScheme.CBCS, 8)).id())
                .isNotEqualTo(made.id());
        assertThat(FileKeyStore.open(file(), SECRET).key(HD).secret()).isEqualTo(made.secret());
    }

    @Test
    void aKeyHasOneUse() {
        FileKeyStore store = FileKeyStore.open(file(), SECRET);
        store.put(HD, KEY);
        store.put(HD, KEY);

        assertThatThrownBy(() -> store.put(new Query("sport", "HD", ProtectionScheme.CBCS, 7), KEY))
                .isInstanceOfSatisfying(
                        MediaException.class, e -> assertThat(e.code()).isEqualTo(MediaErrorCode.CONFLICT));
        assertThatThrownBy(() -> FileKeyStore.open(file(), "short".toCharArray()))
                .hasMessage("The passphrase of a key file has 8 characters or more.");
    }

    @Test
    void aKeyThatGaveWayIsNotFound() {
        FileKeyStore store = FileKeyStore.open(file(), SECRET);
        store.put(HD, KEY);
        ContentKey other = ContentKey.of(new UUID(7, 7), new byte[16]);
        store.put(HD, other);
        assertThat(store.find(KEY.id())).isEmpty();
        assertThat(store.find(other.id())).contains(other);
        store.put(new Query("sport", "HD", ProtectionScheme.CBCS, 7), KEY);
        assertThat(store.find(KEY.id())).contains(KEY);
    }

    @Test
    void aFileThatCannotBeWrittenChangesNothing() throws IOException {
        FileKeyStore store = FileKeyStore.open(folder.resolve("missing/keys.hks"), SECRET);

        assertThatThrownBy(() -> store.put(HD, KEY))
                .isInstanceOfSatisfying(
                        MediaException.class, e -> assertThat(e.code()).isEqualTo(MediaErrorCode.IO));
        assertThat(store).hasToString("FileKeyStore[0 keys]");
    }

    private static void assertDenied(ThrowingCallable opening) {
        assertThatThrownBy(opening)
                .isInstanceOfSatisfying(
                        MediaException.class, e -> assertThat(e.code()).isEqualTo(MediaErrorCode.ACCESS_DENIED))
                .hasMessageContaining("key file");
    }
}

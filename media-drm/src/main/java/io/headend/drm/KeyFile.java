package io.headend.drm;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.ProtectionScheme;
import io.headend.drm.KeyProvider.Query;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The form of a key file: {@code HKS1}, rounds of PBKDF2 (0 with a given key), salt of 16 bytes, vector of 12, and the keys under AES-GCM,
 * which covers what stands before too.
 */
final class KeyFile {

    static final int MAX_ENTRIES = 10_000;
    static final int MAX_BYTES = 8 << 20;

    private static final int MAGIC = 0x484B5331;
    private static final int ROUNDS = 600_000;
    private static final int MAX_ROUNDS = 5_000_000;
    private static final int SALT = 16;
    private static final int VECTOR = 12;
    private static final int HEADER = 8 + SALT + VECTOR;
    private static final int TAG_BITS = 128;

    private final SecureRandom random = new SecureRandom();
    private final SecretKey key;
    private final int rounds;
    private final byte[] salt;

    private KeyFile(SecretKey key, int rounds, byte[] salt) {
        this.key = key;
        this.rounds = rounds;
        this.salt = salt;
    }

    static KeyFile with(SecretKey key) {
        return new KeyFile(key, 0, new byte[SALT]);
    }

    static KeyFile begin(char[] passphrase) {
        byte[] salt = new byte[SALT];
        new SecureRandom().nextBytes(salt);
        return new KeyFile(derive(passphrase, salt, ROUNDS), ROUNDS, salt);
    }

    static KeyFile of(byte[] file, char[] passphrase) {
        ByteBuffer in = header(file);
        int rounds = in.getInt(4);
        if (rounds < 1 || rounds > MAX_ROUNDS) {
            throw rounds == 0
                    ? new MediaException(
                            MediaErrorCode.ACCESS_DENIED, "The key file opens with a key, not with a passphrase.")
                    : MediaException.malformed("The key file asks for " + rounds + " rounds; it is damaged.");
        }
        byte[] salt = Arrays.copyOfRange(file, 8, 8 + SALT);
        return new KeyFile(derive(passphrase, salt, rounds), rounds, salt);
    }

    private static ByteBuffer header(byte[] file) {
        ByteBuffer in = ByteBuffer.wrap(file);
        if (file.length < HEADER + TAG_BITS / 8 || in.getInt(0) != MAGIC) {
            throw MediaException.malformed("The file is no key file.");
        }
        return in;
    }

    private static SecretKey derive(char[] passphrase, byte[] salt, int rounds) {
        PBEKeySpec spec = new PBEKeySpec(passphrase, salt, rounds, 256);
        try {
            byte[] bytes = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(spec)
                    .getEncoded();
            SecretKey key = new SecretKeySpec(bytes, "AES");
            Arrays.fill(bytes, (byte) 0);
            return key;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK has PBKDF2WithHmacSHA256", e);
        } finally {
            spec.clearPassword();
        }
    }

    Map<Query, ContentKey> decode(byte[] file, Path name) {
        header(file);
        byte[] plain;
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, file, 8 + SALT, VECTOR));
            cipher.updateAAD(file, 0, HEADER);
            plain = cipher.doFinal(file, HEADER, file.length - HEADER);
        } catch (AEADBadTagException e) {
            throw new MediaException(
                    MediaErrorCode.ACCESS_DENIED,
                    "The key file " + name + " does not open: the passphrase or key is wrong, or it was changed.");
        } catch (GeneralSecurityException e) {
            throw new MediaException(MediaErrorCode.INVALID_ARGUMENT, "The key of a key file is an AES key.", e);
        }
        try {
            return entries(new DataInputStream(new ByteArrayInputStream(plain)));
        } catch (IOException | IllegalArgumentException e) {
            throw new MediaException(MediaErrorCode.MALFORMED, "The key file " + name + " has another form inside.", e);
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    private static Map<Query, ContentKey> entries(DataInputStream in) throws IOException {
        int count = in.readInt();
        if (count < 0 || count > MAX_ENTRIES) {
            throw new IOException("count");
        }
        Map<Query, ContentKey> keys = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            Query query = new Query(in.readUTF(), in.readUTF(), ProtectionScheme.valueOf(in.readUTF()), in.readLong());
            UUID id = new UUID(in.readLong(), in.readLong());
            byte[] secret = in.readNBytes(16);
            ContentKey key = ContentKey.of(id, secret);
            Arrays.fill(secret, (byte) 0);
            keys.put(query, in.readBoolean() ? key.withIv(in.readNBytes(16)) : key);
        }
        return keys;
    }

    void write(Map<Query, ContentKey> keys, Path file) {
        if (keys.size() > MAX_ENTRIES) {
            throw new MediaException(
                    MediaErrorCode.EXHAUSTED, "A key file holds at most " + MAX_ENTRIES + " keys; begin another.");
        }
        byte[] sealed = encode(keys);
        if (sealed.length > MAX_BYTES) {
            throw new MediaException(
                    MediaErrorCode.EXHAUSTED, "A key file has at most " + MAX_BYTES + " bytes; begin another.");
        }
        Path target = file.toAbsolutePath();
        try {
            // temporary files are private where files have POSIX permissions
            Path next = Files.createTempFile(target.getParent(), ".keys-", ".partial");
            boolean moved = false;
            try {
                try (FileChannel out = FileChannel.open(next, StandardOpenOption.WRITE)) {
                    ByteBuffer bytes = ByteBuffer.wrap(sealed);
                    while (bytes.hasRemaining()) {
                        out.write(bytes);
                    }
                    out.force(true);
                }
                Files.move(next, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                moved = true;
            } finally {
                if (!moved) {
                    Files.deleteIfExists(next);
                }
            }
        } catch (IOException e) {
            throw new MediaException(MediaErrorCode.IO, "The key file " + file + " cannot be written.", e);
        }
    }

    private byte[] encode(Map<Query, ContentKey> keys) {
        byte[] vector = new byte[VECTOR];
        random.nextBytes(vector);
        byte[] header = ByteBuffer.allocate(HEADER)
                .putInt(MAGIC)
                .putInt(rounds)
                .put(salt)
                .put(vector)
                .array();
        SecretBytes plain = new SecretBytes();
        try {
            entries(keys, new DataOutputStream(plain));
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, vector));
            cipher.updateAAD(header);
            byte[] file = Arrays.copyOf(header, HEADER + plain.count + TAG_BITS / 8);
            cipher.doFinal(plain.bytes, 0, plain.count, file, HEADER);
            return file;
        } catch (GeneralSecurityException e) {
            throw new MediaException(MediaErrorCode.INVALID_ARGUMENT, "The key of a key file is an AES key.", e);
        } catch (IOException e) {
            throw new MediaException(
                    MediaErrorCode.INVALID_ARGUMENT, "Names in a key file have at most 65535 bytes.", e);
        } finally {
            Arrays.fill(plain.bytes, (byte) 0);
        }
    }

    private static void entries(Map<Query, ContentKey> keys, DataOutputStream out) throws IOException {
        out.writeInt(keys.size());
        for (Map.Entry<Query, ContentKey> entry : keys.entrySet()) {
            Query query = entry.getKey();
            ContentKey key = entry.getValue();
            out.writeUTF(query.contentId());
            out.writeUTF(query.label());
            out.writeUTF(query.scheme().name());
            out.writeLong(query.period());
            out.writeLong(key.id().getMostSignificantBits());
            out.writeLong(key.id().getLeastSignificantBits());
            byte[] secret = key.secret().getEncoded();
            out.write(secret);
            Arrays.fill(secret, (byte) 0);
            ByteBuffer iv = key.iv();
            out.writeBoolean(iv.hasRemaining());
            while (iv.hasRemaining()) {
                out.write(iv.get());
            }
        }
    }

    /** Bytes that leave no copies behind as they grow. */
    private static final class SecretBytes extends OutputStream {
        private byte[] bytes = new byte[4096];
        private int count;

        @Override
        public void write(int value) {
            if (count == bytes.length) {
                byte[] larger = Arrays.copyOf(bytes, 2 * count);
                Arrays.fill(bytes, (byte) 0);
                bytes = larger;
            }
            bytes[count++] = (byte) value;
        }
    }
}

package io.headend.drm;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.ProtectionScheme;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import javax.crypto.SecretKey;

/**
 * Keys in a file that is encrypted as a whole (AES-256-GCM), with a passphrase (PBKDF2) or a given key. Each change replaces the file at
 * once: after a crash it is the old one or the new one.
 *
 * <p>One process at a time writes a file. At most {@value KeyFile#MAX_ENTRIES} keys.
 *
 * <p><b>Threading:</b> any number of threads; changes wait for the disk.
 */
public final class FileKeyStore implements KeyProvider, KeyLookup {

    private static final String BY_ID = "urn:uuid";

    private final Path file;
    private final KeyFile format;
    private final Lock lock = new ReentrantLock();
    private final Map<Query, ContentKey> keys = new LinkedHashMap<>();
    private final Map<UUID, Query> uses = new HashMap<>();

    private FileKeyStore(Path file, KeyFile format) {
        this.file = file;
        this.format = format;
    }

    /**
     * Opens a file with a passphrase, or begins one where there is none; the first change writes it. Takes about half a second, because
     * guessing shall be slow.
     *
     * @param passphrase at least 8 characters; the caller clears it
     * @throws MediaException ACCESS_DENIED if the passphrase is wrong or the file was changed, MALFORMED if it is no such file, IO
     */
    public static FileKeyStore open(Path file, char[] passphrase) {
        if (passphrase.length < 8) {
            throw MediaException.invalidArgument("The passphrase of a key file has 8 characters or more.");
        }
        byte[] bytes = read(file);
        return open(file, bytes.length == 0 ? KeyFile.begin(passphrase) : KeyFile.of(bytes, passphrase), bytes);
    }

    /**
     * The same with a key.
     *
     * @param key AES, 32 bytes
     */
    public static FileKeyStore open(Path file, SecretKey key) {
        byte[] bytes = read(file);
        return open(file, KeyFile.with(key), bytes);
    }

    private static FileKeyStore open(Path file, KeyFile format, byte[] bytes) {
        FileKeyStore store = new FileKeyStore(file, format);
        if (bytes.length > 0) {
            format.decode(bytes, file).forEach(store::keep);
        }
        return store;
    }

    private static byte[] read(Path file) {
        try {
            if (!Files.exists(file)) {
                return new byte[0];
            }
            if (Files.size(file) > KeyFile.MAX_BYTES || Files.size(file) == 0) {
                throw MediaException.malformed(file + " is no key file.");
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new MediaException(MediaErrorCode.IO, "The key file " + file + " cannot be read.", e);
        }
    }

    @Override
    public ContentKey key(Query query) {
        lock.lock();
        try {
            ContentKey key = keys.get(query);
            if (key == null) {
                throw new MediaException(
                        MediaErrorCode.NOT_FOUND,
                        "The key file has no key for " + query.label() + " of '" + query.contentId() + "' as "
                                + query.scheme().fourcc()
                                + (query.period() == NO_PERIOD ? "" : " in period " + query.period()) + ".");
            }
            return key;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Optional<ContentKey> find(UUID keyId) {
        lock.lock();
        try {
            Query use = uses.get(keyId);
            return use == null ? Optional.empty() : Optional.ofNullable(keys.get(use));
        } finally {
            lock.unlock();
        }
    }

    /**
     * Keeps a key, in place of one for the same query. Signalling that came with it is not kept.
     *
     * @throws MediaException CONFLICT if another query has a key of the same id, EXHAUSTED if the file is full, IO; nothing has changed
     *     then
     */
    public void put(Query query, ContentKey key) {
        lock.lock();
        try {
            if (!uses.getOrDefault(key.id(), query).equals(query)) {
                throw new MediaException(
                        MediaErrorCode.CONFLICT, "The key file has another use of the key " + key.id() + ".");
            }
            Map<Query, ContentKey> next = new LinkedHashMap<>(keys);
            next.put(query, key);
            format.write(next, file);
            keep(query, key);
        } finally {
            lock.unlock();
        }
    }

    private void keep(Query query, ContentKey key) {
        ContentKey before = keys.put(query, key);
        if (before != null) {
            uses.remove(before.id());
        }
        uses.put(key.id(), query);
    }

    /** A provider that makes, and keeps, a key of chance for what has none: a key service of one's own. */
    public KeyProvider making() {
        SecureRandom random = new SecureRandom();
        return query -> {
            lock.lock();
            try {
                if (!keys.containsKey(query)) {
                    byte[] key = new byte[16];
                    random.nextBytes(key);
                    put(query, ContentKey.of(UUID.randomUUID(), key));
                    Arrays.fill(key, (byte) 0);
                }
                return key(query);
            } finally {
                lock.unlock();
            }
        };
    }

    /**
     * A lookup that makes, and keeps, a key of chance for an id that has none: for key services whose clients choose the ids, as SPEKE's
     * do. Not for licence servers.
     */
    public KeyLookup makingById() {
        SecureRandom random = new SecureRandom();
        return id -> {
            lock.lock();
            try {
                Optional<ContentKey> known = find(id);
                if (known.isPresent()) {
                    return known;
                }
                byte[] key = new byte[16];
                random.nextBytes(key);
                ContentKey made = ContentKey.of(id, key);
                Arrays.fill(key, (byte) 0);
                put(new Query(BY_ID, id.toString(), ProtectionScheme.CENC, NO_PERIOD), made);
                return Optional.of(made);
            } finally {
                lock.unlock();
            }
        };
    }

    /** The number of keys. */
    @Override
    public String toString() {
        lock.lock();
        try {
            return "FileKeyStore[" + keys.size() + " keys]";
        } finally {
            lock.unlock();
        }
    }
}

package io.headend.packaging;

import io.headend.core.http.MediaBody;
import io.headend.formats.dash.Mpd;
import io.headend.formats.dash.MpdPatch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The MPDs of a channel that clients may still have, by publish time, to tell what changed since. Safe for use by several threads. */
final class MpdHistory {

    private static final int MAX_DOCUMENTS = 64;

    private final ReentrantLock lock = new ReentrantLock();
    private final TreeMap<Instant, Mpd> documents = new TreeMap<>();

    /** Remembers an MPD; of several with one publish time the first, against which later ones are a change too. */
    void add(Presentation presentation) {
        if (!presentation.isLive() || presentation.ended()) {
            return;
        }
        Instant published = DashWriter.published(presentation);
        lock.lock();
        try {
            if (!documents.containsKey(published)) {
                documents.put(published, DashWriter.document(presentation, true));
                if (documents.size() > MAX_DOCUMENTS) {
                    documents.pollFirstEntry();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** What changed since, or empty where it is not known. */
    Optional<StoredObject> patch(@Nullable String publishTime, Presentation now) {
        Mpd base;
        lock.lock();
        try {
            base = publishTime == null ? null : documents.get(Instant.parse(publishTime));
        } catch (DateTimeException e) {
            base = null;
        } finally {
            lock.unlock();
        }
        if (base == null) {
            return Optional.empty();
        }
        return new MpdPatch(base, DashWriter.document(now, true)).toXml().map(text -> {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            return new StoredObject(new MediaBody.Bytes(bytes), EntityTag.of(bytes));
        });
    }
}

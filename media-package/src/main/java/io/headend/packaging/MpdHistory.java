package io.headend.packaging;

import io.headend.core.http.MediaBody;
import io.headend.formats.dash.Mpd;
import io.headend.formats.dash.MpdPatch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

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

    /**
     * What changed since; where that is not known or cannot be told, a patch that sends the client to the MPD.
     *
     * @param publishTime of the MPD that the client has, ISO 8601
     * @throws DateTimeException if it is not a time
     */
    StoredObject patch(String publishTime, Presentation now) {
        Instant published = Instant.parse(publishTime);
        Mpd base;
        lock.lock();
        try {
            base = documents.get(published);
        } finally {
            lock.unlock();
        }
        Mpd next = DashWriter.document(now, true);
        String patch = base == null
                ? MpdPatch.ofNothing(DashWriter.ID)
                : new MpdPatch(base, next).toXml().orElseGet(() -> MpdPatch.ofNothing(DashWriter.ID));
        ByteBuffer bytes = ByteBuffer.wrap(patch.getBytes(StandardCharsets.UTF_8));
        return new StoredObject(new MediaBody.Bytes(bytes), EntityTag.of(bytes));
    }
}

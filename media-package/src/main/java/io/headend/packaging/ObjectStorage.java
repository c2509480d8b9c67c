package io.headend.packaging;

import io.headend.core.http.MediaBody;
import java.util.Collection;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletionStage;

/**
 * Objects by name in a service that answers over a network, such as S3; what {@link ObjectSegmentStore} keeps its segments in.
 *
 * <p>An implementation bounds how much it does at a time and how long, and repeats what may be repeated. A stage fails with {@link
 * io.headend.core.MediaException}: {@code ACCESS_DENIED}, {@code NOT_FOUND} where there is no such place at all, {@code TIMEOUT}, {@code
 * EXHAUSTED} where too much waits already, else {@code IO}.
 *
 * <p><b>Threading:</b> any thread; nothing blocks.
 */
public interface ObjectStorage extends AutoCloseable {

    /**
     * What caches of an object are told.
     *
     * @param contentType MIME type
     * @param cacheControl value of that field (RFC 9111, 5.2)
     */
    record Attributes(String contentType, String cacheControl) {}

    /** Stores an object, whole or not at all; completes when the service has acknowledged it. An object of that name is replaced. */
    CompletionStage<Void> put(String name, MediaBody.Bytes bytes, Attributes attributes);

    /** The bytes of an object, or empty where there is none of that name. */
    CompletionStage<Optional<MediaBody.Bytes>> get(String name);

    /** Names that begin like this with their sizes in bytes. */
    CompletionStage<SortedMap<String, Long>> list(String prefix);

    /** Removes objects; those that are not there are no failure. */
    CompletionStage<Void> delete(Collection<String> names);

    /** Gives up what has not begun; harmless when repeated. */
    @Override
    void close();
}

package io.headend.packaging;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/**
 * The face of a store from which requests pull. Waiting never holds a thread: the returned stage completes when the
 * thing is there, or with nothing when {@code patience} is over or the store is closed.
 *
 * <p><b>Threading:</b> any thread. Stages complete on the thread that wrote, on the store's executor where it has one, or on a
 * timer thread of the JDK; what is chained to them must not block.
 */
public interface SegmentReader {

    /** The latest snapshot, or empty before the first. */
    Optional<Presentation> presentation();

    /** The first snapshot from now on that {@code wanted} accepts, the present one included. */
    CompletionStage<Optional<Presentation>> awaitPresentation(Predicate<Presentation> wanted, Duration patience);

    /** An initialisation segment, by the name that {@link SegmentEntry#init()} gives. */
    Optional<StoredObject> init(String rendition, String name);

    /** A whole segment, once it is complete. */
    CompletionStage<Optional<StoredObject>> awaitSegment(String rendition, long number, Duration patience);

    /** Chunk {@code index} of a segment that may still be growing, counted from 0. */
    CompletionStage<Optional<StoredObject>> awaitChunk(String rendition, long number, int index, Duration patience);

    /**
     * A segment as soon as it has a chunk: a body that gives the chunks as they come while it grows, without an entity tag, or the
     * whole. A growing body fails if the segment is given up, or nothing comes for as long as {@code patience}.
     */
    CompletionStage<Optional<StoredObject>> awaitGrowing(String rendition, long number, Duration patience);
}

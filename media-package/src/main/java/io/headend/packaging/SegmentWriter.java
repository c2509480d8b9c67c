package io.headend.packaging;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The face of a store to which a packager pushes. A rendition is written by one thread at a time, different renditions by
 * different threads.
 *
 * <p>A segment is begun by its first chunk and can be read as a whole only when it is completed. Every method throws {@link
 * io.headend.core.MediaException} with {@code IO}, {@code EXHAUSTED} or {@code CLOSED} if the store cannot take what it is given; a segment
 * being written is then lost, earlier ones are not.
 */
public interface SegmentWriter {

    /** Stores an initialisation segment under {@code {rendition}/{name}}, before the first segment that needs it. */
    void init(String rendition, String name, ByteBuffer bytes);

    /** Adds a chunk to a segment. The bytes are taken over before the call returns: the chunk may then be reused. */
    void append(String rendition, long number, Chunk chunk);

    /** Makes a segment readable. It never changes from now on. */
    void complete(String rendition, long number);

    /** Gives up a segment that is not complete; harmless where there is none. */
    void drop(String rendition, long number);

    /** How many more segments of each rendition come before what a snapshot lists may be let go. */
    int AHEAD = 2;

    /**
     * Number of the oldest complete segment that is still kept when {@link #AHEAD} more of each rendition have come, or {@link
     * Long#MAX_VALUE} where there is none.
     */
    long oldest(String rendition);

    /** Makes a snapshot the present one, unless a later version already is. */
    void publish(Presentation presentation);

    /** Removes everything that was written, as if nothing had begun. */
    void discard();

    /**
     * What an earlier run had listed here, to go on from; empty where a store does not outlive its process. Called once, before anything is
     * written.
     */
    default Optional<RecoveredWindow> recover() {
        return Optional.empty();
    }
}

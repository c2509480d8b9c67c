package io.headend.packaging;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/**
 * What an earlier run of a live channel had listed when it ended, however it ended.
 *
 * @param version of its last snapshot
 * @param breaks of its last snapshot
 * @param segments of each rendition, oldest first; their bytes are whole and can be read
 * @param inits initialisation segments of each rendition that they need, by name; views of their own
 */
public record RecoveredWindow(
        long version,
        Presentation.Breaks breaks,
        Map<String, List<SegmentEntry>> segments,
        Map<String, Map<String, ByteBuffer>> inits) {

    public RecoveredWindow {
        segments = Map.copyOf(segments);
        inits = Map.copyOf(inits);
    }
}

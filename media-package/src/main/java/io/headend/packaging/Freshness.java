package io.headend.packaging;

import java.time.Duration;

/** How long caches may keep an answer. */
final class Freshness {

    /** Of what never changes. */
    static final String SEGMENT = "public, max-age=86400, immutable";

    static final String INIT = "public, max-age=60";

    private Freshness() {}

    /** A live manifest is fresh for half a segment; one that has ended for a minute. */
    static String manifest(Presentation presentation) {
        if (presentation.ended()) {
            return "public, max-age=60";
        }
        Duration segment = HlsWriter.duration(presentation.policy().grid().segmentDuration());
        return "public, max-age=" + Math.max(1, segment.dividedBy(2).toSeconds());
    }

    /**
     * A media playlist of low latency is stale at once, unless it was waited for: then nobody asks for it again but those who
     * wait for the same.
     */
    static String playlist(Presentation presentation, boolean waitedFor) {
        if (presentation.ended() || !presentation.settings().isLowLatency()) {
            return manifest(presentation);
        }
        return waitedFor ? "public, max-age=" + 6 * HlsWriter.targetDuration(presentation) : "public, max-age=0";
    }
}

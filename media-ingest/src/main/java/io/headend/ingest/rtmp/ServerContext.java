package io.headend.ingest.rtmp;

import io.headend.ingest.PublishAuth;

/** What sessions may know of their server. */
interface ServerContext {

    RtmpLimits limits();

    StreamRegistry streams();

    PublishAuth publishAuth();

    PublishAuth playAuth();

    Viewer.Patience patience();

    /** Whether a second publisher takes the place of the first. */
    boolean takeOver();

    long playWaitNanos();

    /** {@code rtmp} or {@code rtmps}. */
    String protocol();

    void published(LiveStream stream, String address);

    void unpublished(LiveStream stream);

    void rejected(StreamKey key, String address, String reason);

    void defect(String address, Throwable cause);

    void log(String format, Object first, Object second);
}

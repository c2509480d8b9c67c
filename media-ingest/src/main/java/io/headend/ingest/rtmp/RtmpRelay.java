package io.headend.ingest.rtmp;

/** A stream that is carried to or from another server until this is closed. Any thread. */
public interface RtmpRelay extends AutoCloseable {

    /** Ends it; harmless when repeated. */
    @Override
    void close();
}

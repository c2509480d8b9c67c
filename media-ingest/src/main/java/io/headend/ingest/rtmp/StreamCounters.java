package io.headend.ingest.rtmp;

import java.util.concurrent.atomic.LongAdder;

/** What a stream has seen; written under its lock, read by anybody. */
@SuppressWarnings("NonAtomicVolatileUpdate") // one writer at a time
final class StreamCounters {

    private volatile long messages;
    private volatile long bytes;
    private volatile long damaged;
    private volatile long publishers;
    final LongAdder skipped = new LongAdder();

    void arrived(int payloadBytes) {
        messages++;
        bytes += payloadBytes;
    }

    void countDamaged() {
        damaged++;
    }

    void countPublisher() {
        publishers++;
    }

    long messages() {
        return messages;
    }

    long bytes() {
        return bytes;
    }

    long damaged() {
        return damaged;
    }

    long publishers() {
        return publishers;
    }
}

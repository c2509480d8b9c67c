package io.headend.cdn;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** The running sums behind {@link EdgeFigures}. */
final class EdgeCounters {
    final AtomicInteger connections = new AtomicInteger();
    final LongAdder accepted = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder requests = new LongAdder();
    final LongAdder malformed = new LongAdder();
    final LongAdder bytesSent = new LongAdder();

    EdgeFigures figures() {
        return new EdgeFigures(
                connections.get(), accepted.sum(), refused.sum(), requests.sum(), malformed.sum(), bytesSent.sum());
    }
}

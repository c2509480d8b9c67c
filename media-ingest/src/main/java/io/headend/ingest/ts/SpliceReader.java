package io.headend.ingest.ts;

import io.headend.core.Cue;
import io.headend.core.MediaException;
import io.headend.core.StreamSink;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import io.headend.formats.scte35.SpliceCommand;
import io.headend.formats.scte35.SpliceInfoSection;
import io.headend.formats.scte35.SpliceTime;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/** Gives splice messages (SCTE 35) as cues, each once however often it is repeated. Heartbeats are left out. */
final class SpliceReader {

    private static final int REMEMBERED = 16;

    private final StreamSink sink;
    private final TsCounters counters;
    private final ArrayDeque<ByteBuffer> recent = new ArrayDeque<>();
    private long now = -1;

    SpliceReader(StreamSink sink, TsCounters counters) {
        this.sink = sink;
        this.counters = counters;
    }

    /** A picture of this time has come; a message without a time applies here. */
    void passed(long pts) {
        now = pts;
    }

    long now() {
        return now;
    }

    void section(ByteBuffer section) {
        if ((section.get(0) & 0xFF) != SpliceInfoSection.TABLE_ID || recent.contains(section)) {
            return;
        }
        SpliceInfoSection message;
        try {
            message = SpliceInfoSection.parse(section);
        } catch (MediaException e) {
            counters.tableErrors++;
            return;
        }
        if (message.command() instanceof SpliceCommand.SpliceNull
                || message.command() instanceof SpliceCommand.BandwidthReservation) {
            return;
        }
        if (recent.size() == REMEMBERED) {
            recent.removeFirst();
        }
        recent.addLast(ByteBuffer.allocate(section.remaining())
                .put(section.duplicate())
                .flip());
        long time = message.spliceTime();
        long length = message.duration();
        counters.cues++;
        sink.accept(new Cue(
                SpliceInfoSection.SCHEME_ID_URI,
                message.eventId() < 0 ? "" : Long.toString(message.eventId()),
                Timestamp.of(time == SpliceTime.NONE ? Math.max(0, now) : time, Timebase.MPEG),
                length == SpliceTime.NONE ? null : Timestamp.of(length, Timebase.MPEG),
                section));
    }
}

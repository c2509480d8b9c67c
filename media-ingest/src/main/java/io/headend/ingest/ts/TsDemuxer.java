package io.headend.ingest.ts;

import io.headend.core.Discontinuity;
import io.headend.core.SampleInfo;
import io.headend.core.StreamItem;
import io.headend.core.StreamSink;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import io.headend.formats.mpegts.ProgramAssociationTable;
import io.headend.formats.mpegts.ProgramMapTable;
import io.headend.formats.mpegts.TsPacket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes a transport stream apart (ISO/IEC 13818-1) and gives the tracks, samples and splice messages of one program.
 *
 * <p>Times are those of the stream, 33 bits of 90 kHz, and wrap: a {@link io.headend.ingest.TimelineNormalizer} for {@link
 * io.headend.ingest.SourceClock#MPEG_33} goes behind. Samples have the canonical form of their coding. Tracks come and go with
 * the program map table, and are numbered in the order in which it names them. Whatever the bytes are: nothing is thrown but
 * what the sink throws, and memory is bounded.
 *
 * <p><b>Threading:</b> one thread at a time.
 */
public final class TsDemuxer {

    /** Takes the first program of the stream, whatever its number. */
    public static final int FIRST_PROGRAM = 0;

    private static final int PIDS = 0x2000;
    private static final byte NONE = -1;

    /** Takes the payload of the packets of a PID. */
    interface PidHandler {
        void payload(ByteBuffer payload, TsPacket packet);

        /** Packets of the PID were lost here. */
        void lost();

        default void flush() {}
    }

    private final StreamSink sink;
    private final TsCounters counters = new TsCounters();
    private final TsSync sync = new TsSync(counters, this::packet);
    private final TsProgram program;
    private final Priority1Timers timers = new Priority1Timers(counters);
    private final @Nullable PidHandler[] handlers = new PidHandler[PIDS];
    private final byte[] continuity = new byte[PIDS];
    private final boolean[] repeated = new boolean[PIDS];
    private final long[] signatures = new long[PIDS];
    private long arrival = SampleInfo.NO_ARRIVAL;

    private TsDemuxer(int programNumber, StreamSink sink, Consumer<ProgramMapTable> tables) {
        this.sink = sink;
        this.program = new TsProgram(this, programNumber, sink, counters, timers, tables);
        Arrays.fill(continuity, NONE);
        handlers[ProgramAssociationTable.PID] = program.associationTable();
    }

    /**
     * @param programNumber which program, or {@link #FIRST_PROGRAM}
     */
    public static TsDemuxer of(int programNumber, StreamSink sink) {
        return new TsDemuxer(programNumber, sink, table -> {});
    }

    /** Only tells the tables of the first program. */
    static TsDemuxer look(Consumer<ProgramMapTable> tables) {
        return new TsDemuxer(FIRST_PROGRAM, StreamItem::close, tables);
    }

    /** What was read so far. */
    public TsStats stats() {
        return counters.stats();
    }

    /**
     * Takes the next bytes, in pieces of any size.
     *
     * @param bytes from position to limit; not moved, not kept
     * @param arrivalNanos wall clock at which they came, for the samples; {@link SampleInfo#NO_ARRIVAL} for a recording
     */
    public void accept(ByteBuffer bytes, long arrivalNanos) {
        arrival = arrivalNanos;
        sync.accept(bytes);
    }

    /** The sender began anew: what was begun is given as it is, and nothing that follows is held against what came before. */
    public void restarted() {
        flush();
        Arrays.fill(continuity, NONE);
        sink.accept(new Discontinuity(
                Discontinuity.Cause.RESTART, Timestamp.of(0, Timebase.MPEG), Timestamp.of(0, Timebase.MPEG)));
    }

    /** Gives what is held back, at the end of the stream. */
    public void flush() {
        sync.flush();
        for (PidHandler handler : handlers) {
            if (handler != null) {
                handler.flush();
            }
        }
    }

    long arrival() {
        return arrival;
    }

    void handle(int pid, @Nullable PidHandler handler) {
        PidHandler old = handlers[pid];
        if (old != null && old != handler) {
            old.flush();
        }
        handlers[pid] = handler;
    }

    private void packet(ByteBuffer bytes, int offset) {
        counters.packets++;
        TsPacket packet = TsPacket.read(bytes, offset);
        if (packet == null) {
            return;
        }
        if (packet.transportError()) {
            counters.transportErrors++;
            return;
        }
        int pid = packet.pid();
        if (pid == TsPacket.NULL_PID) {
            return;
        }
        long pcr = packet.pcr();
        timers.packet(pid, arrival, pid == program.pcrPid() ? pcr : -1);
        PidHandler handler = handlers[pid];
        if (handler == null) {
            return;
        }
        boolean announced = packet.discontinuity();
        if (announced && pid == program.pcrPid() && pcr >= 0 && continuity[pid] != NONE) {
            sink.accept(new Discontinuity(
                    Discontinuity.Cause.SIGNALLED, Timestamp.of(0, Timebase.MPEG), Timestamp.of(0, Timebase.MPEG)));
        }
        if (!packet.hasPayload() || !counts(packet, handler, announced, signature(bytes, offset, packet))) {
            return;
        }
        if (packet.scramblingControl() != 0) {
            counters.scrambled++;
            counters.patErrors += pid == ProgramAssociationTable.PID ? 1 : 0;
            counters.pmtErrors += pid == program.mapPid() ? 1 : 0;
            return;
        }
        handler.payload(packet.payload(), packet);
    }

    /** Keeps the continuity counter (2.4.3.3); false for a repeated packet. */
    private boolean counts(TsPacket packet, PidHandler handler, boolean announced, long signature) {
        int pid = packet.pid();
        int counter = packet.continuityCounter();
        int last = continuity[pid];
        if (last != NONE && !announced) {
            if (counter == last && !repeated[pid] && signature == signatures[pid]) {
                repeated[pid] = true;
                counters.duplicates++;
                return false;
            }
            if (counter != (last + 1 & 15)) {
                counters.continuityErrors++;
                handler.lost();
            }
        }
        repeated[pid] = false;
        continuity[pid] = (byte) counter;
        signatures[pid] = signature;
        return true;
    }

    // Sixteen packets further the counter is the same and the payload is not.
    private static long signature(ByteBuffer bytes, int offset, TsPacket packet) {
        int last = offset + TsPacket.SIZE - Long.BYTES;
        int first = packet.payloadOffset();
        long signature = bytes.getLong(last);
        for (int at = first; at < first + 96; at += 8) {
            signature = 31 * signature + bytes.getLong(Math.min(at, last));
        }
        return signature;
    }
}

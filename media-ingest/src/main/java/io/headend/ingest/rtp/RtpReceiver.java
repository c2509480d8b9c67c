package io.headend.ingest.rtp;

import io.headend.formats.rtp.RtpHeader;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * Turns packets as they come into payload in the sender's order, each once: numbers are extended to 48 bits and more, copies
 * and legs merged by number, losses repaired by {@link FecDecoder}. A packet is given on as soon as all before it are there, or
 * have been waited for as long as the buffer says.
 *
 * <p>A pure state machine: it knows the times that it is told, owns no thread and no socket, and allocates nothing per media
 * packet. Strangers' packets change counters at most. Memory is fixed at construction: {@code capacity} packets of 1,536 bytes
 * and 1,024 FEC packets.
 *
 * <p><b>Threading:</b> one thread at a time.
 */
public final class RtpReceiver {

    /** Takes what comes out. */
    public interface PayloadSink {
        /**
         * @param payload from position to limit, without RTP header; lent until this returns
         * @param arrivalNanos when it came, on the clock of the packets
         */
        void payload(ByteBuffer payload, long arrivalNanos);

        /** So many packets are missing here. */
        void lost(long packets);

        /** The sender began anew: what follows has nothing to do with what came before. */
        void restarted();

        /** A leg went silent or came back. */
        void leg(int leg, boolean up);
    }

    private static final long START_HOLD = 50_000_000L;
    private static final long NEVER = Long.MIN_VALUE;

    private final long buffer;
    private final PayloadSink sink;
    private final PacketRing ring;
    private final FecDecoder fec;
    private final Legs legs;
    private final ByteBuffer out;
    private final int capacity;

    private boolean started;
    private boolean released;
    private long ssrc;
    private int payloadType;
    private long highest;
    private long next;
    private long gapEnd;
    private long holdUntil;
    private long now;

    private final Numbering before = new Numbering();
    private final Numbering candidate = new Numbering();
    private final ByteBuffer candidatePacket = ByteBuffer.allocate(PacketRing.SLOT);
    private int candidateLeg;

    private long received;
    private long recovered;
    private long unrecovered;
    private long reordered;
    private long late;
    private long duplicates;
    private long restarts;
    private long malformed;

    /** A way of counting that is not the one in force. */
    private static final class Numbering {
        long ssrc;
        int number;
        long until = NEVER;
    }

    /**
     * @param legs 1 to 7
     * @param buffer longest time that a packet is waited for: at least the skew of the legs and the time that a FEC matrix takes
     *     twice
     * @param capacity packets that are remembered, a power of two from 64 to 32,768: more than come in twice the buffer
     * @param legSilence after how long a silent leg is reported
     */
    public RtpReceiver(int legs, Duration buffer, int capacity, Duration legSilence, PayloadSink sink) {
        if (legs < 1 || legs > 7 || capacity < 64 || capacity > 32_768 || Integer.bitCount(capacity) != 1) {
            throw new IllegalArgumentException(legs + " legs and room for " + capacity
                    + " packets; 1 to 7 and a power of two from 64 to 32,768 are possible");
        }
        this.buffer = buffer.toNanos();
        this.sink = sink;
        this.capacity = capacity;
        this.ring = new PacketRing(capacity);
        this.fec = new FecDecoder(ring, this::recovered);
        this.legs = new Legs(legs, legSilence.toNanos(), sink::leg);
        this.out = ring.view().duplicate();
    }

    /** What happened so far. */
    public RtpStats stats() {
        return new RtpStats(
                new RtpStats.Packets(received, recovered, unrecovered, reordered, late, duplicates),
                fec.stats(),
                restarts,
                malformed,
                legs.stats());
    }

    /**
     * Takes a packet of the media stream.
     *
     * @param leg 0 for the first
     * @param packet from position to limit; not moved, not kept
     * @param nanos when it came, never less than before
     */
    public void media(int leg, ByteBuffer packet, long nanos) {
        now = nanos;
        int at = packet.position();
        if (packet.remaining() > PacketRing.SLOT || RtpHeader.payloadOffset(packet, at, packet.remaining()) < 0) {
            malformed++;
            return;
        }
        legs.heard(leg, nanos);
        int number = RtpHeader.sequenceNumber(packet, at);
        long source = RtpHeader.ssrc(packet, at);
        if (!started) {
            start(source, number, RtpHeader.payloadType(packet, at));
        } else if (source != ssrc || !near(number)) {
            other(leg, packet, source, number);
            advance(nanos);
            return;
        }
        insert(leg, packet, extend(number));
        advance(nanos);
    }

    /**
     * Takes a packet of a FEC stream; rows and columns tell themselves apart.
     *
     * @param leg 0 for the first
     * @param packet from position to limit; not moved, not kept
     * @param nanos when it came, never less than before
     */
    public void fec(int leg, ByteBuffer packet, long nanos) {
        now = nanos;
        if (started) {
            fec.accept(packet, highest, payloadType, ssrc);
        }
        advance(nanos);
    }

    private void start(long source, int number, int type) {
        started = true;
        released = false;
        ssrc = source;
        payloadType = type;
        // Below the first number there is room for those that were overtaken.
        highest = (highest > 0 ? ((highest + 2L * capacity) | 0xFFFF) + 1 : 0x10000) + number;
        next = highest;
        gapEnd = NEVER;
        holdUntil = now + Math.min(START_HOLD, buffer);
    }

    private long extend(int number) {
        return highest + (short) (number - (int) highest);
    }

    private boolean near(int number) {
        long distance = extend(number) - highest;
        return distance <= capacity / 2 && distance > -capacity;
    }

    private void insert(int leg, ByteBuffer packet, long number) {
        if (ring.has(number)) {
            copy(leg, number);
            return;
        }
        if (number <= highest - capacity) {
            late++;
            return;
        }
        while (next <= number - capacity) {
            passOne();
        }
        boolean inTime = number >= next || (!released && highest - number < capacity / 2);
        ring.put(number, packet, now, leg);
        legs.received(leg, number);
        if (inTime) {
            received++;
            if (number < highest) {
                reordered++;
            }
            next = Math.min(next, number);
            if (number < gapEnd) {
                gapEnd = number;
            }
        } else {
            late++;
        }
        long overtaken = highest + 1;
        highest = Math.max(highest, number);
        for (long n = overtaken; n < number; n++) {
            fec.changed(n, highest, payloadType, ssrc);
        }
        fec.changed(number, highest, payloadType, ssrc);
    }

    private void copy(int leg, long number) {
        boolean wasRecovered = ring.recovered(number);
        if (!ring.seenBy(number, leg)) {
            duplicates++;
            legs.duplicate(leg);
            return;
        }
        legs.received(leg, number);
        if (wasRecovered) {
            if (number >= next) {
                received++;
                reordered++;
            } else {
                late++;
            }
        }
    }

    private void recovered(long number, int size) {
        ring.putRecovered(number, size, arrivalNear(number));
        if (number >= next && number < gapEnd) {
            gapEnd = number;
        }
    }

    // When it would have come, so that what it hides is not waited for longer.
    private long arrivalNear(long number) {
        for (long n = number + 1; n <= Math.min(highest, number + 256); n++) {
            if (ring.has(n)) {
                return ring.arrival(n);
            }
        }
        return now;
    }

    /** Two packets in a row that count in another way begin it; single ones are strays. */
    private void other(int leg, ByteBuffer packet, long source, int number) {
        boolean old = now < before.until
                && source == before.ssrc
                && Math.abs((short) (number - before.number)) <= capacity / 2;
        if (old) {
            late++;
            return;
        }
        boolean second = candidate.until != NEVER
                && candidate.ssrc == source
                && (short) number == (short) (candidate.number + 1);
        if (!second) {
            candidate.ssrc = source;
            candidate.number = number;
            candidate.until = now;
            candidateLeg = leg;
            candidatePacket.clear().put(packet.duplicate()).flip();
            return;
        }
        restart(source, number, packet);
        insert(candidateLeg, candidatePacket, extend(candidate.number));
        candidate.until = NEVER;
        insert(leg, packet, extend(number));
    }

    private void restart(long source, int number, ByteBuffer packet) {
        while (next <= highest) {
            passOne();
        }
        restarts++;
        before.ssrc = ssrc;
        before.number = (int) highest & 0xFFFF;
        before.until = now + buffer;
        legs.restart();
        fec.clear();
        start(source, number - 1 & 0xFFFF, RtpHeader.payloadType(packet, packet.position()));
        sink.restarted();
    }

    /** Gives on what is due; to be called often enough between packets, every few milliseconds. */
    public void advance(long nanos) {
        now = nanos;
        legs.look(nanos);
        if (!started || nanos < holdUntil) {
            return;
        }
        while (next <= highest) {
            if (ring.has(next)) {
                give();
                continue;
            }
            if (gapEnd <= next) {
                gapEnd = next + 1;
                while (!ring.has(gapEnd)) {
                    gapEnd++;
                }
            }
            if (nanos - ring.arrival(gapEnd) < buffer) {
                return;
            }
            unrecovered += gapEnd - next;
            sink.lost(gapEnd - next);
            next = gapEnd;
        }
    }

    /** Gives on everything that is there, at the end of the stream. */
    public void finish() {
        while (started && next <= highest) {
            passOne();
        }
    }

    private void passOne() {
        if (ring.has(next)) {
            give();
        } else {
            unrecovered++;
            sink.lost(1);
            next++;
        }
    }

    private void give() {
        released = true;
        if (ring.recovered(next)) {
            recovered++;
        }
        int at = ring.offset(next);
        int size = ring.size(next);
        long arrival = ring.arrival(next);
        next++;
        int payload = RtpHeader.payloadOffset(ring.view(), at, size);
        int length = RtpHeader.payloadSize(ring.view(), at, size, payload);
        if (length < 0) {
            malformed++;
        } else if (length > 0) {
            sink.payload(out.limit(at + payload + length).position(at + payload), arrival);
        }
    }
}

package io.headend.ingest.rtp;

import io.headend.formats.rtp.FecHeader;
import io.headend.formats.rtp.RtpHeader;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Repairs what can be repaired from the FEC packets seen so far (SMPTE ST 2022-1). A FEC packet that lacks exactly one of its
 * packets gives that one; which may complete another FEC packet, and so on until nothing more follows. There is no notion of a
 * matrix: any set of rows and columns works, also while their size changes.
 *
 * <p>Keeps FEC packets only while more than one of their packets is missing, the newest {@value #KEPT} of them.
 */
final class FecDecoder {

    private static final int KEPT = 1024;
    private static final int NONE = -1;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    /** Told of each packet that was computed. */
    @FunctionalInterface
    interface Recovery {
        void recovered(long number, int size);
    }

    private final PacketRing ring;
    private final Recovery recovery;
    private final FecHeader[] headers = new FecHeader[KEPT];
    private final long[] bases = new long[KEPT];
    private final byte[] firstBytes = new byte[2 * KEPT];
    private final int[] sizes = new int[KEPT];
    private final byte[] data = new byte[KEPT * PacketRing.SLOT];
    private int newest;

    private final long[] linked;
    private final int[] rows;
    private final int[] columns;
    private final long[] work;
    private int pending;

    private long rowPackets;
    private long columnPackets;
    private long malformed;

    FecDecoder(PacketRing ring, Recovery recovery) {
        this.ring = ring;
        this.recovery = recovery;
        linked = new long[ring.capacity()];
        rows = new int[ring.capacity()];
        columns = new int[ring.capacity()];
        work = new long[ring.capacity()];
        clear();
    }

    void clear() {
        Arrays.fill(linked, NONE);
        Arrays.fill(headers, null);
    }

    RtpStats.Fec stats() {
        return new RtpStats.Fec(columnPackets, rowPackets, malformed);
    }

    /** Takes a FEC packet, from position to limit. */
    void accept(ByteBuffer packet, long highest, int payloadType, long ssrc) {
        int at = packet.position();
        int size = packet.remaining();
        int offset = RtpHeader.payloadOffset(packet, at, size);
        FecHeader header = offset < 0 ? null : FecHeader.read(packet, at + offset, size - offset);
        int payload = offset + FecHeader.SIZE;
        if (header == null || size - payload > PacketRing.SLOT - RtpHeader.SIZE) {
            malformed++;
            return;
        }
        if (header.row()) {
            rowPackets++;
        } else {
            columnPackets++;
        }
        long base = highest + (short) (header.snBase() - (int) highest);
        long last = base + (long) header.offset() * (header.count() - 1);
        if (base <= highest - ring.capacity() || base < 0 || last > highest + ring.capacity() / 2) {
            return;
        }
        if (complete(header, base) || known(header, base)) {
            return;
        }
        newest = (newest + 1) % KEPT;
        headers[newest] = header;
        bases[newest] = base;
        firstBytes[2 * newest] = packet.get(at);
        firstBytes[2 * newest + 1] = packet.get(at + 1);
        sizes[newest] = size - payload;
        packet.get(at + payload, data, newest * PacketRing.SLOT, size - payload);
        if (!tryRecover(newest, highest, payloadType, ssrc)) {
            for (long n = base; n <= last; n += header.offset()) {
                link(n, header.row(), newest);
            }
        }
        drain(highest, payloadType, ssrc);
    }

    private boolean complete(FecHeader header, long base) {
        long n = base;
        for (int i = 0; i < header.count(); i++, n += header.offset()) {
            if (!ring.has(n)) {
                return false;
            }
        }
        return true;
    }

    private boolean known(FecHeader header, long base) {
        int slot = ring.slot(base);
        int index = linked[slot] == base ? (header.row() ? rows : columns)[slot] : NONE;
        return index != NONE && header.equals(headers[index]) && bases[index] == base;
    }

    private void link(long number, boolean row, int index) {
        int slot = ring.slot(number);
        if (linked[slot] != number) {
            linked[slot] = number;
            rows[slot] = NONE;
            columns[slot] = NONE;
        }
        (row ? rows : columns)[slot] = index;
    }

    /**
     * A packet has come, or has been overtaken, which may complete others.
     *
     * @param highest the highest number that has come; what lies above it is not lost yet
     */
    void changed(long number, long highest, int payloadType, long ssrc) {
        if (linked[ring.slot(number)] == number) {
            work[pending++] = number;
            drain(highest, payloadType, ssrc);
        }
    }

    private void drain(long highest, int payloadType, long ssrc) {
        while (pending > 0) {
            long number = work[--pending];
            int slot = ring.slot(number);
            if (linked[slot] == number) {
                tryLinked(rows[slot], number, highest, payloadType, ssrc);
                tryLinked(columns[slot], number, highest, payloadType, ssrc);
            }
        }
    }

    private void tryLinked(int index, long number, long highest, int payloadType, long ssrc) {
        FecHeader header = index == NONE ? null : headers[index];
        // The place may have been given to another FEC packet since.
        if (header != null) {
            long distance = number - bases[index];
            if (distance >= 0 && distance % header.offset() == 0 && distance / header.offset() < header.count()) {
                tryRecover(index, highest, payloadType, ssrc);
            }
        }
    }

    /** Whether the FEC packet has done what it can. */
    private boolean tryRecover(int index, long highest, int payloadType, long ssrc) {
        FecHeader header = headers[index];
        long base = bases[index];
        long lost = -1;
        long n = base;
        for (int i = 0; i < header.count(); i++, n += header.offset()) {
            if (!ring.has(n)) {
                if (lost >= 0 || n > highest) {
                    return false;
                }
                lost = n;
            }
        }
        headers[index] = null;
        int size = lost < 0 ? 0 : rebuild(index, header, base, lost, payloadType, ssrc);
        if (size < 0) {
            malformed++;
        } else if (size > 0) {
            recovery.recovered(lost, size);
            if (pending < work.length) {
                work[pending++] = lost;
            }
        }
        return true;
    }

    /** Writes the lost packet into its place; its size, or -1 if these FEC bytes belong to other packets. */
    private int rebuild(int index, FecHeader header, long base, long lost, int payloadType, long ssrc) {
        byte[] packets = ring.data();
        int out = ring.offset(lost);
        int room = sizes[index];
        System.arraycopy(data, index * PacketRing.SLOT, packets, out + RtpHeader.SIZE, room);
        int first = firstBytes[2 * index];
        int second = (firstBytes[2 * index + 1] & 0x80) | header.recovery().payloadType();
        int length = header.recovery().length();
        int timestamp = (int) header.recovery().timestamp();
        ByteBuffer view = ring.view();
        long n = base;
        for (int i = 0; i < header.count(); i++, n += header.offset()) {
            if (n == lost) {
                continue;
            }
            int at = ring.offset(n);
            int size = ring.size(n) - RtpHeader.SIZE;
            if (size > room) {
                return -1;
            }
            first ^= packets[at];
            second ^= packets[at + 1];
            length ^= size;
            timestamp ^= view.getInt(at + 4);
            exclusiveOr(packets, at + RtpHeader.SIZE, out + RtpHeader.SIZE, size);
        }
        if (length > room || (second & 0x7F) != payloadType) {
            return -1;
        }
        packets[out] = (byte) (0x80 | (first & 0x3F));
        packets[out + 1] = (byte) second;
        view.putShort(out + 2, (short) lost);
        view.putInt(out + 4, timestamp);
        view.putInt(out + 8, (int) ssrc);
        int size = RtpHeader.SIZE + length;
        return RtpHeader.payloadOffset(view, out, size) < 0 ? -1 : size;
    }

    private static void exclusiveOr(byte[] bytes, int from, int to, int size) {
        int i = 0;
        for (; i <= size - 8; i += 8) {
            LONGS.set(bytes, to + i, (long) LONGS.get(bytes, to + i) ^ (long) LONGS.get(bytes, from + i));
        }
        for (; i < size; i++) {
            bytes[to + i] ^= bytes[from + i];
        }
    }
}

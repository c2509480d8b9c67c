package io.headend.ingest.ts;

import io.headend.formats.mpegts.TsPacket;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Finds the packets in a stream of bytes: 188 bytes each, or 192 with a time stamp before them (BDAV), or 204 with a checksum
 * behind them. After a loss of synchronisation, three sync bytes at the right distance begin it anew.
 */
final class TsSync {

    /** Takes the packets. */
    @FunctionalInterface
    interface Packets {
        void packet(ByteBuffer bytes, int offset);
    }

    private static final int[] STRIDES = {TsPacket.SIZE, 192, 204};
    private static final int HITS = 3;

    private final TsCounters counters;
    private final Packets packets;
    private byte[] carry = new byte[4096];
    private int carried;
    private int stride;
    private int skip;
    private boolean locked;

    TsSync(TsCounters counters, Packets packets) {
        this.counters = counters;
        this.packets = packets;
    }

    /** Whether the beginning of a file, from position to limit, has packets at a steady distance. */
    static boolean looksLike(ByteBuffer start) {
        ByteBuffer in = start.slice();
        for (int stride : STRIDES) {
            int first = stride == 192 ? 4 : 0;
            int hits = 0;
            int at = first;
            while (at < in.limit() && hits < 5 && (in.get(at) & 0xFF) == TsPacket.SYNC) {
                hits++;
                at += stride;
            }
            if (hits == 5 || (hits >= HITS && at >= in.limit())) {
                return true;
            }
        }
        return false;
    }

    /** Takes bytes from position to limit; neither is moved. */
    void accept(ByteBuffer in) {
        if (carried == 0) {
            int used = cut(in.slice(), false);
            keep(in.slice(in.position() + used, in.remaining() - used));
            return;
        }
        keep(in);
        int used = cut(ByteBuffer.wrap(carry, 0, carried).slice(), false);
        System.arraycopy(carry, used, carry, 0, carried - used);
        carried -= used;
    }

    void flush() {
        cut(ByteBuffer.wrap(carry, 0, carried).slice(), true);
        carried = 0;
    }

    private void keep(ByteBuffer rest) {
        int size = rest.remaining();
        if (carried + size > carry.length) {
            carry = Arrays.copyOf(carry, carried + size);
        }
        rest.get(rest.position(), carry, carried, size);
        carried += size;
    }

    /** Gives every whole packet and says how many bytes were used. */
    private int cut(ByteBuffer in, boolean last) {
        int at = Math.min(skip, in.limit());
        skip -= at;
        while (true) {
            if (!locked) {
                at = search(in, at, last);
                if (!locked) {
                    return at;
                }
            }
            if (at + TsPacket.SIZE > in.limit()) {
                return at;
            }
            if ((in.get(at) & 0xFF) == TsPacket.SYNC) {
                packets.packet(in, at);
                at += stride;
                if (at > in.limit()) {
                    skip = at - in.limit();
                    return in.limit();
                }
                continue;
            }
            int next = at + stride;
            if (next >= in.limit() && !last) {
                return at;
            }
            counters.syncByteErrors++;
            if (next < in.limit() && (in.get(next) & 0xFF) == TsPacket.SYNC) {
                counters.packets++;
                at = next;
            } else {
                counters.syncLosses++;
                locked = false;
            }
        }
    }

    private int search(ByteBuffer in, int from, boolean last) {
        for (int at = from; at < in.limit(); at++) {
            if ((in.get(at) & 0xFF) != TsPacket.SYNC) {
                continue;
            }
            boolean undecided = false;
            for (int candidate : STRIDES) {
                int hits = 1;
                while (hits < HITS
                        && at + hits * candidate < in.limit()
                        && (in.get(at + hits * candidate) & 0xFF) == TsPacket.SYNC) {
                    hits++;
                }
                boolean ended = hits < HITS && at + hits * candidate >= in.limit();
                if (hits == HITS || (ended && last)) {
                    locked = true;
                    stride = candidate;
                    return at;
                }
                undecided |= ended;
            }
            if (undecided && !last) {
                return at;
            }
        }
        return in.limit();
    }
}

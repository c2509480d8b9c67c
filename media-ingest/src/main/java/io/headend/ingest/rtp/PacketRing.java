package io.headend.ingest.rtp;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The last packets by their number, whether they were given on or not: what was given on is still needed to repair its
 * neighbours. Allocated once.
 */
final class PacketRing {

    /** Longest packet that is kept, in bytes. */
    static final int SLOT = 1536;

    private static final int RECOVERED = 1 << 7;

    private final int mask;
    private final long[] numbers;
    private final short[] sizes;
    private final byte[] origins;
    private final long[] arrivals;
    private final byte[] data;
    private final ByteBuffer view;

    /**
     * @param capacity packets, a power of two
     */
    PacketRing(int capacity) {
        mask = capacity - 1;
        numbers = new long[capacity];
        sizes = new short[capacity];
        origins = new byte[capacity];
        arrivals = new long[capacity];
        data = new byte[capacity * SLOT];
        view = ByteBuffer.wrap(data);
        clear();
    }

    int capacity() {
        return mask + 1;
    }

    void clear() {
        Arrays.fill(numbers, -1);
    }

    boolean has(long number) {
        return numbers[slot(number)] == number;
    }

    int slot(long number) {
        return (int) number & mask;
    }

    /** Index in {@link #data()} of the packet's first byte. */
    int offset(long number) {
        return slot(number) * SLOT;
    }

    int size(long number) {
        return sizes[slot(number)];
    }

    long arrival(long number) {
        return arrivals[slot(number)];
    }

    byte[] data() {
        return data;
    }

    /** The same bytes; position and limit are the caller's. */
    ByteBuffer view() {
        return view;
    }

    void put(long number, ByteBuffer packet, long arrival, int leg) {
        int size = packet.remaining();
        packet.get(packet.position(), data, offset(number), size);
        claim(number, size, arrival, (byte) (1 << leg));
    }

    /** The bytes are there already. */
    void putRecovered(long number, int size, long arrival) {
        claim(number, size, arrival, (byte) RECOVERED);
    }

    private void claim(long number, int size, long arrival, byte origin) {
        int slot = slot(number);
        numbers[slot] = number;
        sizes[slot] = (short) size;
        arrivals[slot] = arrival;
        origins[slot] = origin;
    }

    /** Another copy came by this leg; false if one had come by it before. */
    boolean seenBy(long number, int leg) {
        int slot = slot(number);
        boolean first = (origins[slot] & 1 << leg) == 0;
        origins[slot] |= (byte) (1 << leg);
        return first;
    }

    /** No leg brought it; it was computed. */
    boolean recovered(long number) {
        return origins[slot(number)] == (byte) RECOVERED;
    }
}

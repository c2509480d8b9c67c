package io.headend.formats.mpegts;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A view of one transport packet (ISO/IEC 13818-1, 2.4.3.2). Nothing is copied: it is valid as long as the bytes under it are
 * not changed.
 */
public final class TsPacket {

    /** Bytes of a packet. */
    public static final int SIZE = 188;

    /** The first byte of every packet. */
    public static final int SYNC = 0x47;

    /** The PID of packets that fill up a multiplex. */
    public static final int NULL_PID = 0x1FFF;

    private final ByteBuffer bytes;
    private final int offset;
    private final int header;
    private final int payload;

    private TsPacket(ByteBuffer bytes, int offset, int header, int payload) {
        this.bytes = bytes;
        this.offset = offset;
        this.header = header;
        this.payload = payload;
    }

    /**
     * Looks at the packet at an absolute index.
     *
     * @param bytes in network byte order, at least {@code offset + 188} up to the limit
     * @return {@code null} if there is no packet: no sync byte, or an adaptation field longer than the packet
     */
    public static @Nullable TsPacket read(ByteBuffer bytes, int offset) {
        int header = bytes.getInt(offset);
        if (header >>> 24 != SYNC) {
            return null;
        }
        int payload = (header & 0x20) != 0 ? 5 + (bytes.get(offset + 4) & 0xFF) : 4;
        return payload > SIZE ? null : new TsPacket(bytes, offset, header, payload);
    }

    /** The demodulator could not repair this packet: none of its content, not even the PID, can be trusted. */
    public boolean transportError() {
        return (header & 0x80_0000) != 0;
    }

    /** A PES packet begins, or a section begins in this packet. */
    public boolean payloadUnitStart() {
        return (header & 0x40_0000) != 0;
    }

    /** 0 to {@link #NULL_PID}. */
    public int pid() {
        return header >> 8 & 0x1FFF;
    }

    /** Not 0 where the payload is encrypted. */
    public int scramblingControl() {
        return header >> 6 & 3;
    }

    /** 0 to 15; counts packets with payload of the PID. */
    public int continuityCounter() {
        return header & 15;
    }

    public boolean hasPayload() {
        return (header & 0x10) != 0 && payload < SIZE;
    }

    /** Absolute index in the buffer of the first payload byte. */
    public int payloadOffset() {
        return offset + payload;
    }

    /** Bytes of payload, 0 to 184. */
    public int payloadSize() {
        return (header & 0x10) != 0 ? SIZE - payload : 0;
    }

    /** A view of the payload. */
    public ByteBuffer payload() {
        return bytes.slice(payloadOffset(), payloadSize());
    }

    /** The adaptation field, or {@code null} where there is none. */
    public @Nullable AdaptationField adaptationField() {
        return (header & 0x20) == 0 ? null : AdaptationField.read(bytes, offset + 5, payload - 5);
    }

    /** Whether the adaptation field says so; see {@link AdaptationField#discontinuity()}. */
    public boolean discontinuity() {
        return flag(0x80);
    }

    /** Whether the adaptation field says so; see {@link AdaptationField#randomAccess()}. */
    public boolean randomAccess() {
        return flag(0x40);
    }

    /** Ticks of 27 MHz, or {@link Pcr#NONE}. */
    public long pcr() {
        if (!flag(0x10) || payload < 6 + Pcr.SIZE) {
            return Pcr.NONE;
        }
        long pcr = Pcr.read(bytes, offset + 6);
        return pcr < Pcr.MODULUS ? pcr : Pcr.NONE;
    }

    private boolean flag(int mask) {
        return (header & 0x20) != 0 && payload > 5 && (bytes.get(offset + 5) & mask) != 0;
    }
}

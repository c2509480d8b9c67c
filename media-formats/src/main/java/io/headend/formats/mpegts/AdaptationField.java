package io.headend.formats.mpegts;

import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * What a packet says beside its payload (ISO/IEC 13818-1, 2.4.3.4). OPCR, splice countdown and extensions are skipped when
 * read and not written.
 *
 * @param discontinuity the clock or the continuity counter changes here on purpose
 * @param randomAccess decoding can start with the payload that begins here
 * @param priority elementary_stream_priority_indicator
 * @param pcr ticks of 27 MHz, 0 to {@link Pcr#MODULUS} - 1, or {@link Pcr#NONE}
 * @param privateData transport_private_data, mostly empty; read-only, each call gives a view of its own
 */
public record AdaptationField(
        boolean discontinuity, boolean randomAccess, boolean priority, long pcr, ByteBuffer privateData) {

    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0).asReadOnlyBuffer();
    private static final int MAX_PRIVATE = 170;

    public AdaptationField {
        Objects.requireNonNull(privateData, "privateData");
        if (pcr < Pcr.NONE || pcr >= Pcr.MODULUS || privateData.remaining() > MAX_PRIVATE) {
            throw new IllegalArgumentException("not an adaptation field: PCR " + pcr + ", " + privateData.remaining()
                    + " bytes of private data (at most " + MAX_PRIVATE + ")");
        }
        privateData = TsDescriptor.copyOf(privateData);
    }

    /** Nothing but a clock reference and whether decoding can start here. */
    public static AdaptationField of(long pcr, boolean randomAccess) {
        return new AdaptationField(false, randomAccess, false, pcr, EMPTY);
    }

    @Override
    public ByteBuffer privateData() {
        return privateData.duplicate();
    }

    public AdaptationField withDiscontinuity() {
        return new AdaptationField(true, randomAccess, priority, pcr, privateData);
    }

    /** Bytes of the field without stuffing, length byte included. */
    int size() {
        return 2 + (pcr == Pcr.NONE ? 0 : Pcr.SIZE) + (privateData.hasRemaining() ? 1 + privateData.remaining() : 0);
    }

    /** Reads {@code length} bytes behind the length byte; what claims to reach further is left out. */
    static AdaptationField read(ByteBuffer bytes, int at, int length) {
        if (length == 0) {
            return of(Pcr.NONE, false);
        }
        int flags = bytes.get(at) & 0xFF;
        int end = at + length;
        int next = at + 1;
        long pcr = Pcr.NONE;
        if ((flags & 0x10) != 0 && next + Pcr.SIZE <= end) {
            pcr = Pcr.read(bytes, next);
            pcr = pcr < Pcr.MODULUS ? pcr : Pcr.NONE;
            next += Pcr.SIZE;
        }
        next += (flags & 0x08) != 0 ? Pcr.SIZE : 0;
        next += (flags & 0x04) != 0 ? 1 : 0;
        ByteBuffer data = EMPTY;
        if ((flags & 0x02) != 0 && next < end) {
            int size = bytes.get(next) & 0xFF;
            data = next + 1 + size <= end && size <= MAX_PRIVATE ? bytes.slice(next + 1, size) : EMPTY;
        }
        return new AdaptationField((flags & 0x80) != 0, (flags & 0x40) != 0, (flags & 0x20) != 0, pcr, data);
    }

    /** Writes the field with its length byte, filled up with stuffing to {@code size} bytes. */
    void write(int size, ByteBuffer out) {
        int end = out.position() + size;
        out.put((byte) (size - 1));
        out.put((byte) ((discontinuity ? 0x80 : 0)
                | (randomAccess ? 0x40 : 0)
                | (priority ? 0x20 : 0)
                | (pcr != Pcr.NONE ? 0x10 : 0)
                | (privateData.hasRemaining() ? 0x02 : 0)));
        if (pcr != Pcr.NONE) {
            Pcr.write(pcr, out);
        }
        if (privateData.hasRemaining()) {
            out.put((byte) privateData.remaining()).put(privateData.duplicate());
        }
        while (out.position() < end) {
            out.put((byte) 0xFF);
        }
    }
}

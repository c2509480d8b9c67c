package io.headend.formats.mpegts;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Writes the packets of one PID and counts them. Not safe for use by several threads.
 */
public final class TsPacketWriter {

    private static final int PAYLOAD = TsPacket.SIZE - 4;

    private final int pid;
    private int continuityCounter;

    private TsPacketWriter(int pid, int continuityCounter) {
        this.pid = pid;
        this.continuityCounter = continuityCounter & 15;
    }

    /**
     * @param pid 0 to 0x1FFF
     */
    public static TsPacketWriter of(int pid) {
        return of(pid, 0);
    }

    /**
     * @param continuityCounter of the first packet with payload; the low four bits count
     */
    public static TsPacketWriter of(int pid, int continuityCounter) {
        if (pid < 0 || pid > TsPacket.NULL_PID) {
            throw new IllegalArgumentException("a PID is 0 to 0x1FFF, not " + pid);
        }
        return new TsPacketWriter(pid, continuityCounter);
    }

    public int pid() {
        return pid;
    }

    /** Of the next packet with payload, 0 to 15. */
    public int continuityCounter() {
        return continuityCounter;
    }

    /** Packets that {@link #writeUnit} makes of so many bytes. */
    public static int packets(int unitSize, @Nullable AdaptationField first) {
        int room = PAYLOAD - (first == null ? 0 : first.size());
        return unitSize <= room ? 1 : 1 + (unitSize - room + PAYLOAD - 1) / PAYLOAD;
    }

    /**
     * Writes one PES packet as transport packets; the last one is filled up with stuffing in its adaptation field.
     *
     * @param unit from position to limit, which it has afterwards
     * @param first adaptation field of the first packet, or {@code null}
     * @param out room for {@link #packets} times 188 bytes
     */
    public void writeUnit(ByteBuffer unit, @Nullable AdaptationField first, ByteBuffer out) {
        writePacket(unit, true, first, out);
        while (unit.hasRemaining()) {
            writePacket(unit, false, null, out);
        }
    }

    /**
     * Writes one PES packet, or one section with its pointer field, spread over more packets than it needs, so that the counter goes on by
     * that many.
     *
     * @param unit from position to limit, which it has afterwards
     * @param packets how many, at least {@link #packets} and at most as many as the unit has bytes
     */
    public void writeUnit(ByteBuffer unit, @Nullable AdaptationField first, int packets, ByteBuffer out) {
        if (packets < packets(unit.remaining(), first) || packets > unit.remaining()) {
            throw new IllegalArgumentException(
                    "a unit of " + unit.remaining() + " bytes cannot be spread over " + packets + " packets");
        }
        int end = unit.limit();
        for (int left = packets; left > 0; left--) {
            // each packet that follows has a byte at least
            unit.limit(end - left + 1);
            boolean begins = left == packets;
            writePacket(unit, begins, begins ? first : null, out);
        }
    }

    /**
     * Writes one packet with as much of the payload as it takes.
     *
     * @param payload from position to limit, at least one byte; moved behind what was taken
     * @param unitStart whether a PES packet begins with the payload
     */
    public void writePacket(ByteBuffer payload, boolean unitStart, @Nullable AdaptationField field, ByteBuffer out) {
        int fieldSize = field == null ? 0 : field.size();
        int size = Math.min(payload.remaining(), PAYLOAD - fieldSize);
        fieldSize = PAYLOAD - size;
        out.put((byte) TsPacket.SYNC).putShort((short) ((unitStart ? 0x4000 : 0) | pid));
        out.put((byte) ((fieldSize > 0 ? 0x30 : 0x10) | continuityCounter));
        continuityCounter = continuityCounter + 1 & 15;
        if (fieldSize == 1) {
            out.put((byte) 0);
        } else if (fieldSize > 1) {
            (field == null ? AdaptationField.of(Pcr.NONE, false) : field).write(fieldSize, out);
        }
        out.put(out.position(), payload, payload.position(), size).position(out.position() + size);
        payload.position(payload.position() + size);
    }

    /** Writes one packet without payload: a clock reference on its own. */
    public void writeField(AdaptationField field, ByteBuffer out) {
        out.put((byte) TsPacket.SYNC).putShort((short) pid);
        out.put((byte) (0x20 | (continuityCounter - 1 & 15)));
        field.write(PAYLOAD, out);
    }

    /**
     * Writes one section from the beginning of a packet, filled up with 0xFF (ISO/IEC 13818-1, 2.4.4).
     *
     * @param section from position to limit, which it has afterwards
     * @param out room for {@code (size + 1 + 183) / 184} packets
     */
    public void writeSection(ByteBuffer section, ByteBuffer out) {
        boolean start = true;
        while (start || section.hasRemaining()) {
            out.put((byte) TsPacket.SYNC).putShort((short) ((start ? 0x4000 : 0) | pid));
            out.put((byte) (0x10 | continuityCounter));
            continuityCounter = continuityCounter + 1 & 15;
            int room = PAYLOAD;
            if (start) {
                out.put((byte) 0);
                room--;
            }
            int size = Math.min(room, section.remaining());
            out.put(out.position(), section, section.position(), size).position(out.position() + size);
            section.position(section.position() + size);
            for (int i = size; i < room; i++) {
                out.put((byte) 0xFF);
            }
            start = false;
        }
    }

    /** Writes one packet that only fills up the multiplex. */
    public static void writeNull(ByteBuffer out) {
        out.putInt(TsPacket.SYNC << 24 | TsPacket.NULL_PID << 8 | 0x10);
        for (int i = 0; i < PAYLOAD; i++) {
            out.put((byte) 0xFF);
        }
    }
}

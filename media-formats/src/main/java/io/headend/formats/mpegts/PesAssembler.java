package io.headend.formats.mpegts;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Puts the PES packets of one PID together from packet payloads. Holds at most one PES packet. Not safe for use by several
 * threads.
 */
public final class PesAssembler {

    /** Takes whole PES packets. */
    @FunctionalInterface
    public interface Sink {
        /**
         * @param header what stands before the payload
         * @param payload lent until this returns
         * @param damaged whether bytes of this packet were lost
         */
        void accept(PesHeader header, ByteBuffer payload, boolean damaged);
    }

    private static final int FIRST = 4096;

    private final int maxSize;
    private final Sink sink;
    private byte[] packet = new byte[FIRST];
    private int filled;
    private int wanted;
    private boolean open;
    private boolean damaged;
    private long oversize;

    private PesAssembler(int maxSize, Sink sink) {
        this.maxSize = maxSize;
        this.sink = sink;
    }

    /**
     * @param maxSize longest PES packet in bytes; a longer one is given up
     */
    public static PesAssembler of(int maxSize, Sink sink) {
        return new PesAssembler(maxSize, sink);
    }

    /** PES packets given up because they were too long. */
    public long oversize() {
        return oversize;
    }

    /** Bytes were lost here: what has begun is damaged. */
    public void lost() {
        damaged = true;
    }

    /**
     * Takes the payload of the next packet. A PES packet is given as soon as its length is reached, or when the next begins.
     *
     * @param payload from position to limit; not moved
     * @param unitStart whether a PES packet begins with it
     */
    public void accept(ByteBuffer payload, boolean unitStart) {
        if (unitStart) {
            flush();
            open = true;
            wanted = 0;
            damaged = false;
        }
        if (!open) {
            return;
        }
        int size = payload.remaining();
        if (filled + size > maxSize) {
            oversize++;
            open = false;
            filled = 0;
            return;
        }
        if (filled + size > packet.length) {
            packet = Arrays.copyOf(packet, Math.min(maxSize, Math.max(packet.length * 2, filled + size)));
        }
        payload.get(payload.position(), packet, filled, size);
        filled += size;
        if (wanted == 0 && filled >= 6) {
            int length = (packet[4] & 0xFF) << 8 | (packet[5] & 0xFF);
            wanted = length == 0 ? Integer.MAX_VALUE : 6 + length;
        }
        if (wanted != 0 && filled >= wanted) {
            filled = wanted;
            flush();
        }
    }

    /** Gives what there is: at the end of the stream, or where the next packet is known to begin. */
    public void flush() {
        int size = filled;
        boolean whole = open;
        open = false;
        filled = 0;
        if (!whole || size == 0) {
            return;
        }
        ByteBuffer bytes = ByteBuffer.wrap(packet, 0, size);
        PesHeader.Parsed parsed = PesHeader.read(bytes);
        if (parsed != null) {
            boolean cut = wanted != Integer.MAX_VALUE && size < wanted;
            sink.accept(parsed.header(), bytes.slice(parsed.size(), size - parsed.size()), damaged || cut);
        }
    }
}

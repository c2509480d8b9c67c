package io.headend.formats.rtp;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The header of an RTP packet (RFC 3550, 5.1); contributing sources and extensions are skipped when read and not written.
 *
 * @param payloadType 0 to 127, {@link #MP2T} for transport streams
 * @param marker what it means depends on the payload
 * @param sequenceNumber 16 bits
 * @param timestamp 32 bits
 * @param ssrc who sends, 32 bits
 */
public record RtpHeader(int payloadType, boolean marker, int sequenceNumber, long timestamp, long ssrc) {

    /** Bytes of a header without contributing sources and extension. */
    public static final int SIZE = 12;

    /** The payload type of MPEG-2 transport streams, at 90 kHz (RFC 3551, RFC 2250). */
    public static final int MP2T = 33;

    public RtpHeader {
        boolean fits =
                payloadType >>> 7 == 0 && sequenceNumber >>> 16 == 0 && timestamp >>> 32 == 0 && ssrc >>> 32 == 0;
        if (!fits) {
            throw new IllegalArgumentException("not an RTP header: type " + payloadType + ", number " + sequenceNumber
                    + ", timestamp " + timestamp + ", SSRC " + ssrc);
        }
    }

    /** Reads the header at the buffer's position, which is not moved; {@code null} if these bytes are no RTP packet. */
    public static @Nullable RtpHeader read(ByteBuffer packet) {
        int at = packet.position();
        if (payloadOffset(packet, at, packet.remaining()) < 0) {
            return null;
        }
        return new RtpHeader(
                payloadType(packet, at),
                packet.get(at + 1) < 0,
                sequenceNumber(packet, at),
                packet.getInt(at + 4) & 0xFFFF_FFFFL,
                ssrc(packet, at));
    }

    /** Writes 12 bytes. */
    public void write(ByteBuffer out) {
        out.put((byte) 0x80).put((byte) ((marker ? 0x80 : 0) | payloadType)).putShort((short) sequenceNumber);
        out.putInt((int) timestamp).putInt((int) ssrc);
    }

    /**
     * Where the payload begins, counted from {@code at}; -1 if these bytes are no RTP packet.
     *
     * @param at absolute index of the packet's first byte
     * @param size bytes of the packet
     */
    public static int payloadOffset(ByteBuffer bytes, int at, int size) {
        if (size < SIZE || (bytes.get(at) & 0xC0) != 0x80) {
            return -1;
        }
        int first = bytes.get(at);
        int offset = SIZE + 4 * (first & 15);
        if ((first & 0x10) != 0) {
            if (offset + 4 > size) {
                return -1;
            }
            offset += 4 + 4 * (bytes.getShort(at + offset + 2) & 0xFFFF);
        }
        return offset <= size ? offset : -1;
    }

    /**
     * Bytes of payload, without padding; -1 if the padding is longer than the packet.
     *
     * @param payloadOffset as {@link #payloadOffset} gives it
     */
    public static int payloadSize(ByteBuffer bytes, int at, int size, int payloadOffset) {
        int padding = (bytes.get(at) & 0x20) != 0 ? bytes.get(at + size - 1) & 0xFF : 0;
        return padding > size - payloadOffset ? -1 : size - payloadOffset - padding;
    }

    /** The field of the packet at an absolute index. */
    public static int sequenceNumber(ByteBuffer bytes, int at) {
        return bytes.getShort(at + 2) & 0xFFFF;
    }

    /** The field of the packet at an absolute index. */
    public static int payloadType(ByteBuffer bytes, int at) {
        return bytes.get(at + 1) & 0x7F;
    }

    /** The field of the packet at an absolute index. */
    public static long ssrc(ByteBuffer bytes, int at) {
        return bytes.getInt(at + 8) & 0xFFFF_FFFFL;
    }
}

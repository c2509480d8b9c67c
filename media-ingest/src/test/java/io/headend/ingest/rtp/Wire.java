package io.headend.ingest.rtp;

import io.headend.formats.rtp.FecHeader;
import io.headend.formats.rtp.RtpHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A sender of SMPTE ST 2022-1: block-aligned matrices, rows when complete, columns spread over the next matrix. */
final class Wire {

    static final long SPACING = 2_000_000;

    enum Kind {
        MEDIA,
        COLUMN,
        ROW
    }

    /** A packet on its way, to one leg. */
    record Packet(Kind kind, int index, ByteBuffer bytes, long nanos) {
        Packet at(long time) {
            return new Packet(kind, index, bytes, time);
        }
    }

    final int columns;
    final int rows;
    private final int firstNumber;
    private final long ssrc;
    private final Random random;
    private final List<ByteBuffer> media = new ArrayList<>();

    Wire(int columns, int rows, int firstNumber, long ssrc, long seed) {
        this.columns = columns;
        this.rows = rows;
        this.firstNumber = firstNumber;
        this.ssrc = ssrc;
        this.random = new Random(seed);
    }

    /** Payload of media packet {@code index}. */
    ByteBuffer payload(int index) {
        ByteBuffer packet = media.get(index);
        return packet.slice(RtpHeader.SIZE, packet.remaining() - RtpHeader.SIZE);
    }

    /** So many matrices and a tail of media without FEC that carries the last columns. */
    List<Packet> send(int matrices) {
        int size = columns * rows;
        List<Packet> sent = new ArrayList<>();
        List<ByteBuffer> waiting = new ArrayList<>();
        for (int i = 0; i < (matrices + 1) * size; i++) {
            ByteBuffer packet = media(i);
            media.add(packet);
            long now = i * SPACING;
            sent.add(new Packet(Kind.MEDIA, i, packet, now));
            int inMatrix = i % size;
            if (inMatrix % rows == 0 && !waiting.isEmpty()) {
                sent.add(new Packet(Kind.COLUMN, i / size, waiting.remove(0), now + 1));
            }
            if (i >= matrices * size) {
                continue;
            }
            if (inMatrix % columns == columns - 1) {
                sent.add(new Packet(Kind.ROW, i / columns, fec(true, i - columns + 1, 1, columns), now + 2));
            }
            if (inMatrix == size - 1) {
                for (int c = 0; c < columns; c++) {
                    waiting.add(fec(false, i - size + 1 + c, columns, rows));
                }
            }
        }
        return sent;
    }

    private ByteBuffer media(int index) {
        // Not all the same length, as the header can say.
        int size = index % 7 == 3 ? 188 * 5 : 188 * 7;
        ByteBuffer out = ByteBuffer.allocate(RtpHeader.SIZE + size);
        int number = firstNumber + index & 0xFFFF;
        new RtpHeader(RtpHeader.MP2T, false, number, (index * 180L + 0xFFFF_0000L) & 0xFFFF_FFFFL, ssrc).write(out);
        byte[] payload = new byte[size];
        random.nextBytes(payload);
        return out.put(payload).flip();
    }

    private ByteBuffer fec(boolean row, int first, int offset, int count) {
        int longest = 0;
        for (int i = 0; i < count; i++) {
            longest = Math.max(longest, media.get(first + i * offset).remaining() - RtpHeader.SIZE);
        }
        byte[] sum = new byte[longest];
        int length = 0;
        int type = 0;
        long timestamp = 0;
        for (int i = 0; i < count; i++) {
            ByteBuffer packet = media.get(first + i * offset);
            length ^= packet.remaining() - RtpHeader.SIZE;
            type ^= packet.get(1) & 0x7F;
            timestamp ^= packet.getInt(4) & 0xFFFF_FFFFL;
            for (int b = RtpHeader.SIZE; b < packet.remaining(); b++) {
                sum[b - RtpHeader.SIZE] ^= packet.get(b);
            }
        }
        ByteBuffer out = ByteBuffer.allocate(RtpHeader.SIZE + FecHeader.SIZE + longest);
        new RtpHeader(96, false, random.nextInt(0x10000), 0, 0).write(out);
        int base = firstNumber + first & 0xFFFF;
        new FecHeader(base, new FecHeader.Recovery(length, type, timestamp), row, offset, count).write(out);
        return out.put(sum).flip();
    }
}

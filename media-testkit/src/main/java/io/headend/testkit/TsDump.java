package io.headend.testkit;

import java.nio.ByteBuffer;

/** Reads no more of a transport stream than its text shows. */
final class TsDump {

    private static final int PACKET = 188;
    private static final int SYNC = 0x47;

    private final StringBuilder out = new StringBuilder();

    String dump(ByteBuffer stream) {
        ByteBuffer bytes = stream.slice();
        int at = 0;
        for (int number = 0; at + PACKET <= bytes.limit(); number++) {
            if ((bytes.get(at) & 0xFF) != SYNC) {
                out.append("malformed: no sync byte at ").append(at).append('\n');
                return out.toString();
            }
            packet(number, bytes.slice(at, PACKET));
            at += PACKET;
        }
        if (at < bytes.limit()) {
            out.append("malformed: ").append(bytes.limit() - at).append(" bytes behind the last packet\n");
        }
        return out.toString();
    }

    private void packet(int number, ByteBuffer packet) {
        int flags = packet.getShort(1) & 0xFFFF;
        int pid = flags & 0x1FFF;
        boolean start = (flags & 0x4000) != 0;
        int control = packet.get(3) & 0xFF;
        out.append(number).append(": pid ").append(pid).append(" cc ").append(control & 0xF);
        out.append((flags & 0x8000) != 0 ? " error" : "").append(start ? " start" : "");
        out.append((control & 0xC0) != 0 ? " scrambled" : "");
        int payload = 4;
        if ((control & 0x20) != 0) {
            int length = packet.get(4) & 0xFF;
            payload = 5 + length;
            if (payload > PACKET) {
                out.append(" malformed: adaptation field of ").append(length).append(" bytes\n");
                return;
            }
            adaptation(packet, length);
        }
        if ((control & 0x10) != 0 && payload < PACKET) {
            ByteBuffer bytes = packet.slice(payload, PACKET - payload);
            if (start) {
                unit(pid, bytes);
            }
            out.append(" payload ").append(bytes.limit()).append(' ').append(Crc.of(bytes));
        }
        out.append('\n');
    }

    private void adaptation(ByteBuffer packet, int length) {
        if (length == 0) {
            return;
        }
        int flags = packet.get(5) & 0xFF;
        out.append((flags & 0x80) != 0 ? " discontinuity" : "").append((flags & 0x40) != 0 ? " random-access" : "");
        if ((flags & 0x10) != 0 && length >= 7) {
            long high = packet.getInt(6) & 0xFFFFFFFFL;
            int low = packet.getShort(10) & 0xFFFF;
            out.append(" pcr ").append((high << 1 | low >> 15) * 300 + (low & 0x1FF));
        }
    }

    private void unit(int pid, ByteBuffer bytes) {
        if (bytes.limit() >= 9 && bytes.get(0) == 0 && bytes.get(1) == 0 && bytes.get(2) == 1) {
            out.append(String.format(" pes %02x", bytes.get(3)));
            int flags = bytes.get(7) & 0xC0;
            if (flags >= 0x80 && bytes.limit() >= 14) {
                out.append(" pts ").append(time(bytes, 9));
            }
            if (flags == 0xC0 && bytes.limit() >= 19) {
                out.append(" dts ").append(time(bytes, 14));
            }
        } else if (pid < 0x20 || bytes.get(0) == 0) {
            int table = 1 + (bytes.get(0) & 0xFF);
            if (table + 2 < bytes.limit()) {
                out.append(" table ").append(bytes.get(table) & 0xFF);
                out.append(" length ").append(bytes.getShort(table + 1) & 0xFFF);
            }
        }
    }

    /** ISO/IEC 13818-1, 2.4.3.7: 33 bits in five bytes with marker bits between them. */
    private static long time(ByteBuffer bytes, int at) {
        return (bytes.get(at) & 0x0EL) << 29
                | (bytes.getShort(at + 1) & 0xFFFEL) << 14
                | (bytes.getShort(at + 3) & 0xFFFEL) >> 1;
    }
}

package io.headend.benchmarks.rtmp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.LockSupport;

/**
 * Publishes 30 pictures and 47 sounds a second, 4 Mb/s, a key frame every two seconds; each picture carries the time at which it was
 * sent.
 */
final class Publisher implements AutoCloseable {

    static final byte[] MARK = {(byte) 0xDE, (byte) 0xAD, (byte) 0xBE, (byte) 0xEF, 'M', 'A', 'R', 'K'};

    /** An {@code avcC} record of a 1280x720 stream. */
    private static final byte[] AVCC = {
        1,
        0x64,
        0,
        0x1F,
        (byte) 0xFF,
        (byte) 0xE1,
        0,
        0x0A,
        0x67,
        0x64,
        0,
        0x1F,
        (byte) 0xAC,
        (byte) 0xD9,
        0x40,
        0x50,
        0x05,
        (byte) 0xBA,
        1,
        0,
        4,
        0x68,
        (byte) 0xEB,
        (byte) 0xEC,
        (byte) 0xB2,
        0x2C
    };

    private static final byte[] ASC = {0x11, (byte) 0x90};
    private static final int PICTURE = 15_700;
    private static final int SOUND = 330;
    private static final int CHUNK = 65_536;

    private final Socket socket;
    private final Thread thread;
    private volatile boolean closed;

    Publisher(int port, String app, String name) throws IOException {
        socket = Wire.open(port, Wire.publish(app, name));
        thread = new Thread(this::run, "publisher");
        thread.setDaemon(true);
        thread.start();
        Thread drain = new Thread(this::drain, "publisher-drain");
        drain.setDaemon(true);
        drain.start();
    }

    private void drain() {
        byte[] sink = new byte[65_536];
        try {
            InputStream in = socket.getInputStream();
            while (in.read(sink) >= 0) {}
        } catch (IOException e) {
            closed = true;
        }
    }

    private void run() {
        try {
            OutputStream out = socket.getOutputStream();
            send(out, 6, 9, 0, concat(new byte[] {0x17, 0, 0, 0, 0}, AVCC));
            send(out, 4, 8, 0, concat(new byte[] {(byte) 0xAF, 0}, ASC));
            long start = System.nanoTime();
            int pictures = 0;
            int sounds = 0;
            while (!closed) {
                long pictureAt = pictures * 1_000_000_000L / 30;
                long soundAt = sounds * 1_024_000_000_000L / 48_000_000L * 1_000;
                long next = Math.min(pictureAt, soundAt);
                long wait = start + next - System.nanoTime();
                if (wait > 0) {
                    LockSupport.parkNanos(wait);
                    continue;
                }
                if (pictureAt <= soundAt) {
                    send(out, 6, 9, (int) (pictureAt / 1_000_000), picture(pictures % 60 == 0));
                    pictures++;
                } else {
                    byte[] body = new byte[SOUND];
                    body[0] = (byte) 0xAF;
                    body[1] = 1;
                    send(out, 4, 8, (int) (soundAt / 1_000_000), body);
                    sounds++;
                }
            }
        } catch (IOException e) {
            closed = true;
        }
    }

    private static byte[] picture(boolean key) {
        ByteBuffer body = ByteBuffer.allocate(PICTURE);
        body.put((byte) (key ? 0x17 : 0x27)).put((byte) 1).put(new byte[3]);
        body.putInt(PICTURE - 9).put((byte) (key ? 0x65 : 0x41));
        body.put(MARK).putLong(System.nanoTime());
        while (body.hasRemaining()) {
            body.put((byte) 0x55);
        }
        return body.array();
    }

    private static byte[] concat(byte[] a, byte[] b) {
        return ByteBuffer.allocate(a.length + b.length).put(a).put(b).array();
    }

    private static void send(OutputStream out, int chunkStream, int type, int timestamp, byte[] payload)
            throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(payload.length + 32);
        Wire.message(bytes, new int[] {chunkStream, type, 1}, timestamp, payload, CHUNK);
        out.write(bytes.toByteArray());
    }

    boolean failed() {
        return closed;
    }

    @Override
    public void close() throws IOException {
        closed = true;
        LockSupport.unpark(thread);
        socket.close();
    }
}

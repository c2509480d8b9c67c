package io.headend.benchmarks.rtmp;

import io.headend.formats.amf.Amf0;
import io.headend.formats.amf.AmfValue;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;

/** The bytes of an RTMP client, written without the code that is measured. */
final class Wire {

    static final int HELLO = 1537;
    static final int ANSWER = 3073;
    private static final int CHUNK = 128;

    private Wire() {}

    static byte[] hello() {
        byte[] hello = new byte[HELLO];
        hello[0] = 3;
        return hello;
    }

    /** One message in chunks of {@code chunkSize}. */
    static void message(ByteArrayOutputStream out, int[] head, int timestamp, byte[] payload, int chunkSize) {
        int chunkStream = head[0];
        boolean extended = timestamp < 0 || timestamp >= 0xFFFFFF;
        out.write(chunkStream);
        u24(out, extended ? 0xFFFFFF : timestamp);
        u24(out, payload.length);
        out.write(head[1]);
        out.write(head[2]);
        u24(out, 0);
        for (int at = 0; at < payload.length; ) {
            if (extended) {
                out.write(timestamp >> 24);
                u24(out, timestamp);
            }
            int n = Math.min(chunkSize, payload.length - at);
            out.write(payload, at, n);
            at += n;
            if (at < payload.length) {
                out.write(0xC0 | chunkStream);
            }
        }
    }

    private static void u24(ByteArrayOutputStream out, int value) {
        out.write(value >> 16);
        out.write(value >> 8);
        out.write(value);
    }

    private static void command(ByteArrayOutputStream out, int streamId, AmfValue... values) {
        ByteBuffer bytes = Amf0.write(values);
        byte[] payload = new byte[bytes.remaining()];
        bytes.get(payload);
        message(out, new int[] {3, 20, streamId}, 0, payload, CHUNK);
    }

    private static void begin(ByteArrayOutputStream out, String app) {
        out.writeBytes(new byte[HELLO - 1]);
        command(
                out,
                0,
                AmfValue.of("connect"),
                AmfValue.of(1),
                AmfValue.object("app", app, "flashVer", "LNX 9,0,124,2", "tcUrl", "rtmp://127.0.0.1/" + app));
        command(out, 0, AmfValue.of("createStream"), AmfValue.of(2), AmfValue.none());
    }

    /** Everything behind the handshake's answer that a viewer says, in one piece. */
    static byte[] play(String app, String name) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        begin(out, app);
        command(out, 1, AmfValue.of("play"), AmfValue.of(0), AmfValue.none(), AmfValue.of(name), AmfValue.of(-2000));
        return out.toByteArray();
    }

    static byte[] publish(String app, String name) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        begin(out, app);
        message(out, new int[] {2, 1, 0}, 0, new byte[] {0, 1, 0, 0}, CHUNK);
        command(
                out,
                1,
                AmfValue.of("publish"),
                AmfValue.of(0),
                AmfValue.none(),
                AmfValue.of(name),
                AmfValue.of("live"));
        return out.toByteArray();
    }

    /** A blocking connection that has said {@code words}. */
    static Socket open(int port, byte[] words) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        OutputStream out = socket.getOutputStream();
        out.write(hello());
        new DataInputStream(socket.getInputStream()).readFully(new byte[ANSWER]);
        out.write(words);
        return socket;
    }
}

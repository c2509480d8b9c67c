package io.headend.ingest.rtmp;

import io.headend.formats.amf.Amf0;
import io.headend.formats.amf.AmfValue;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** A plain blocking RTMP client with chunk code of its own. */
final class TestClient implements AutoCloseable {

    /** One message as it was received. */
    record Received(int type, int streamId, long timestamp, byte[] payload, long nanos) {
        List<AmfValue> values() {
            return Amf0.readAll(ByteBuffer.wrap(payload));
        }

        String command() {
            return type == 20 && values().get(0) instanceof AmfValue.Text text ? text.value() : "";
        }

        String code() {
            return type == 20 && values().size() > 3 && values().get(3) instanceof AmfValue.Obj info
                    ? info.text("code").orElse("")
                    : "";
        }
    }

    private static final class Stream {
        long timestamp;
        int length;
        int type;
        int streamId;
        boolean extended;
        byte[] partial = {};
        int have;
    }

    final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private final Map<Integer, Stream> streams = new HashMap<>();
    private int chunkIn = 128;
    private int chunkOut = 128;
    boolean enhanced;

    TestClient(int port) throws IOException {
        this(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    TestClient(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(10_000);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 65_536));
        out = socket.getOutputStream();
    }

    InputStream raw() {
        return in;
    }

    TestClient shake() throws IOException {
        byte[] hello = new byte[1537];
        hello[0] = 3;
        out.write(hello);
        byte[] answer = new byte[3073];
        in.readFully(answer);
        out.write(answer, 1, 1536);
        return this;
    }

    TestClient connect(String app) throws IOException {
        return connect(app, AmfValue.object("app", app, "tcUrl", "rtmp://127.0.0.1/" + app));
    }

    TestClient connect(String app, AmfValue.Obj properties) throws IOException {
        shake();
        command(0, "connect", 1, properties);
        return this;
    }

    TestClient createStream() throws IOException {
        command(0, "createStream", 2, AmfValue.none());
        return this;
    }

    static TestClient publisher(int port, String app, String name) throws IOException {
        TestClient client = new TestClient(port).connect(app).createStream();
        client.command(1, "publish", 3, AmfValue.none(), AmfValue.of(name), AmfValue.of("live"));
        return client;
    }

    static TestClient player(int port, String app, String name) throws IOException {
        TestClient client = new TestClient(port).connect(app).createStream();
        client.command(1, "play", 3, AmfValue.none(), AmfValue.of(name), AmfValue.of(-2000));
        return client;
    }

    TestClient chunkSize(int size) throws IOException {
        message(2, 1, 0, 0, ByteBuffer.allocate(4).putInt(size).array());
        chunkOut = size;
        return this;
    }

    void command(int streamId, String name, int transaction, AmfValue... rest) throws IOException {
        ByteBuffer head = Amf0.write(AmfValue.of(name), AmfValue.of(transaction));
        ByteBuffer tail = Amf0.write(rest);
        message(
                3,
                20,
                streamId,
                0,
                ByteBuffer.allocate(head.remaining() + tail.remaining())
                        .put(head)
                        .put(tail)
                        .array());
    }

    void message(int chunkStream, int type, int streamId, long timestamp, byte[] payload) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        boolean extended = timestamp >= 0xFFFFFF;
        bytes.write(chunkStream);
        put24(bytes, extended ? 0xFFFFFF : (int) timestamp);
        put24(bytes, payload.length);
        bytes.write(type);
        for (int i = 0; i < 4; i++) {
            bytes.write(streamId >> (8 * i));
        }
        for (int at = 0; ; ) {
            if (extended) {
                put32(bytes, (int) timestamp);
            }
            int n = Math.min(chunkOut, payload.length - at);
            bytes.write(payload, at, n);
            at += n;
            if (at >= payload.length) {
                break;
            }
            bytes.write(0xC0 | chunkStream);
        }
        out.write(bytes.toByteArray());
    }

    void video(long timestamp, boolean key, int size) throws IOException {
        byte[] body = new byte[Math.max(size, 10)];
        body[0] = (byte) (key ? 0x17 : 0x27);
        body[1] = 1;
        ByteBuffer.wrap(body).putInt(5, body.length - 9);
        message(6, 9, 1, timestamp, body);
    }

    void audio(long timestamp, int size) throws IOException {
        byte[] body = new byte[Math.max(size, 3)];
        body[0] = (byte) 0xAF;
        body[1] = 1;
        message(4, 8, 1, timestamp, body);
    }

    private static void put24(ByteArrayOutputStream to, int value) {
        to.write(value >> 16);
        to.write(value >> 8);
        to.write(value);
    }

    private static void put32(ByteArrayOutputStream to, int value) {
        to.write(value >> 24);
        put24(to, value);
    }

    /** The next message, or {@code null} when the server has closed. */
    Received read() throws IOException {
        while (true) {
            int first;
            try {
                first = in.readUnsignedByte();
            } catch (EOFException | SocketException e) {
                return null;
            }
            int format = first >> 6;
            Stream stream = streams.computeIfAbsent(first & 63, id -> new Stream());
            if (format < 3) {
                int field = u24();
                if (format < 2) {
                    stream.length = u24();
                    stream.type = in.readUnsignedByte();
                }
                if (format == 0) {
                    stream.streamId = Integer.reverseBytes(in.readInt());
                }
                stream.extended = field == 0xFFFFFF;
                long time = stream.extended ? in.readInt() & 0xFFFFFFFFL : field;
                stream.timestamp = format == 0 ? time : stream.timestamp + time;
            } else if (stream.extended) {
                in.readInt();
            }
            if (stream.have == 0) {
                stream.partial = new byte[stream.length];
            }
            int n = Math.min(chunkIn, stream.length - stream.have);
            in.readFully(stream.partial, stream.have, n);
            stream.have += n;
            if (stream.have == stream.length) {
                stream.have = 0;
                Received message =
                        new Received(stream.type, stream.streamId, stream.timestamp, stream.partial, System.nanoTime());
                if (message.type == 1) {
                    chunkIn = ByteBuffer.wrap(message.payload).getInt();
                }
                return message;
            }
        }
    }

    private int u24() throws IOException {
        return in.readUnsignedByte() << 16 | in.readUnsignedShort();
    }

    /** Reads up to the first message that fits. */
    Received await(Predicate<Received> condition) {
        try {
            while (true) {
                Received message = read();
                if (message == null) {
                    throw new AssertionError("the server has closed the connection");
                }
                if (condition.test(message)) {
                    return message;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Received awaitCode(String code) {
        return await(message -> message.code().equals(code));
    }

    Received awaitMedia(int type) {
        return await(message -> message.type == type);
    }

    /** Whether the server closes the connection. */
    boolean awaitClose() throws IOException {
        try {
            while (read() != null) {}
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

package io.headend.ingest;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A small RTSP server (RFC 2326, RTP in the connection): who announces a stream records it, everybody else plays what is recorded. The
 * packets and the description are the recorder's.
 */
public final class RtspRelay implements AutoCloseable {

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Client> clients = new CopyOnWriteArrayList<>();
    private volatile byte[] description = {};
    private volatile boolean held;
    private volatile String credentials = "";

    public RtspRelay() throws IOException {
        start(this::listen);
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "rtsp-relay");
        thread.setDaemon(true);
        thread.start();
    }

    public String url() {
        return "rtsp://127.0.0.1:" + listener.getLocalPort() + "/live";
    }

    /** Players must say so (RFC 7617). */
    public void ask(String user, String password) {
        credentials =
                "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    /** Connections stay, and nothing comes any more. */
    public void hold(boolean now) {
        held = now;
    }

    /** Ends every player's connection, without a word. */
    public void cutPlayers() {
        clients.stream().filter(client -> client.playing).forEach(Client::cut);
    }

    public int players() {
        return (int) clients.stream().filter(client -> client.playing).count();
    }

    public boolean isDescribed() {
        return description.length > 0;
    }

    private void listen() {
        try {
            while (true) {
                Client client = new Client(listener.accept());
                clients.add(client);
                start(client::serve);
            }
        } catch (IOException e) {
            clients.forEach(Client::cut);
        }
    }

    private final class Client {
        private final Socket socket;
        private final OutputStream out;
        private volatile boolean playing;

        Client(Socket socket) throws IOException {
            this.socket = socket;
            this.out = socket.getOutputStream();
        }

        void cut() {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void serve() {
            try (socket) {
                DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
                for (int first = in.read(); first >= 0; first = in.read()) {
                    if (first == '$') {
                        int channel = in.readUnsignedByte();
                        byte[] packet = in.readNBytes(in.readUnsignedShort());
                        if (!playing) {
                            forward(channel, packet);
                        }
                    } else {
                        answer(request((char) first + line(in), in));
                    }
                }
            } catch (IOException e) {
                playing = false;
            } finally {
                clients.remove(this);
            }
        }

        private void forward(int channel, byte[] packet) {
            for (Client client : clients) {
                if (client.playing && !held) {
                    try {
                        client.send(channel, packet);
                    } catch (IOException e) {
                        client.playing = false;
                    }
                }
            }
        }

        private synchronized void send(int channel, byte[] packet) throws IOException {
            out.write(new byte[] {'$', (byte) channel, (byte) (packet.length >> 8), (byte) packet.length});
            out.write(packet);
        }

        private Map<String, String> request(String first, DataInputStream in) throws IOException {
            Map<String, String> request = new HashMap<>(Map.of("", first));
            for (String line = line(in); !line.isEmpty(); line = line(in)) {
                int colon = line.indexOf(':');
                request.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
            byte[] body = in.readNBytes(Integer.parseInt(request.getOrDefault("content-length", "0")));
            if (first.startsWith("ANNOUNCE")) {
                description = body;
            }
            return request;
        }

        private synchronized void answer(Map<String, String> request) throws IOException {
            String method = request.get("").split(" ", -1)[0];
            String transport = request.getOrDefault("transport", "");
            boolean allowed = !method.equals("DESCRIBE")
                    || request.getOrDefault("authorization", "").endsWith(credentials);
            byte[] body = method.equals("DESCRIBE") && allowed ? description : new byte[0];
            String status = !allowed
                    ? "401 Unauthorized"
                    : method.equals("SETUP") && !transport.contains("TCP")
                            ? "461 Unsupported Transport"
                            : method.equals("DESCRIBE") && body.length == 0 ? "404 Not Found" : "200 OK";
            String answer = "RTSP/1.0 " + status + "\r\nCSeq: " + request.get("cseq") + "\r\nSession: 1\r\n"
                    + (allowed ? "" : "WWW-Authenticate: Basic realm=\"test\"\r\n")
                    + (method.equals("OPTIONS") ? "Public: ANNOUNCE, RECORD, DESCRIBE, SETUP, PLAY, TEARDOWN\r\n" : "")
                    + (method.equals("SETUP") ? "Transport: " + transport + "\r\n" : "")
                    + (body.length > 0
                            ? "Content-Type: application/sdp\r\nContent-Length: " + body.length + "\r\n"
                            : "")
                    + "\r\n";
            out.write(answer.getBytes(StandardCharsets.UTF_8));
            out.write(body);
            playing |= method.equals("PLAY");
        }
    }

    private static String line(DataInputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.readUnsignedByte(); c != '\n'; c = in.readUnsignedByte()) {
            line.append((char) c);
        }
        return line.toString().stripTrailing();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        clients.forEach(Client::cut);
    }
}

package io.headend.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1.1 server on the loopback address that does what a script says, also what no server should do.
 *
 * <p>Ranges are answered from whole bodies, connections are kept open.
 *
 * <p><b>Threading:</b> one thread accepts, one works on each connection; the script is called by those.
 */
public final class ScriptedOrigin implements AutoCloseable {

    /** What to do with a request. Bodies are lent by the script. */
    public sealed interface Answer {

        static Answer ok(byte[] body) {
            return new Reply(200, body, Map.of());
        }

        static Answer ok(String body) {
            return ok(body.getBytes(StandardCharsets.UTF_8));
        }

        /** A response without a body. */
        static Answer status(int status) {
            return new Reply(status, new byte[0], Map.of());
        }

        static Answer redirect(String location) {
            return new Reply(302, new byte[0], Map.of("Location", location));
        }

        /** The connection is reset. */
        static Answer reset() {
            return new Broken(new byte[0], 0, true);
        }

        /** Nothing comes; the connection stays open. */
        static Answer silence() {
            return new Broken(new byte[0], 0, false);
        }

        /** The head and half of the body, then nothing more; the connection stays open. */
        static Answer half(byte[] body) {
            return new Broken(body, body.length / 2, false);
        }

        /** The head and so many bytes of the body, then the connection is reset. */
        static Answer cut(byte[] body, int bytes) {
            return new Broken(body, bytes, true);
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // lent by the script, never compared
    record Reply(int status, byte[] body, Map<String, String> headers) implements Answer {}

    /** @param bytes of the body that are sent, behind the head; no head either for an empty body */
    @SuppressWarnings("ArrayRecordComponent") // as above
    record Broken(byte[] body, int bytes, boolean reset) implements Answer {}

    /**
     * One request.
     *
     * @param target path and query
     * @param headers by lower-case name
     */
    public record Request(String target, Map<String, String> headers) {
        public String path() {
            int query = target.indexOf('?');
            return query < 0 ? target : target.substring(0, query);
        }
    }

    private final ServerSocket server;
    private final Function<Request, Answer> script;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final List<Request> requests = new CopyOnWriteArrayList<>();

    private ScriptedOrigin(ServerSocket server, Function<Request, Answer> script) {
        this.server = server;
        this.script = script;
    }

    /** Starts on a free port. */
    public static ScriptedOrigin start(Function<Request, Answer> script) throws IOException {
        ScriptedOrigin origin = new ScriptedOrigin(new ServerSocket(0, 64, InetAddress.getLoopbackAddress()), script);
        daemon(origin::accept, "scripted-origin");
        return origin;
    }

    private static void daemon(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.getLocalPort() + path);
    }

    /** All requests so far, in order. */
    public List<Request> requests() {
        return List.copyOf(requests);
    }

    private void accept() {
        try {
            while (!server.isClosed()) {
                Socket socket = server.accept();
                connections.add(socket);
                daemon(() -> serve(socket), "scripted-origin-connection");
            }
        } catch (IOException e) {
            if (!server.isClosed()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            for (Request request = read(in); request != null; request = read(in)) {
                requests.add(request);
                if (!answer(socket, request, script.apply(request))) {
                    return;
                }
            }
        } catch (SocketException e) {
            // The client went away, or the origin is closed.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            connections.remove(socket);
        }
    }

    private static @Nullable Request read(BufferedReader in) throws IOException {
        String first = in.readLine();
        if (first == null) {
            return null;
        }
        Map<String, String> headers = new HashMap<>();
        for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, Math.max(0, colon)).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        String[] parts = first.split(" ", 3);
        return new Request(parts.length > 1 ? parts[1] : "", headers);
    }

    private boolean answer(Socket socket, Request request, Answer answer) throws IOException {
        OutputStream out = socket.getOutputStream();
        if (answer instanceof Reply reply) {
            out.write(response(request, reply));
            out.flush();
            return true;
        }
        Broken broken = (Broken) answer;
        if (broken.body().length > 0) {
            byte[] whole = response(request, new Reply(200, broken.body(), Map.of()));
            int head = new String(whole, StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n") + 4;
            out.write(whole, 0, Math.min(whole.length, head + broken.bytes()));
            out.flush();
        }
        if (broken.reset()) {
            socket.setSoLinger(true, 0);
            return false;
        }
        // Until the client goes away, or the origin is closed.
        socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        return false;
    }

    private static byte[] response(Request request, Reply reply) {
        byte[] body = reply.body();
        int status = reply.status();
        List<String> lines = new ArrayList<>();
        String range = request.headers().get("range");
        if (status == 200 && range != null && range.matches("bytes=[0-9]+-[0-9]*")) {
            String[] ends = range.substring(6).split("-", 2);
            long last = ends[1].isEmpty() ? body.length - 1L : Long.parseLong(ends[1]);
            int from = Integer.parseInt(ends[0]);
            int to = (int) Math.min(body.length, last + 1);
            if (from < to) {
                lines.add("Content-Range: bytes " + from + "-" + (to - 1) + "/" + body.length);
                body = Arrays.copyOfRange(body, from, to);
                status = 206;
            }
        }
        reply.headers().forEach((name, value) -> lines.add(name + ": " + value));
        String head = "HTTP/1.1 " + status + " Scripted\r\nContent-Length: " + body.length + "\r\n"
                + String.join("", lines.stream().map(line -> line + "\r\n").toList()) + "\r\n";
        byte[] headBytes = head.getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = Arrays.copyOf(headBytes, headBytes.length + body.length);
        System.arraycopy(body, 0, all, headBytes.length, body.length);
        return all;
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : connections) {
            socket.close();
        }
    }
}

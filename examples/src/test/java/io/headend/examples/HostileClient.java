package io.headend.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;

/** {@code headend keys} in this JVM, asked over sockets of its own by somebody who means no good; says what each answer cost. */
final class HostileClient implements AutoCloseable {

    /** No refusal takes longer, on a machine that does other things too. */
    static final Duration LONGEST = Duration.ofSeconds(5);

    /** No refusal makes the server allocate more than this; what is held at a time is less. */
    static final long MOST_ALLOCATED = 48 << 20;

    private static final Pattern ADDRESS = Pattern.compile("http://127\\.0\\.0\\.1:(\\d+)/license");
    private static final Pattern SENTENCE = Pattern.compile("[A-Z][^\\n]{5,299}\\.\\n?");

    private final StringWriter out = new StringWriter();
    private final Thread running;
    private final int port;

    /**
     * An answer.
     *
     * @param allocated bytes that all threads but the client's allocated meanwhile
     */
    record Answer(int status, String head, byte[] body, Duration time, long allocated) {

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        /** The answer to bad input: the status, one sentence, in good time, and cheap. */
        void refused(int expected, String... words) {
            assertThat(status).as(text()).isEqualTo(expected);
            assertThat(text()).matches(SENTENCE).doesNotContain("Exception", "io.headend", "java.");
            for (String word : words) {
                assertThat(text()).contains(word);
            }
            cheap();
        }

        void cheap() {
            assertThat(time).isLessThan(LONGEST);
            assertThat(allocated).isLessThan(MOST_ALLOCATED);
        }
    }

    HostileClient(String... options) {
        CommandLine line = Headend.commandLine();
        StringWriter err = new StringWriter();
        line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        List<String> all = new ArrayList<>(List.of("keys", "--port", "0"));
        all.addAll(List.of(options));
        running = new Thread(() -> line.execute(all.toArray(String[]::new)));
        running.start();
        while (running.isAlive()) {
            Matcher address = ADDRESS.matcher(out.toString());
            if (address.find()) {
                port = Integer.parseInt(address.group(1));
                return;
            }
            LockSupport.parkNanos(1_000_000);
        }
        throw new AssertionError(err.toString());
    }

    int port() {
        return port;
    }

    String url(String path) {
        return "http://127.0.0.1:" + port + path;
    }

    /** @param fields further lines of the head */
    Answer post(String path, byte[] body, String... fields) {
        return ask("POST", path, body, fields);
    }

    Answer post(String path, String body, String... fields) {
        return post(path, body.getBytes(StandardCharsets.UTF_8), fields);
    }

    Answer ask(String method, String path, byte[] body, String... fields) {
        StringBuilder head =
                new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: keys\r\nConnection: close\r\n");
        for (String field : fields) {
            head.append(field).append("\r\n");
        }
        if (!method.equals("GET") && !method.equals("HEAD")) {
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        head.append("\r\n");
        long allocated = allocatedByOthers();
        long begin = System.nanoTime();
        try (Socket socket = connect()) {
            socket.getOutputStream().write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
            try {
                socket.getOutputStream().write(body);
            } catch (IOException e) {
                // the server has answered and reads no further
            }
            byte[] all = readAll(socket.getInputStream());
            Duration time = Duration.ofNanos(System.nanoTime() - begin);
            return answer(all, time, allocatedByOthers() - allocated);
        } catch (IOException e) {
            throw new AssertionError("no answer to " + method + " " + path, e);
        }
    }

    Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(60_000);
        return socket;
    }

    static Answer answer(byte[] all, Duration time, long allocated) {
        String text = new String(all, StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        assertThat(end).as("an HTTP response: '%s'", text).isPositive();
        int status = Integer.parseInt(text.substring(9, 12));
        byte[] body = Arrays.copyOfRange(all, end + 4, all.length);
        return new Answer(status, text.substring(0, end), body, time, allocated);
    }

    static byte[] readAll(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] part = new byte[16 << 10];
        try {
            for (int count = in.read(part); count >= 0; count = in.read(part)) {
                bytes.write(part, 0, count);
            }
        } catch (SocketException e) {
            // cut off behind the answer
        }
        return bytes.toByteArray();
    }

    private static long allocatedByOthers() {
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long sum = 0;
        for (long id : threads.getAllThreadIds()) {
            if (id != Thread.currentThread().getId()) {
                sum += Math.max(0, threads.getThreadAllocatedBytes(id));
            }
        }
        return sum;
    }

    /** A file with this content. */
    static String file(Path folder, String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content).toString();
    }

    @Override
    public void close() {
        running.interrupt();
        try {
            running.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

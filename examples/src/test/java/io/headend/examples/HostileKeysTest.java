package io.headend.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients of {@code headend keys} that are slow, many, or too quick, at every path. */
@Timeout(120)
class HostileKeysTest {

    private static final List<String> PATHS = List.of("/license", "/speke", "/widevine");

    @TempDir
    Path folder;

    private HostileClient start(String... options) throws IOException {
        List<String> all = new ArrayList<>(List.of(options));
        all.addAll(List.of(
                "--signer-file",
                HostileClient.file(folder, "signer.txt", "me:" + "12".repeat(32) + ":" + "34".repeat(16))));
        return new HostileClient(all.toArray(String[]::new));
    }

    /** Half a head, half a body, and a body byte by byte: each gets 408 when 10 s are over, and nobody else waits. */
    @Test
    void slowClients() throws Exception {
        try (HostileClient keys = start("--at-once", "2")) {
            long begin = System.nanoTime();
            List<Socket> slow = new ArrayList<>();
            for (String path : PATHS) {
                for (String sent : List.of(
                        "POST " + path + " HT",
                        "POST " + path + " HTTP/1.1\r\nHost: k\r\nContent-Length: 9\r\n\r\n{")) {
                    Socket socket = keys.connect();
                    socket.getOutputStream().write(sent.getBytes(StandardCharsets.US_ASCII));
                    slow.add(socket);
                }
            }
            assertThat(keys.ask("GET", "/license?kid=" + "00".repeat(16), new byte[0])
                            .status())
                    .isEqualTo(200);
            for (Socket socket : slow) {
                byte[] all = HostileClient.readAll(socket.getInputStream());
                HostileClient.answer(all, Duration.ZERO, 0).refused(408);
                socket.close();
            }
            assertThat(Duration.ofNanos(System.nanoTime() - begin))
                    .isBetween(Duration.ofSeconds(9), Duration.ofSeconds(25));
        }
    }

    @Test
    void moreThanTheRateIsRefusedUntilLater() throws Exception {
        try (HostileClient keys = start("--each-second", "3")) {
            for (String path : PATHS) {
                int refused = 0;
                for (int i = 0; i < 12; i++) {
                    HostileClient.Answer answer = keys.post(path, "{}");
                    if (answer.status() == 429) {
                        refused++;
                        answer.refused(429, "too many requests");
                        assertThat(answer.head()).contains("Retry-After: 1");
                    }
                }
                assertThat(refused).as(path).isPositive();
            }
        }
    }

    @Test
    void requestsInCrowdsAreAnsweredOrToldToComeBack() throws Exception {
        try (HostileClient keys = start("--at-once", "4", "--each-second", "100000")) {
            String body = "<cpix:CPIX xmlns:cpix=\"urn:dashif:org:cpix\">" + "<a/>".repeat(45_000) + "</cpix:CPIX>";
            byte[] request =
                    ("POST /speke HTTP/1.1\r\nHost: k\r\nX-Speke-Version: 2.0\r\nConnection: close\r\nContent-Length: "
                                    + body.length() + "\r\n\r\n" + body)
                            .getBytes(StandardCharsets.US_ASCII);
            long used = used();
            int[] statuses = new int[600];
            for (int round = 0; round < 10; round++) {
                List<Socket> clients = new ArrayList<>();
                for (int i = 0; i < 40; i++) {
                    Socket client = keys.connect();
                    client.getOutputStream().write(request);
                    clients.add(client);
                }
                for (Socket client : clients) {
                    HostileClient.Answer answer =
                            HostileClient.answer(HostileClient.readAll(client.getInputStream()), Duration.ZERO, 0);
                    answer.refused(answer.status());
                    statuses[answer.status()]++;
                    client.close();
                }
            }
            assertThat(statuses[400] + statuses[503]).isEqualTo(400);
            assertThat(statuses[400]).as("answered").isPositive();
            assertThat(used() - used).as("bytes that stay").isLessThan(20 << 20);
        }
    }

    private static long used() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}

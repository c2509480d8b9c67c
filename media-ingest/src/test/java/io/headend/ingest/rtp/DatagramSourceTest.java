package io.headend.ingest.rtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.Sample;
import io.headend.formats.rtp.RtpHeader;
import io.headend.ingest.DatagramAddress;
import io.headend.ingest.Ingest;
import io.headend.ingest.InputSpec;
import io.headend.ingest.Rtp;
import io.headend.ingest.Udp;
import io.headend.testkit.FreePorts;
import io.headend.testkit.RecordingSink;
import io.headend.testkit.SharedMedia;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class DatagramSourceTest {

    private static final int TS = 7 * 188;
    private static final int MOST_UNDER_WAY = 100;

    private final RecordingSink out = new RecordingSink();

    private static byte[] stream() throws IOException {
        Path file = SharedMedia.find("media/functional/derived_h264_2xheaac.ts").orElse(null);
        assumeTrue(file != null, "skipped: ../shared is missing");
        return Files.readAllBytes(file);
    }

    private static Thread start(Ingest ingest, RecordingSink sink) {
        Thread thread = new Thread(() -> ingest.run(sink), "ingest");
        thread.start();
        return thread;
    }

    private static void send(DatagramSocket socket, ByteBuffer packet, int port) throws IOException {
        socket.send(new DatagramPacket(
                packet.array(), packet.position(), packet.remaining(), InetAddress.getLoopbackAddress(), port));
    }

    /** Leaves the receiver no more than its socket holds, however slow it is. */
    private static void awaitDatagrams(Ingest ingest, long sent) {
        await(() -> ingest.counters().getOrDefault("datagrams", 0L) >= sent - MOST_UNDER_WAY);
    }

    /** A look at the port would take it away from the receiver for a moment. */
    private static void awaitListening(Ingest ingest) {
        await(() -> ingest.counters().containsKey("datagrams"));
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void udpWithAndWithoutRtpHeaders(boolean rtp) throws Exception {
        byte[] stream = stream();
        int port = FreePorts.eight();
        Ingest ingest =
                Ingest.builder(InputSpec.parse("udp://127.0.0.1:" + port)).build();
        Thread thread = start(ingest, out);
        awaitListening(ingest);
        try (DatagramSocket socket = new DatagramSocket()) {
            for (int i = 0; i * TS < stream.length; i++) {
                int size = Math.min(TS, stream.length - i * TS);
                ByteBuffer packet = ByteBuffer.allocate(RtpHeader.SIZE + size);
                if (rtp) {
                    new RtpHeader(33, false, i & 0xFFFF, i, 5).write(packet);
                }
                awaitDatagrams(ingest, i);
                send(socket, packet.put(stream, i * TS, size).flip(), port);
            }
        }
        assertThat(out.await(items -> ingest.stats().samples() >= 340, Duration.ofSeconds(10)))
                .isTrue();
        ingest.close();
        thread.join();
        assertThat(out.tracks()).hasSize(3);
        assertThat(ingest.counters())
                .containsEntry("continuity_errors", 0L)
                .containsEntry("received", (long) (stream.length + TS - 1) / TS);
        assertThat(ingest.counters().get("receive_buffer_bytes")).isPositive();
    }

    @Test
    void aPictureThatStoppingCutsOffIsNotGiven() throws Exception {
        byte[] stream = stream();
        int port = FreePorts.eight();
        Ingest ingest =
                Ingest.builder(InputSpec.parse("udp://127.0.0.1:" + port)).build();
        Thread thread = start(ingest, out);
        awaitListening(ingest);
        int packets = stream.length / TS / 2;
        try (DatagramSocket socket = new DatagramSocket()) {
            for (int i = 0; i < packets; i++) {
                awaitDatagrams(ingest, i);
                send(socket, ByteBuffer.wrap(stream, i * TS, TS), port);
            }
        }
        await(() -> ingest.counters().getOrDefault("received", 0L) >= packets);
        int whole = out.items(Sample.class).size();
        ingest.close();
        thread.join();
        assertThat(whole).isPositive();
        assertThat(out.items(Sample.class)).hasSize(whole);
    }

    @Test
    void twoLegsAndFecThroughRealSockets() throws Exception {
        byte[] stream = stream();
        int first = FreePorts.eight();
        int second = FreePorts.eight();
        Rtp spec = new Rtp(
                List.of(DatagramAddress.of("127.0.0.1", first), DatagramAddress.of("127.0.0.1", second)),
                Rtp.Fec.TWO_DIMENSIONAL,
                Duration.ofMillis(300),
                0);
        Ingest ingest = Ingest.builder(spec).build();
        Thread thread = start(ingest, out);
        awaitListening(ingest);
        int packets = (stream.length + TS - 1) / TS;
        int sent = 0;
        try (DatagramSocket socket = new DatagramSocket()) {
            for (int i = 0; i < packets; i++) {
                int size = Math.min(TS, stream.length - i * TS);
                ByteBuffer packet = ByteBuffer.allocate(RtpHeader.SIZE + size);
                new RtpHeader(33, false, 65_000 + i & 0xFFFF, i, 5).write(packet);
                packet.put(stream, i * TS, size).flip();
                awaitDatagrams(ingest, sent);
                // Each leg loses every tenth packet, never the same.
                if (i % 10 != 3) {
                    send(socket, packet, first);
                    sent++;
                }
                if (i % 10 != 7) {
                    send(socket, packet, second);
                    sent++;
                }
            }
        }
        assertThat(out.await(items -> ingest.stats().samples() >= 340, Duration.ofSeconds(10)))
                .isTrue();
        ingest.close();
        thread.join();
        assertThat(ingest.counters())
                .containsEntry("continuity_errors", 0L)
                .containsEntry("received", (long) packets)
                .containsEntry("lost", 0L)
                .containsEntry("unrecovered", 0L)
                .containsEntry("leg0_lost", (long) (packets + 6) / 10)
                .containsEntry("leg1_lost", (long) (packets + 2) / 10);
    }

    @Test
    void silenceEndsTheSourceInTime() throws Exception {
        DatagramSource source = DatagramSource.of(
                Udp.of(DatagramAddress.of("127.0.0.1", FreePorts.eight())), Duration.ofMillis(200), System::nanoTime);
        long start = System.nanoTime();
        assertThatThrownBy(() -> source.run(out))
                .isInstanceOfSatisfying(MediaException.class, e -> {
                    assertThat(e.code()).isEqualTo(MediaErrorCode.TIMEOUT);
                    assertThat(e.retryable()).isTrue();
                })
                .hasMessageContaining("brought no packet");
        assertThat(System.nanoTime() - start).isBetween(200_000_000L, 2_000_000_000L);
    }

    @Test
    void aPortInUseIsSaid() throws Exception {
        int port = FreePorts.eight();
        try (DatagramSocket taken = new DatagramSocket(new InetSocketAddress("127.0.0.1", port))) {
            assertThat(taken.isBound()).isTrue();
            DatagramSource source = DatagramSource.of(
                    Udp.of(DatagramAddress.of("127.0.0.1", port)), Duration.ofSeconds(1), System::nanoTime);
            assertThatThrownBy(() -> source.run(out))
                    .isInstanceOfSatisfying(
                            MediaException.class, e -> assertThat(e.code()).isEqualTo(MediaErrorCode.CONFLICT));
        }
        DatagramSource nowhere = DatagramSource.of(
                Udp.of(new DatagramAddress("239.255.0.1", port, null, "none0")),
                Duration.ofSeconds(1),
                System::nanoTime);
        assertThatThrownBy(() -> nowhere.run(out)).hasMessageContaining("no network interface 'none0'");
    }

    /** The group that is heard, where it is sent from, and whether that arrives. */
    @ParameterizedTest
    @CsvSource({
        "udp://239.255.77.7:PORT?interface=lo, 239.255.77.7, 127.0.0.1, true",
        "udp://127.0.0.1@232.255.77.7:PORT?interface=lo, 232.255.77.7, 127.0.0.1, true",
        "udp://127.0.0.1@232.255.77.7:PORT?interface=lo, 232.255.77.7, 127.0.0.2, false",
        "rtp://127.0.0.2@232.255.77.7:PORT?interface=lo, 232.255.77.7, 127.0.0.2, true",
    })
    void multicastFromAnyAndFromOneSource(String url, String group, String from, boolean heard) throws Exception {
        byte[] stream = stream();
        int port = FreePorts.eight();
        Ingest ingest = Ingest.builder(InputSpec.parse(url.replace("PORT", Integer.toString(port))))
                .build();
        Thread thread = start(ingest, out);
        int sent = 0;
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(from, 0))) {
            socket.setOption(
                    StandardSocketOptions.IP_MULTICAST_IF,
                    NetworkInterface.getByInetAddress(InetAddress.getLoopbackAddress()));
            for (int lap = 0; lap < (heard ? 200 : 2) && out.tracks().size() < 3; lap++) {
                for (int i = 0; i < 200; i++) {
                    ByteBuffer packet = ByteBuffer.allocate(RtpHeader.SIZE + TS);
                    if (url.startsWith("rtp")) {
                        new RtpHeader(33, false, sent & 0xFFFF, sent, 5).write(packet);
                    }
                    packet.put(stream, i * TS, TS).flip();
                    socket.send(
                            new DatagramPacket(packet.array(), packet.remaining(), InetAddress.getByName(group), port));
                    sent++;
                    LockSupport.parkNanos(300_000);
                }
            }
        }
        ingest.close();
        thread.join();
        assertThat(out.tracks()).as("%s", ingest.counters()).hasSize(heard ? 3 : 0);
        assertThat(ingest.counters().get("received") > 0).isEqualTo(heard);
    }
}

package io.headend.benchmarks.rtp;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * What is left of random loss after repair, beside GStreamer's {@code rtpst2022-1-fecdec}?
 *
 * <pre>benchmarks/run rtp.FecLoss FILE</pre>
 *
 * <p>FFmpeg's {@code prompeg} (5x10) sends FILE once; the recorded packets, media and FEC alike, are replayed with 1, 2 and 5 % of
 * them lost, {@value #ROUNDS} times each with other losses. The bars: 0.001, 0.02 and 0.2 % of the media left. Where {@code
 * gst-launch-1.0} is installed, it gets the packets of one replay over the loopback and must not leave less than this library.
 * Exit code 1 otherwise.
 */
public final class FecLoss {

    private static final int ROUNDS = 40;
    private static final int MEDIA = 9000;
    private static final int PORT = 31_000;
    private static final double[] PERCENT = {1, 2, 5};
    private static final double[] BARS = {0.001, 0.02, 0.2};

    private FecLoss() {}

    public static void main(String[] args) throws Exception {
        if (args.length != 1) {
            System.err.println("usage: benchmarks/run rtp.FecLoss FILE");
            System.exit(2);
        }
        FecRecording recording = FecRecording.of(args[0], 5, 10, MEDIA);
        boolean good = true;
        boolean peer = hasPeer();
        System.out.printf("%-8s %12s %10s %10s %26s%n", "lost", "media", "left", "bar", "one replay: ours, GStreamer");
        for (int i = 0; i < PERCENT.length; i++) {
            long left = 0;
            for (int round = 0; round < ROUNDS; round++) {
                left += unrecovered(recording, lost(recording, PERCENT[i], round));
            }
            long media = (long) recording.media() * ROUNDS;
            double percent = 100.0 * left / media;
            long ours = unrecovered(recording, lost(recording, PERCENT[i], 0));
            long theirs = peer ? peer(recording, lost(recording, PERCENT[i], 0)) : -1;
            System.out.printf(
                    Locale.ROOT,
                    "%-8s %12d %8.4f %% %8.3f %% %14d, %s%n",
                    PERCENT[i] + " %",
                    media,
                    percent,
                    BARS[i],
                    ours,
                    theirs < 0 ? "not installed" : theirs);
            good &= percent <= BARS[i] && (theirs < 0 || ours <= theirs);
        }
        System.exit(good ? 0 : 1);
    }

    // The first and the last two matrices stay whole: the sender gives no columns for the last.
    private static Predicate<FecRecording.Packet> lost(FecRecording recording, double percent, int round) {
        Random random = new Random(1000L * round + (long) percent);
        int size = recording.columns() * recording.rows();
        long first = recording.packets().get(0).number();
        Set<FecRecording.Packet> dropped = Collections.newSetFromMap(new IdentityHashMap<>());
        for (FecRecording.Packet packet : recording.packets()) {
            long at = packet.number() - first;
            boolean protectedPart = at >= size && at < recording.media() - 2L * size;
            if (protectedPart && random.nextDouble() * 100 < percent) {
                dropped.add(packet);
            }
        }
        return dropped::contains;
    }

    private static long unrecovered(FecRecording recording, Predicate<FecRecording.Packet> lost) {
        return FecBurst.replay(recording, lost).stats().packets().unrecovered();
    }

    private static boolean hasPeer() throws InterruptedException {
        try {
            return new ProcessBuilder("gst-inspect-1.0", "rtpst2022-1-fecdec")
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** Media packets that the peer does not give. */
    private static long peer(FecRecording recording, Predicate<FecRecording.Packet> lost) throws Exception {
        Path out = Files.createTempFile("fec-loss", ".ts");
        String fec =
                "udpsrc port=%d buffer-size=4194304 caps=\"application/x-rtp,payload=96\" ! queue ! rtp.recv_fec_sink_0_%d ";
        String pipeline =
                "rtpbin name=rtp latency=1000 fec-decoders='fec,0=\"rtpst2022-1-fecdec\\ size-time\\=1500000000\";' "
                        + String.format(Locale.ROOT, fec, PORT + 2, 0)
                        + String.format(Locale.ROOT, fec, PORT + 4, 1)
                        + "udpsrc port=" + PORT
                        + " buffer-size=4194304 caps=\"application/x-rtp,media=video,clock-rate=90000,"
                        + "encoding-name=MP2T,payload=33\" ! queue ! rtp.recv_rtp_sink_0 "
                        + "rtp. ! rtpmp2tdepay ! filesink buffer-mode=2 location=" + out;
        Process gst = new ProcessBuilder("sh", "-c", "exec gst-launch-1.0 -q -e " + pipeline)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (DatagramSocket socket = new DatagramSocket()) {
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(3));
            long start = System.nanoTime();
            long sent = 0;
            for (FecRecording.Packet packet : recording.packets()) {
                if (packet.stream() == 0) {
                    sent++;
                    // 1,000 packets in a second, about 10 Mb/s.
                    long wait = start + sent * 1_000_000L - System.nanoTime();
                    if (wait > 0) {
                        LockSupport.parkNanos(wait);
                    }
                }
                if (!lost.test(packet)) {
                    byte[] bytes = packet.bytes().array();
                    socket.send(new DatagramPacket(
                            bytes,
                            packet.bytes().remaining(),
                            InetAddress.getLoopbackAddress(),
                            PORT + packet.stream()));
                }
            }
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(3));
            return recording.media() - Files.size(out) / 1316;
        } finally {
            gst.destroy();
            gst.waitFor(5, TimeUnit.SECONDS);
            gst.destroyForcibly();
            Files.deleteIfExists(out);
        }
    }
}

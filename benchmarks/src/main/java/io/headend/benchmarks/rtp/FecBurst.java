package io.headend.benchmarks.rtp;

import io.headend.ingest.rtp.RtpReceiver;
import io.headend.ingest.rtp.RtpStats;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Predicate;

/**
 * Does forward error correction repair every burst that it should?
 *
 * <pre>benchmarks/run rtp.FecBurst FILE</pre>
 *
 * <p>FFmpeg's {@code prompeg} sends FILE over the loopback with matrices of 4x4, 5x5, 5x10, 10x10 and 20x5; the packets are recorded
 * and replayed with a burst of losses at every alignment to the matrix: L packets with the columns alone, L + 1 with both FEC
 * streams, both to be repaired to the bit (SHA-256 of all payload); and L + 2, of which what is missing must be counted exactly.
 * Exit code 1 otherwise.
 */
public final class FecBurst {

    private static final int[][] MATRICES = {{4, 4}, {5, 5}, {5, 10}, {10, 10}, {20, 5}};
    private static final long SPACING = 2_000_000;

    private FecBurst() {}

    /** What came out of one replay. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Outcome(byte[] sha256, long given, RtpStats stats) {}

    public static void main(String[] args) throws Exception {
        if (args.length != 1) {
            System.err.println("usage: benchmarks/run rtp.FecBurst FILE");
            System.exit(2);
        }
        boolean all = true;
        System.out.printf(
                "%-8s %10s %26s %26s %22s%n", "matrix", "packets", "L, columns only", "L+1, both", "L+2, counted");
        for (int[] matrix : MATRICES) {
            int size = matrix[0] * matrix[1];
            FecRecording recording = FecRecording.of(args[0], matrix[0], matrix[1], 12 * size);
            byte[] whole = replay(recording, p -> false).sha256;
            int[] repaired = new int[3];
            for (int alignment = 0; alignment < size; alignment++) {
                for (int extra = 0; extra <= 2; extra++) {
                    repaired[extra] += test(recording, whole, alignment, matrix[0] + extra) ? 1 : 0;
                }
            }
            System.out.printf(
                    "%-8s %10d %17d of %4d %18d of %4d %14d of %4d%n",
                    matrix[0] + "x" + matrix[1],
                    recording.media(),
                    repaired[0],
                    size,
                    repaired[1],
                    size,
                    repaired[2],
                    size);
            all &= repaired[0] == size && repaired[1] == size && repaired[2] == size;
        }
        System.exit(all ? 0 : 1);
    }

    private static boolean test(FecRecording recording, byte[] whole, int alignment, int burst) {
        long first = recording.packets().stream()
                .filter(p -> p.stream() == 0)
                .findFirst()
                .orElseThrow()
                .number();
        int size = recording.columns() * recording.rows();
        // One burst in every third matrix from the second on, so that none meets another; the last two stay whole.
        boolean columnsOnly = burst == recording.columns();
        long bursts = (recording.media() / size - 4) / 3 + 1L;
        Predicate<FecRecording.Packet> lost = p -> {
            long at = p.number() - first - size - alignment;
            boolean hit = p.stream() == 0 && at >= 0 && at / (3L * size) < bursts && at % (3L * size) < burst;
            return hit || (columnsOnly && p.stream() == 4);
        };
        Outcome outcome = replay(recording, lost);
        RtpStats.Packets packets = outcome.stats.packets();
        long dropped = recording.packets().stream()
                .filter(p -> p.stream() == 0 && lost.test(p))
                .count();
        boolean exact = packets.received() == recording.media() - dropped
                && packets.lost() == dropped
                && outcome.given == recording.media() - packets.unrecovered();
        boolean same = Arrays.equals(outcome.sha256, whole);
        return burst > recording.columns() + 1 ? exact && same == (packets.unrecovered() == 0) : exact && same;
    }

    static Outcome replay(FecRecording recording, Predicate<FecRecording.Packet> lost) {
        MessageDigest digest = sha256();
        long[] given = new long[1];
        RtpReceiver receiver =
                new RtpReceiver(1, Duration.ofSeconds(2), 4096, Duration.ofSeconds(1), new RtpReceiver.PayloadSink() {
                    @Override
                    public void payload(ByteBuffer payload, long arrivalNanos) {
                        given[0]++;
                        digest.update(payload);
                    }

                    @Override
                    public void lost(long packets) {}

                    @Override
                    public void restarted() {}

                    @Override
                    public void leg(int leg, boolean up) {}
                });
        long now = 0;
        for (FecRecording.Packet packet : recording.packets()) {
            now += packet.stream() == 0 ? SPACING : 0;
            if (lost.test(packet)) {
                receiver.advance(now);
            } else if (packet.stream() == 0) {
                receiver.media(0, packet.bytes(), now);
            } else {
                receiver.fec(0, packet.bytes(), now);
            }
        }
        receiver.finish();
        return new Outcome(digest.digest(), given[0], receiver.stats());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}

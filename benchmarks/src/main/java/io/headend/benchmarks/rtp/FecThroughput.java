package io.headend.benchmarks.rtp;

import io.headend.ingest.rtp.RtpReceiver;
import io.headend.ingest.ts.TsDemuxer;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * How much of a core does a received Mb/s cost?
 *
 * <pre>benchmarks/run rtp.FecThroughput FILE</pre>
 *
 * <p>Replays FFmpeg's {@code prompeg} packets of FILE (5x10), without and with 5 % random loss, through the receiver alone and
 * through receiver and demultiplexer, and divides the payload by the CPU seconds of the thread. The bar: 200 Mb/s per core with
 * everything. Exit code 1 below it.
 */
public final class FecThroughput {

    private static final int LAPS = 200;

    private FecThroughput() {}

    public static void main(String[] args) throws Exception {
        if (args.length != 1) {
            System.err.println("usage: benchmarks/run rtp.FecThroughput FILE");
            System.exit(2);
        }
        FecRecording recording = FecRecording.of(args[0], 5, 10, 2000);
        double worst = Double.MAX_VALUE;
        System.out.printf("%-34s %14s %20s%n", "", "Mb/s per core", "bytes per packet");
        for (int percent : new int[] {0, 5}) {
            for (boolean demux : new boolean[] {false, true}) {
                run(recording, percent, demux, 20);
                double rate = run(recording, percent, demux, LAPS);
                worst = Math.min(worst, rate);
                System.out.printf(
                        "%-34s %14.0f %20.0f%n",
                        percent + " % loss, " + (demux ? "to samples" : "to payload"), rate, allocated);
            }
        }
        System.exit(worst >= 200 ? 0 : 1);
    }

    private static double allocated;

    private static double run(FecRecording recording, int percent, boolean demux, int laps) {
        Random random = new Random(7);
        List<FecRecording.Packet> kept = new ArrayList<>(recording.packets());
        kept.removeIf(p -> random.nextInt(100) < percent);
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long bytes = 0;
        long cpu = threads.getCurrentThreadCpuTime();
        long heap = 0;
        long packets = 0;
        long now = 0;
        for (int lap = 0; lap < laps; lap++) {
            TsDemuxer demuxer = TsDemuxer.of(TsDemuxer.FIRST_PROGRAM, item -> item.close());
            Counting sink = new Counting(demux ? demuxer : null);
            RtpReceiver receiver = new RtpReceiver(1, Duration.ofMillis(500), 1024, Duration.ofSeconds(1), sink);
            // What a receiver takes at its construction is no cost of a packet.
            long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
            for (FecRecording.Packet packet : kept) {
                now += 500_000;
                if (packet.stream() == 0) {
                    receiver.media(0, packet.bytes(), now);
                } else {
                    receiver.fec(0, packet.bytes(), now);
                }
            }
            receiver.finish();
            heap += threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
            packets += kept.size();
            bytes += sink.bytes;
        }
        cpu = threads.getCurrentThreadCpuTime() - cpu;
        allocated =
                (double) (threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - heap) / packets;
        return bytes * 8e3 / cpu;
    }

    private static final class Counting implements RtpReceiver.PayloadSink {
        private final @org.jspecify.annotations.Nullable TsDemuxer demuxer;
        long bytes;

        Counting(@org.jspecify.annotations.Nullable TsDemuxer demuxer) {
            this.demuxer = demuxer;
        }

        @Override
        public void payload(ByteBuffer payload, long arrivalNanos) {
            bytes += payload.remaining();
            if (demuxer != null) {
                demuxer.accept(payload, arrivalNanos);
            }
        }

        @Override
        public void lost(long packets) {}

        @Override
        public void restarted() {}

        @Override
        public void leg(int leg, boolean up) {}
    }
}

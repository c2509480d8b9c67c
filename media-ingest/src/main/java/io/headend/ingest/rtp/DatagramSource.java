package io.headend.ingest.rtp;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.StreamSink;
import io.headend.formats.rtp.RtpHeader;
import io.headend.ingest.DatagramAddress;
import io.headend.ingest.Rtp;
import io.headend.ingest.SourceClock;
import io.headend.ingest.Udp;
import io.headend.ingest.WireSource;
import io.headend.ingest.ts.TsDemuxer;
import io.headend.ingest.ts.TsStats;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Datagrams of all legs and FEC streams of one input, on one thread: read in batches, put in order by {@link RtpReceiver} where they
 * are RTP, and taken apart by {@link TsDemuxer}.
 */
public final class DatagramSource implements WireSource {

    private static final Logger log = LoggerFactory.getLogger(DatagramSource.class);

    private static final int CAPACITY = 8192;
    private static final int BATCH = 256;
    private static final int TICK_MILLIS = 10;
    private static final long PUBLISH_NANOS = 100_000_000L;
    private static final Duration LEG_SILENCE = Duration.ofMillis(500);

    private final String name;
    private final List<DatagramAddress> legs;
    private final Rtp.Fec fec;
    private final @Nullable Duration buffer;
    private final int program;
    private final Duration readTimeout;
    private final LongSupplier arrival;
    private volatile boolean closed;
    private volatile @Nullable Selector selector;
    private volatile Map<String, Long> published = Map.of();
    private int receiveBuffer;
    private long datagrams;
    private long bytes;
    private long legLosses;

    /** What a channel hears. */
    private record Port(int leg, boolean media) {}

    private DatagramSource(
            String name,
            List<DatagramAddress> legs,
            Rtp.Fec fec,
            @Nullable Duration buffer,
            int program,
            Duration readTimeout,
            LongSupplier arrival) {
        this.name = name;
        this.legs = legs;
        this.fec = fec;
        this.buffer = buffer;
        this.program = program;
        this.readTimeout = readTimeout;
        this.arrival = arrival;
    }

    /**
     * @param readTimeout longest time without a packet
     * @param arrival wall clock in nanoseconds since 1970, which never goes back
     */
    public static DatagramSource of(Rtp spec, Duration readTimeout, LongSupplier arrival) {
        return new DatagramSource(
                spec.url(), spec.legs(), spec.fec(), spec.buffer(), spec.program(), readTimeout, arrival);
    }

    /**
     * @param readTimeout longest time without a packet
     * @param arrival wall clock in nanoseconds since 1970, which never goes back
     */
    public static DatagramSource of(Udp spec, Duration readTimeout, LongSupplier arrival) {
        return new DatagramSource(
                spec.url(), List.of(spec.address()), Rtp.Fec.OFF, null, spec.program(), readTimeout, arrival);
    }

    @Override
    public SourceClock clock() {
        return SourceClock.MPEG_33;
    }

    @Override
    public String format() {
        return "mpegts";
    }

    @Override
    public Map<String, Long> counters() {
        return published;
    }

    @Override
    public void close() {
        closed = true;
        Selector open = selector;
        if (open != null) {
            open.wakeup();
        }
    }

    @Override
    public void run(StreamSink sink) {
        List<DatagramChannel> channels = new ArrayList<>();
        TsDemuxer demuxer = TsDemuxer.of(program, sink);
        RtpReceiver receiver = buffer == null
                ? null
                : new RtpReceiver(legs.size(), buffer, CAPACITY, LEG_SILENCE, new Output(demuxer));
        try (Selector open = Selector.open()) {
            selector = open;
            listen(open, channels);
            // Ends only when it is stopped, which cuts off the pictures under way: they are not given.
            receive(open, demuxer, receiver);
        } catch (IOException e) {
            throw new MediaException(MediaErrorCode.IO, "cannot read " + name + ": " + e.getMessage(), e);
        } finally {
            selector = null;
            close(channels);
            publish(demuxer.stats(), receiver);
        }
    }

    private void listen(Selector open, List<DatagramChannel> channels) throws IOException {
        for (int leg = 0; leg < legs.size(); leg++) {
            DatagramAddress address = legs.get(leg);
            List<Integer> ports = new ArrayList<>(List.of(0));
            if (fec == Rtp.Fec.COLUMN || fec == Rtp.Fec.TWO_DIMENSIONAL) {
                ports.add(2);
            }
            if (fec == Rtp.Fec.ROW || fec == Rtp.Fec.TWO_DIMENSIONAL) {
                ports.add(4);
            }
            for (int offset : ports) {
                DatagramChannel channel = Sockets.open(address, address.port() + offset);
                channels.add(channel);
                receiveBuffer = channel.getOption(StandardSocketOptions.SO_RCVBUF);
                channel.register(open, SelectionKey.OP_READ, new Port(leg, offset == 0));
            }
        }
    }

    private static void close(List<DatagramChannel> channels) {
        for (DatagramChannel channel : channels) {
            try {
                channel.close();
            } catch (IOException e) {
                log.debug("closing a datagram channel failed", e);
            }
        }
    }

    private void receive(Selector open, TsDemuxer demuxer, @Nullable RtpReceiver receiver) throws IOException {
        ByteBuffer packet = ByteBuffer.allocateDirect(65_536);
        long now = arrival.getAsLong();
        long last = now;
        long lastPublished = now;
        while (!closed) {
            open.select(TICK_MILLIS);
            for (SelectionKey key : open.selectedKeys()) {
                DatagramChannel channel = (DatagramChannel) key.channel();
                Port port = (Port) key.attachment();
                for (int i = 0; i < BATCH; i++) {
                    packet.clear();
                    if (channel.receive(packet) == null) {
                        break;
                    }
                    packet.flip();
                    now = arrival.getAsLong();
                    datagrams++;
                    bytes += packet.remaining();
                    if (port.media) {
                        last = now;
                    }
                    take(packet, port, now, demuxer, receiver);
                }
            }
            open.selectedKeys().clear();
            now = arrival.getAsLong();
            if (receiver != null) {
                receiver.advance(now);
            }
            if (now - lastPublished > PUBLISH_NANOS) {
                lastPublished = now;
                publish(demuxer.stats(), receiver);
            }
            if (now - last > readTimeout.toNanos()) {
                throw new MediaException(
                        MediaErrorCode.TIMEOUT,
                        name + " brought no packet for " + readTimeout.toMillis() + " ms; check the sender");
            }
        }
    }

    private static void take(
            ByteBuffer packet, Port port, long now, TsDemuxer demuxer, @Nullable RtpReceiver receiver) {
        if (receiver == null) {
            int payload = packet.remaining() > 0 && packet.get(0) != 0x47
                    ? RtpHeader.payloadOffset(packet, 0, packet.remaining())
                    : 0;
            demuxer.accept(packet.position(Math.max(0, payload)), now);
        } else if (port.media) {
            receiver.media(port.leg, packet, now);
        } else {
            receiver.fec(port.leg, packet, now);
        }
    }

    private void publish(TsStats ts, @Nullable RtpReceiver receiver) {
        Map<String, Long> counters = new TreeMap<>();
        counters.put("bytes", bytes);
        counters.put("datagrams", datagrams);
        counters.put("receive_buffer_bytes", (long) receiveBuffer);
        if (receiver == null) {
            counters.put("received", datagrams);
        } else {
            publish(receiver.stats(), counters);
        }
        ts.putInto(counters);
        published = Map.copyOf(counters);
    }

    private void publish(RtpStats rtp, Map<String, Long> counters) {
        RtpStats.Packets packets = rtp.packets();
        counters.put("received", packets.received());
        counters.put("lost", packets.lost());
        counters.put("recovered", packets.recovered());
        counters.put("unrecovered", packets.unrecovered());
        counters.put("reordered", packets.reordered());
        counters.put("late", packets.late());
        counters.put("duplicates", packets.duplicates());
        counters.put("fec_columns", rtp.fec().columns());
        counters.put("fec_rows", rtp.fec().rows());
        counters.put("fec_malformed", rtp.fec().malformed());
        counters.put("sender_restarts", rtp.restarts());
        counters.put("malformed", rtp.malformed());
        counters.put("leg_losses", legLosses);
        for (int leg = 0; leg < rtp.legs().size(); leg++) {
            counters.put("leg" + leg + "_received", rtp.legs().get(leg).received());
            counters.put("leg" + leg + "_lost", rtp.legs().get(leg).lost());
            counters.put("leg" + leg + "_duplicates", rtp.legs().get(leg).duplicates());
        }
    }

    /** From packets to the demultiplexer. */
    private final class Output implements RtpReceiver.PayloadSink {
        private final TsDemuxer demuxer;

        Output(TsDemuxer demuxer) {
            this.demuxer = demuxer;
        }

        @Override
        public void payload(ByteBuffer payload, long arrivalNanos) {
            demuxer.accept(payload, arrivalNanos);
        }

        @Override
        public void lost(long packets) {
            log.debug("{} lost {} packets", name, packets);
        }

        @Override
        public void restarted() {
            log.info("the sender of {} began anew", name);
            demuxer.restarted();
        }

        @Override
        public void leg(int leg, boolean up) {
            if (up) {
                log.info("leg {} of {} brings packets", leg, name);
            } else {
                legLosses++;
                log.warn("leg {} of {} brings no packets", leg, name);
            }
        }
    }
}

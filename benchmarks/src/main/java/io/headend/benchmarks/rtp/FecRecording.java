package io.headend.benchmarks.rtp;

import io.headend.core.Sample;
import io.headend.ffmpeg.Demuxer;
import io.headend.ffmpeg.Muxer;
import io.headend.ffmpeg.MuxerBuilder;
import io.headend.formats.rtp.FecHeader;
import io.headend.formats.rtp.RtpHeader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;

/**
 * Packets of FFmpeg's Pro-MPEG sender, as they came over the loopback: media, columns, rows.
 *
 * @param packets in the order of their coming
 * @param columns of the matrix
 * @param rows of the matrix
 */
record FecRecording(List<Packet> packets, int columns, int rows) {

    /**
     * A packet.
     *
     * @param stream 0 media, 2 column, 4 row: what is added to the port
     * @param number of a media packet, extended; of the first protected packet of a FEC packet
     */
    record Packet(int stream, long number, ByteBuffer bytes) {}

    /**
     * Sends a recording with FFmpeg's {@code prompeg} and records what arrives.
     *
     * @param media how many media packets at least
     */
    static FecRecording of(String file, int columns, int rows, int media) throws IOException {
        for (int attempt = 0; attempt < 5; attempt++) {
            FecRecording recording = once(file, columns, rows, media);
            if (recording.isWhole()) {
                return recording;
            }
        }
        throw new IOException("the loopback lost packets of every recording; raise net.core.rmem_max");
    }

    private static FecRecording once(String file, int columns, int rows, int media) throws IOException {
        List<Packet> packets = new ArrayList<>();
        try (Selector selector = Selector.open()) {
            int port = listen(selector);
            String matrix = "prompeg=l=" + columns + ":d=" + rows;
            send(file, "rtp://127.0.0.1:" + port, matrix, selector, packets, media);
        }
        return new FecRecording(packets, columns, rows).fromFirstMatrix();
    }

    private static int listen(Selector selector) throws IOException {
        for (int port = 21_000; port < 30_000; port += 10) {
            List<DatagramChannel> open = new ArrayList<>();
            try {
                for (int stream = 0; stream <= 4; stream += 2) {
                    DatagramChannel channel = DatagramChannel.open();
                    open.add(channel);
                    channel.setOption(StandardSocketOptions.SO_RCVBUF, 4 << 20);
                    channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port + stream));
                    channel.configureBlocking(false);
                }
            } catch (IOException e) {
                for (DatagramChannel channel : open) {
                    channel.close();
                }
                continue;
            }
            for (int i = 0; i < open.size(); i++) {
                open.get(i).register(selector, SelectionKey.OP_READ, 2 * i);
            }
            return port;
        }
        throw new IOException("no free ports from 21000 to 30000");
    }

    private static void send(String file, String url, String fec, Selector selector, List<Packet> packets, int media)
            throws IOException {
        try (Demuxer demuxer = Demuxer.builder(file).open()) {
            MuxerBuilder builder = Muxer.builder(url).format("rtp_mpegts").option("fec", fec);
            demuxer.tracks().forEach(builder::track);
            try (Muxer muxer = builder.open()) {
                while (count(packets) < media) {
                    Sample sample = demuxer.read();
                    if (sample == null) {
                        break;
                    }
                    muxer.write(sample);
                    sample.close();
                    drain(selector, packets);
                }
                muxer.finish();
                LockSupport.parkNanos(20_000_000);
                drain(selector, packets);
            }
        }
        if (count(packets) < media) {
            throw new IOException(file + " gives " + count(packets) + " packets; " + media + " are needed");
        }
    }

    private static long count(List<Packet> packets) {
        return packets.stream().filter(p -> p.stream == 0).count();
    }

    private static void drain(Selector selector, List<Packet> packets) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(2048);
        while (selector.selectNow() > 0) {
            for (SelectionKey key : selector.selectedKeys()) {
                int stream = (int) key.attachment();
                while (((DatagramChannel) key.channel()).receive(buffer.clear()) != null) {
                    buffer.flip();
                    ByteBuffer copy =
                            ByteBuffer.allocate(buffer.remaining()).put(buffer).flip();
                    int raw = stream == 0
                            ? RtpHeader.sequenceNumber(copy, 0)
                            : Objects.requireNonNull(FecHeader.read(copy, 12, copy.remaining() - 12))
                                    .snBase();
                    packets.add(new Packet(stream, raw, copy));
                }
            }
            selector.selectedKeys().clear();
        }
    }

    /** In the order of a sender: a FEC packet behind the packet before which it was sent. */
    private FecRecording fromFirstMatrix() {
        List<Packet> media = packets.stream().filter(p -> p.stream == 0).toList();
        long first = media.get(0).number;
        List<Packet> ordered = new ArrayList<>();
        List<Packet> fec = new ArrayList<>();
        for (Packet packet : packets) {
            long number = first + (packet.number - first & 0xFFFF);
            (packet.stream == 0 ? ordered : fec).add(new Packet(packet.stream, number, packet.bytes));
        }
        // Rows are sent when complete, column c of matrix k c * rows packets into matrix k + 1.
        int size = columns * rows;
        List<Packet> merged = new ArrayList<>();
        int next = 0;
        fec.sort(Comparator.comparingLong(this::due));
        for (Packet packet : ordered) {
            while (next < fec.size() && due(fec.get(next)) < packet.number) {
                merged.add(fec.get(next++));
            }
            merged.add(packet);
        }
        long matrices = ordered.size() / size;
        long end = first + matrices * size;
        merged.addAll(fec.subList(next, fec.size()));
        merged.removeIf(p -> p.number >= end || p.number < first);
        return new FecRecording(merged, columns, rows);
    }

    private long due(Packet fec) {
        if (fec.stream == 4) {
            return fec.number + columns - 1;
        }
        long column = (fec.number - firstNumber()) % (columns * (long) rows) % columns;
        return fec.number - column + columns * (long) rows + column * rows;
    }

    private long firstNumber() {
        for (Packet packet : packets) {
            if (packet.stream == 0) {
                return packet.number;
            }
        }
        throw new IllegalStateException("no media packets");
    }

    /** Whether no number is missing, and every matrix has all its FEC packets. */
    private boolean isWhole() {
        long expected = firstNumber();
        int fec = 0;
        int media = 0;
        for (Packet packet : packets) {
            if (packet.stream != 0) {
                fec++;
            } else if (packet.number != expected++) {
                return false;
            } else {
                media++;
            }
        }
        return media > 0 && fec >= media / (columns * rows) * (columns + rows) - columns;
    }

    int media() {
        return (int) count(packets);
    }
}

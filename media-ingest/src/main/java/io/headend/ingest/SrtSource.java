package io.headend.ingest;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.StreamSink;
import io.headend.ffmpeg.ProtocolChannel;
import io.headend.ingest.ts.TsDemuxer;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/** One connection of SRT: libsrt's bytes. */
final class SrtSource implements WireSource {

    // libsrt gives one message of at most 1456 bytes at a time.
    private static final int MESSAGE = 1 << 14;
    private static final Duration LONGEST_CONNECT = Duration.ofSeconds(3);

    private final Srt spec;
    private final Waiting waiting;
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong received = new AtomicLong();
    private volatile boolean closed;
    private volatile Map<String, Long> faults = Map.of();

    SrtSource(Srt spec, Waiting waiting) {
        this.spec = spec;
        this.waiting = waiting.or(() -> closed);
    }

    @Override
    public void run(StreamSink sink) {
        TsDemuxer demuxer = TsDemuxer.of(TsDemuxer.FIRST_PROGRAM, sink);
        ByteBuffer message = ByteBuffer.allocate(MESSAGE);
        try (ProtocolChannel channel = open()) {
            while (!waiting.stop().getAsBoolean()) {
                int count = channel.read(message.clear());
                if (count < 0) {
                    demuxer.flush();
                    break;
                }
                bytes.addAndGet(count);
                received.incrementAndGet();
                demuxer.accept(message.flip(), waiting.arrival().getAsLong());
                faults = faults(demuxer);
            }
        } catch (ClosedChannelException e) {
            throw new MediaException(MediaErrorCode.IO, "the SRT connection is closed", e);
        } catch (MediaException e) {
            if (!waiting.stop().getAsBoolean() || e.code() != MediaErrorCode.CLOSED) {
                throw e;
            }
        }
    }

    private static Map<String, Long> faults(TsDemuxer demuxer) {
        Map<String, Long> faults = new TreeMap<>();
        demuxer.stats().putInto(faults);
        return Map.copyOf(faults);
    }

    private ProtocolChannel open() {
        Duration connect = waiting.open().compareTo(LONGEST_CONNECT) < 0 ? waiting.open() : LONGEST_CONNECT;
        ProtocolChannel.Builder builder = ProtocolChannel.builder(address())
                .option("mode", spec.mode().name().toLowerCase(Locale.ROOT))
                .option("latency", Long.toString(spec.latency().toNanos() / 1_000))
                .option("transtype", "live")
                .option("connect_timeout", Long.toString(connect.toMillis()))
                .openTimeout(waiting.open())
                .readTimeout(waiting.read())
                .stopWhen(waiting.stop());
        Srt.Access access = spec.access();
        if (access.passphrase() != null) {
            builder.option("passphrase", access.passphrase());
        }
        if (access.streamId() != null) {
            builder.option("streamid", access.streamId());
        }
        if (access.keyLength() > 0) {
            builder.option("pbkeylen", Integer.toString(access.keyLength()));
        }
        return connected(builder, connect);
    }

    // FFmpeg gives the same error for a peer that refuses, at once, and for one that does not answer, in the end.
    private ProtocolChannel connected(ProtocolChannel.Builder builder, Duration connect) {
        long begun = System.nanoTime();
        try {
            return builder.open();
        } catch (MediaException e) {
            boolean early = System.nanoTime() - begun < connect.toNanos() * 3 / 4;
            if (e.code() == MediaErrorCode.IO && spec.mode() == Srt.Mode.CALLER) {
                throw early
                        ? new MediaException(
                                MediaErrorCode.ACCESS_DENIED,
                                address() + " refused the connection; check passphrase and stream id, and whether it"
                                        + " has a caller already",
                                e)
                        : new MediaException(
                                MediaErrorCode.TIMEOUT,
                                address() + " does not answer; nobody listens for SRT there",
                                e);
            }
            throw e;
        }
    }

    private String address() {
        String url = spec.url();
        return url.substring(0, url.indexOf('?'));
    }

    @Override
    public SourceClock clock() {
        return SourceClock.MPEG_33;
    }

    @Override
    public String format() {
        return "srt";
    }

    @Override
    public Map<String, Long> counters() {
        Map<String, Long> all = new TreeMap<>(faults);
        all.put("bytes", bytes.get());
        all.put("received", received.get());
        return all;
    }

    @Override
    public void close() {
        closed = true;
    }
}

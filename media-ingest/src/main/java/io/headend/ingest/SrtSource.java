package io.headend.ingest;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.Sample;
import io.headend.core.StreamSink;
import io.headend.core.Track;
import io.headend.core.TrackInfo;
import io.headend.ffmpeg.Demuxer;
import io.headend.ffmpeg.ProtocolChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** One connection of SRT: libsrt's bytes. */
final class SrtSource implements WireSource {

    private static final Duration ANALYSIS = Duration.ofSeconds(2);
    private static final Duration LONGEST_CONNECT = Duration.ofSeconds(3);

    private final Srt spec;
    private final Waiting waiting;
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong received = new AtomicLong();
    private volatile boolean closed;

    SrtSource(Srt spec, Waiting waiting) {
        this.spec = spec;
        this.waiting = waiting.or(() -> closed);
    }

    @Override
    public void run(StreamSink sink) {
        try (ProtocolChannel channel = open();
                Demuxer demuxer = Demuxer.builder(new Counted(channel))
                        .format("mpegts")
                        .option("correct_ts_overflow", "0")
                        .openTimeout(waiting.open())
                        .readTimeout(waiting.read())
                        .analyze(ANALYSIS)
                        .stopWhen(waiting.stop())
                        .arrival(waiting.arrival())
                        .open()) {
            List<Track> known = List.of();
            while (!closed) {
                known = announce(known, demuxer.tracks(), sink);
                Sample sample = demuxer.read();
                if (sample == null) {
                    return;
                }
                known = announce(known, demuxer.tracks(), sink);
                sink.accept(sample);
            }
        } catch (MediaException e) {
            boolean channels = e.code() == MediaErrorCode.IO;
            MediaException cause = channels && e.getCause() instanceof MediaException own ? own : e;
            if (!waiting.stop().getAsBoolean() || cause.code() != MediaErrorCode.CLOSED) {
                throw cause;
            }
        }
    }

    private static List<Track> announce(List<Track> known, List<Track> now, StreamSink sink) {
        if (now != known) {
            now.stream().filter(track -> !known.contains(track)).forEach(track -> sink.accept(new TrackInfo(track)));
        }
        return now;
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

    /** Counts what passes; libsrt gives one message at a time. */
    private final class Counted implements ReadableByteChannel {
        private final ProtocolChannel channel;

        Counted(ProtocolChannel channel) {
            this.channel = channel;
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            int count = channel.read(target);
            if (count > 0) {
                bytes.addAndGet(count);
                received.incrementAndGet();
            }
            return count;
        }

        @Override
        public boolean isOpen() {
            return channel.isOpen();
        }

        @Override
        public void close() {
            channel.close();
        }
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
        return Map.of("bytes", bytes.get(), "received", received.get());
    }

    @Override
    public void close() {
        closed = true;
    }
}

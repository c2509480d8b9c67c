package io.headend.ffmpeg;

import static org.bytedeco.ffmpeg.global.avformat.AVIO_FLAG_READ;
import static org.bytedeco.ffmpeg.global.avformat.avio_closep;
import static org.bytedeco.ffmpeg.global.avformat.avio_open2;
import static org.bytedeco.ffmpeg.global.avformat.avio_read_partial;

import io.headend.core.LeakDetector;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.RedactedUrl;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ReadableByteChannel;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVIOInterruptCB;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/**
 * The bytes of one of FFmpeg's protocols, such as SRT, without a demultiplexer.
 *
 * <p>Every wait ends at its deadline with {@code TIMEOUT}, or at once with {@code CLOSED} when the stop condition is true. Both are
 * final: the input has to be opened anew.
 *
 * <p><b>Threading:</b> one owner thread.
 */
public final class ProtocolChannel implements ReadableByteChannel {

    private static final int BUFFER = 64 * 1024;

    private final String name;
    private final AVIOContext context;
    private final Deadline deadline;
    private final long readNanos;
    private final BytePointer buffer = new BytePointer(BUFFER);
    private final LeakDetector.Ticket ticket;

    private ProtocolChannel(Builder settings, AVIOContext context, Deadline deadline) {
        this.name = settings.name;
        this.context = context;
        this.deadline = deadline;
        this.readNanos = settings.readTimeout.toNanos();
        this.ticket = LeakDetector.open(this, "ProtocolChannel");
    }

    /** @param url as FFmpeg takes it */
    public static Builder builder(String url) {
        return new Builder(url);
    }

    /**
     * Reads what is there, or waits for the next bytes; -1 at the end that the other side made.
     *
     * @throws MediaException {@code TIMEOUT}, {@code CLOSED}, {@code IO}
     */
    @Override
    public int read(ByteBuffer target) throws ClosedChannelException {
        if (!ticket.isOpen()) {
            throw new ClosedChannelException();
        }
        if (!target.hasRemaining()) {
            return 0;
        }
        deadline.start(readNanos);
        int result = avio_read_partial(context, buffer, Math.min(BUFFER, target.remaining()));
        if (result == 0 || result == Averror.EOF) {
            if (deadline.isInterrupted() || deadline.isExpired()) {
                throw failure(result, "avio_read_partial", "read " + name, deadline);
            }
            return -1;
        }
        if (result < 0) {
            throw failure(result, "avio_read_partial", "read " + name, deadline);
        }
        target.put(buffer.limit(result).asByteBuffer());
        buffer.limit(BUFFER);
        return result;
    }

    private static MediaException failure(int error, String call, String what, Deadline deadline) {
        if (deadline.isInterrupted()) {
            return new MediaException(MediaErrorCode.CLOSED, "cannot " + what + ": interrupted");
        }
        if (deadline.isExpired()) {
            return new MediaException(MediaErrorCode.TIMEOUT, "cannot " + what + ": no answer before the deadline");
        }
        return Averror.exception(error, call, what);
    }

    @Override
    public boolean isOpen() {
        return ticket.isOpen();
    }

    @Override
    public void close() {
        if (ticket.isOpen()) {
            ticket.close();
            deadline.start(Deadline.CLOSING_NANOS);
            avio_closep(context);
            deadline.close();
            buffer.deallocate();
        }
    }

    /** How to open; not safe for use by several threads. */
    public static final class Builder {
        private final String url;
        private final String name;
        private final Map<String, String> options = new LinkedHashMap<>();
        private Duration openTimeout = Duration.ofSeconds(10);
        private Duration readTimeout = Duration.ofSeconds(10);
        private BooleanSupplier stop = () -> false;

        private Builder(String url) {
            this.url = url;
            this.name = RedactedUrl.of(url);
        }

        /** An option of the protocol. One that it does not know makes {@link #open()} fail. */
        public Builder option(String key, String value) {
            options.put(key, value);
            return this;
        }

        /** Longest time for opening; 10 s unless set. */
        public Builder openTimeout(Duration timeout) {
            openTimeout = timeout;
            return this;
        }

        /** Longest time without a byte; 10 s unless set. */
        public Builder readTimeout(Duration timeout) {
            readTimeout = timeout;
            return this;
        }

        /** A condition that ends every wait with {@code CLOSED}; asked some ten times a second, on the reading thread. */
        public Builder stopWhen(BooleanSupplier condition) {
            stop = condition;
            return this;
        }

        /** @throws MediaException {@code TIMEOUT}, {@code CLOSED}, {@code IO} and what else can be wrong with a connection */
        public ProtocolChannel open() {
            FfmpegRuntime.get();
            Deadline deadline = new Deadline(Duration.ZERO, stop);
            deadline.start(openTimeout.toNanos());
            boolean done = false;
            try (Options given = new Options(options);
                    AVIOInterruptCB callback = new AVIOInterruptCB()) {
                deadline.attach(callback);
                AVIOContext context = new AVIOContext((Pointer) null);
                int result = avio_open2(context, url, AVIO_FLAG_READ, callback, given.dictionary());
                if (result < 0) {
                    throw failure(result, "avio_open2", "open " + name, deadline);
                }
                ProtocolChannel channel = new ProtocolChannel(this, context, deadline);
                done = true;
                return channel;
            } finally {
                if (!done) {
                    deadline.close();
                }
            }
        }
    }
}

package io.headend.ffmpeg;

import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_FATAL;
import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_QUIET;
import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_VERBOSE;
import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_WARNING;
import static org.bytedeco.ffmpeg.global.avutil.av_log_set_level;
import static org.bytedeco.ffmpeg.global.avutil.setLogCallback;

import io.headend.core.RedactedUrl;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.bytedeco.ffmpeg.avutil.LogCallback;
import org.bytedeco.javacpp.BytePointer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * FFmpeg's log on the SLF4J logger {@code io.headend.ffmpeg.native}.
 *
 * <p>What FFmpeg calls an error is mostly a damaged input that decoding survives, so the levels go down: fatal
 * stays error, error and warning become debug, information and below trace. Lines below the logger's level at start are not
 * even formatted. At most {@value #LINES_PER_SECOND} lines pass in a second; the count of the others follows.
 *
 * <p><b>Threading:</b> called by any native thread, which JavaCPP attaches to the JVM for the call.
 */
final class LogBridge extends LogCallback {

    private static final Logger log = LoggerFactory.getLogger("io.headend.ffmpeg.native");
    private static final int LINES_PER_SECOND = 50;
    private static final long SECOND = 1_000_000_000L;

    // Reachable for ever: native code holds the callback.
    private static final class Installed {
        static final LogBridge BRIDGE = new LogBridge();
    }

    private final AtomicLong windowStart = new AtomicLong(System.nanoTime());
    private final AtomicInteger lines = new AtomicInteger();

    static void install() {
        av_log_set_level(nativeLevel());
        setLogCallback(Installed.BRIDGE);
    }

    private static int nativeLevel() {
        if (log.isTraceEnabled()) {
            return AV_LOG_VERBOSE;
        }
        if (log.isDebugEnabled()) {
            return AV_LOG_WARNING;
        }
        return log.isErrorEnabled() ? AV_LOG_FATAL : AV_LOG_QUIET;
    }

    @Override
    public void call(int level, BytePointer message) {
        // Nothing may be thrown into native code.
        try {
            if (admitted()) {
                write(
                        level,
                        RedactedUrl.inText(
                                message.getString(StandardCharsets.UTF_8).strip()));
            }
        } catch (RuntimeException e) {
            log.debug("a line of FFmpeg's log was lost", e);
        }
    }

    private boolean admitted() {
        long now = System.nanoTime();
        long start = windowStart.get();
        if (now - start >= SECOND && windowStart.compareAndSet(start, now)) {
            int dropped = lines.getAndSet(0) - LINES_PER_SECOND;
            if (dropped > 0) {
                log.debug("{} further lines of FFmpeg's log were dropped", dropped);
            }
        }
        return lines.incrementAndGet() <= LINES_PER_SECOND;
    }

    private static void write(int level, String line) {
        if (line.isEmpty()) {
            return;
        }
        if (level <= AV_LOG_FATAL) {
            log.error(line);
        } else if (level <= AV_LOG_WARNING) {
            log.debug(line);
        } else {
            log.trace(line);
        }
    }
}

package io.headend.packaging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.slf4j.LoggerFactory;

/** What FFmpeg has to complain about while it is open. */
final class FfmpegMessages implements AutoCloseable {

    private final Logger logger = (Logger) LoggerFactory.getLogger("io.headend.ffmpeg");
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

    FfmpegMessages() {
        appender.start();
        logger.addAppender(appender);
    }

    List<String> warnings() {
        return appender.list.stream()
                .filter(e -> e.getLevel().isGreaterOrEqual(Level.WARN))
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    @Override
    public void close() {
        logger.detachAppender(appender);
    }
}

package io.headend.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LogBridgeTest {

    private final Logger logger = (Logger) LoggerFactory.getLogger("io.headend.ffmpeg.native");
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    @BeforeEach
    void listen() {
        FfmpegRuntime.get();
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(lines);
    }

    private static void say(int level, String text) {
        avutil.av_log((Pointer) null, level, text + "\n");
    }

    private List<ILoggingEvent> heard(String text) {
        return lines.list.stream()
                .filter(event -> event.getFormattedMessage().contains(text))
                .toList();
    }

    @Test
    void levelsGoDown() {
        say(avutil.AV_LOG_FATAL, "bridge: fatal {}");
        say(avutil.AV_LOG_ERROR, "bridge: error");
        say(avutil.AV_LOG_DEBUG, "bridge: debug");
        assertThat(heard("bridge: fatal {}"))
                .extracting(ILoggingEvent::getLevel)
                .containsExactly(Level.ERROR);
        assertThat(heard("bridge: error")).extracting(ILoggingEvent::getLevel).containsExactly(Level.DEBUG);
        assertThat(heard("bridge: debug")).as("below the level of the logger").isEmpty();
    }

    @Test
    void aFloodIsCut() {
        for (int i = 0; i < 2_000; i++) {
            say(avutil.AV_LOG_ERROR, "bridge: flood");
        }
        assertThat(heard("bridge: flood")).hasSizeLessThanOrEqualTo(300);
    }
}

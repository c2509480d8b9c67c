package io.headend.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.MediaEvent;
import io.headend.core.Sample;
import io.headend.core.StreamSink;
import io.headend.core.StreamSource;
import io.headend.ffmpeg.AvFrame;
import io.headend.ffmpeg.AvSample;
import io.headend.ffmpeg.Decoder;
import io.headend.ffmpeg.Demuxer;
import io.headend.testkit.FrameNumberReader;
import io.headend.testkit.LeakExtension;
import io.headend.transcode.TranscodeEvent;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A source that says nothing for a while, and then gives at once what it held back. */
@ExtendWith(LeakExtension.class)
@Timeout(60)
class SilenceTest {

    private final CountDownLatch silent = new CountDownLatch(1);
    private final CountDownLatch again = new CountDownLatch(1);

    /** Silent after so many samples; its clock goes on, so everything that was due comes in a burst. */
    private StreamSource source(int samples) {
        StreamSource whole = Channels.source().realTime().build();
        AtomicInteger left = new AtomicInteger(samples);
        return new StreamSource() {
            @Override
            public void run(StreamSink sink) {
                whole.run(item -> {
                    if (item instanceof Sample && left.getAndDecrement() == 0) {
                        silent.countDown();
                        try {
                            again.await(30, TimeUnit.SECONDS);
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    }
                    sink.accept(item);
                });
            }

            @Override
            public void close() {
                again.countDown();
                whole.close();
            }
        };
    }

    /** The number painted into the first picture of a segment. */
    private static long firstNumber(LiveChannel channel, String name, long segment) throws Exception {
        byte[] file = Channels.join(channel.origin(), name, "v144", List.of(segment));
        try (Demuxer demuxer = Demuxer.builder(java.nio.channels.Channels.newChannel(new ByteArrayInputStream(file)))
                        .open();
                Decoder decoder = demuxer.decoder(0).open()) {
            try (AvSample first = demuxer.read()) {
                decoder.send(first);
            }
            decoder.finish();
            try (AvFrame frame = decoder.receive()) {
                return FrameNumberReader.read(frame.plane(0), frame.stride(0), frame.width(), frame.height())
                        .orElse(-1);
            }
        }
    }

    /** By how many pictures the channel is behind the numbers in them: it begins where the first came, late on a busy machine. */
    private static long offset(LiveChannel channel) throws Exception {
        long last = channel.stats().timeline().last();
        return 26 * last - firstNumber(channel, "quiet", last);
    }

    @Test
    void theOutputGoesOnAndTheSourceFindsItsPlaceAgain() throws Exception {
        List<MediaEvent> events = Collections.synchronizedList(new ArrayList<>());
        try (LiveChannel channel = LiveChannel.builder(Channels.spec("quiet"), source(300))
                .events(events::add)
                .build()) {
            channel.start();
            assertThat(silent.await(30, TimeUnit.SECONDS)).isTrue();
            Channels.awaitListed(channel, 3);
            int listed = (int) channel.stats().timeline().listed();
            long offset = offset(channel);
            // Three seconds until the silence counts, two of the last picture, then black.
            Channels.awaitListed(channel, listed + 7);
            assertThat(channel.state()).isEqualTo(ChannelState.RUNNING);
            assertThat(channel.stats().timeline().latencyMillis()).isLessThan(5_000);
            again.countDown();
            Channels.awaitListed(channel, listed + 10);
            assertThat(channel.stats().timeline().latencyMillis()).isBetween(-200L, 5_000L);
            assertThat(channel.stats().timeline().missing()).isZero();
            assertThat(offset(channel)).isEqualTo(offset);
            assertThat(events)
                    .noneMatch(event ->
                            event instanceof TranscodeEvent told && told.kind() == TranscodeEvent.Kind.CLOCK_JUMP);
        }
    }
}

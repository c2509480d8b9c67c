package io.headend.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.Sample;
import io.headend.core.StreamSink;
import io.headend.core.StreamSource;
import io.headend.ingest.Reconnect;
import io.headend.testkit.LeakExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Sources that break while the channel runs. */
@ExtendWith(LeakExtension.class)
@Timeout(60)
class RecoveryTest {

    private static final Reconnect QUICK =
            new Reconnect(Duration.ofMillis(20), Duration.ofMillis(50), Duration.ofSeconds(30));

    /** The synthetic source, cut off after some samples; as a live one or as a recording. */
    private static StreamSource breaking(boolean live, int samples) {
        StreamSource whole = (live ? Channels.source().realTime() : Channels.source()).build();
        AtomicInteger left = new AtomicInteger(samples);
        return new StreamSource() {
            @Override
            public void run(StreamSink sink) {
                whole.run(item -> {
                    if (item instanceof Sample && left.getAndDecrement() == 0) {
                        item.close();
                        throw new MediaException(MediaErrorCode.IO, "the cable is out", null, true);
                    }
                    sink.accept(item);
                });
            }

            @Override
            public void close() {
                whole.close();
            }
        };
    }

    private static void assertWithoutGap(LiveChannel channel, String name) throws Exception {
        List<Long> listed = Channels.listed(channel.origin(), name, "v144");
        assertThat(listed).hasSizeGreaterThan(3);
        for (int i = 1; i < listed.size(); i++) {
            assertThat(listed.get(i)).isEqualTo(listed.get(i - 1) + 1);
        }
        assertThat(channel.stats().timeline().missing()).isZero();
        Channels.Decoded pictures = Channels.decode(Channels.join(channel.origin(), name, "v144", listed));
        assertThat(pictures.errors()).isZero();
        assertThat(pictures.frames()).isEqualTo(26L * listed.size());
        Channels.Decoded sound = Channels.decode(Channels.join(channel.origin(), name, "audio", listed));
        assertThat(sound.errors()).isZero();
        for (int i = 1; i < sound.pts().size(); i++) {
            assertThat(sound.pts().get(i) - sound.pts().get(i - 1)).isEqualTo(1024);
        }
    }

    @Test
    void aLiveSourceThatBreaksIsOpenedAgainWithoutAGapInTheOutput() throws Exception {
        List<ChannelState> states = Collections.synchronizedList(new ArrayList<>());
        AtomicInteger opened = new AtomicInteger();
        Supplier<StreamSource> sources = () -> breaking(true, opened.incrementAndGet() > 2 ? 1_000_000 : 150);
        try (LiveChannel channel = LiveChannel.builder(Channels.spec("cable"), sources)
                .reconnect(QUICK)
                .events(event -> {
                    if (event instanceof ChannelEvent change) {
                        states.add(change.state());
                    }
                })
                .build()) {
            channel.start();
            Channels.await("the third source", () -> opened.get() == 3);
            Channels.await("the way back", () -> channel.state() == ChannelState.RUNNING);
            Channels.awaitListed(channel, 8);
            assertThat(states)
                    .containsExactly(
                            ChannelState.STARTING,
                            ChannelState.RECOVERING,
                            ChannelState.RUNNING,
                            ChannelState.RECOVERING,
                            ChannelState.RUNNING);
            assertWithoutGap(channel, "cable");
        }
    }

    @Test
    void whileASourceStaysAwayTheOutputGoesOnInRealTime() throws Exception {
        AtomicInteger opened = new AtomicInteger();
        Supplier<StreamSource> sources = () -> {
            if (opened.incrementAndGet() == 1) {
                return breaking(true, 150);
            }
            throw new MediaException(MediaErrorCode.IO, "the cable is still out", null, true);
        };
        try (LiveChannel channel = LiveChannel.builder(Channels.spec("away"), sources)
                .reconnect(QUICK)
                .build()) {
            channel.start();
            Channels.await("the failure", () -> channel.state() == ChannelState.RECOVERING);
            long listed = channel.stats().timeline().listed();
            // Four seconds of nothing but cover.
            Channels.awaitListed(channel, (int) listed + 4);
            assertThat(channel.state()).isEqualTo(ChannelState.RECOVERING);
            assertThat(channel.stats().timeline().latencyMillis()).isLessThan(3_000);
            assertThat(opened.get()).isGreaterThan(10);
            assertWithoutGap(channel, "away");
        }
    }

    @Test
    void aRecordingThatBreaksBeginsAgainInRealTime() throws Exception {
        AtomicInteger opened = new AtomicInteger();
        Supplier<StreamSource> sources = () -> breaking(false, opened.incrementAndGet() > 1 ? 1_000_000 : 200);
        try (LiveChannel channel = LiveChannel.builder(Channels.spec("tape"), sources)
                .reconnect(QUICK)
                .build()) {
            channel.start();
            Channels.await("the second source", () -> opened.get() == 2);
            Channels.awaitListed(channel, 8);
            assertThat(channel.stats().timeline().latencyMillis()).isBetween(-500L, 3_000L);
            assertWithoutGap(channel, "tape");
        }
    }

    @Test
    void aSourceThatStaysAwayTooLongEndsTheChannelWithItsLastError() throws Exception {
        AtomicInteger opened = new AtomicInteger();
        Supplier<StreamSource> sources = () -> {
            if (opened.incrementAndGet() == 1) {
                return breaking(true, 150);
            }
            throw new MediaException(MediaErrorCode.IO, "the cable is still out", null, true);
        };
        try (LiveChannel channel = LiveChannel.builder(Channels.spec("gone"), sources)
                .reconnect(QUICK.withGiveUp(Duration.ofMillis(800)))
                .build()) {
            channel.start();
            assertThat(channel.awaitEnd(Channels.PATIENCE)).isTrue();
            assertThat(channel.state()).isEqualTo(ChannelState.FAILED);
            assertThat(channel.failure().orElseThrow()).hasMessage("the cable is still out");
        }
    }

    @Test
    void aSourceThatNeverCameFailsAtOnce() throws Exception {
        Supplier<StreamSource> sources = () -> {
            throw new MediaException(MediaErrorCode.NOT_FOUND, "there is no file x");
        };
        try (LiveChannel channel =
                LiveChannel.builder(Channels.spec("never"), sources).build()) {
            channel.start();
            assertThat(channel.awaitEnd(Channels.PATIENCE)).isTrue();
            assertThat(channel.failure().orElseThrow()).hasMessage("there is no file x");
        }
    }

    @Test
    void closingEndsThePauseBetweenAttempts() throws Exception {
        AtomicInteger opened = new AtomicInteger();
        Supplier<StreamSource> sources = () -> {
            if (opened.incrementAndGet() == 1) {
                return breaking(true, 150);
            }
            throw new MediaException(MediaErrorCode.IO, "still out", null, true);
        };
        LiveChannel channel = LiveChannel.builder(Channels.spec("closed"), sources)
                .reconnect(new Reconnect(Duration.ofSeconds(50), Duration.ofSeconds(50), Duration.ofHours(1)))
                .build();
        channel.start();
        Channels.await("the failure", () -> channel.state() == ChannelState.RECOVERING);
        long start = System.nanoTime();
        channel.close();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
        assertThat(channel.state()).isEqualTo(ChannelState.STOPPED);
    }
}

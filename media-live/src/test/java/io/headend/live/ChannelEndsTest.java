package io.headend.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.MeterSink;
import io.headend.core.StreamSink;
import io.headend.core.StreamSource;
import io.headend.testkit.LeakExtension;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A host that misbehaves, and sources that end in odd ways: the channel still runs or ends, and lets go of everything. */
@ExtendWith(LeakExtension.class)
@Timeout(60)
class ChannelEndsTest {

    private static void assertNoThread(String channel) {
        Channels.await(
                "the end of the threads of " + channel,
                () -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(t -> t.isAlive() && t.getName().startsWith("channel-" + channel)));
    }

    @Test
    void hostWhoseEventSinkThrowsHasAChannelNevertheless() throws Exception {
        LiveChannel channel = LiveChannel.builder(
                        Channels.spec("loud"), Channels.source().build())
                .events(event -> {
                    throw new IllegalStateException("the host's list is full");
                })
                .build();
        channel.start();
        Channels.awaitListed(channel, 1);
        channel.close();
        assertThat(channel.state()).isEqualTo(ChannelState.STOPPED);
        assertNoThread("loud");
    }

    @Test
    void hostWhoseMetersThrowHasAChannelNevertheless() throws Exception {
        MeterSink broken = new MeterSink() {
            @Override
            public void count(String name, long delta, String... tags) {
                throw new IllegalStateException("no registry");
            }

            @Override
            public AutoCloseable gauge(String name, DoubleSupplier value, String... tags) {
                throw new IllegalStateException("no registry");
            }

            @Override
            public void time(String name, long nanos, String... tags) {
                throw new IllegalStateException("no registry");
            }
        };
        try (LiveChannel channel = LiveChannel.builder(
                        Channels.spec("unmeasured"), Channels.source().build())
                .meters(broken)
                .build()) {
            channel.start();
            Channels.awaitListed(channel, 1);
        }
    }

    @Test
    void eventSinkMayWaitForAnotherThreadThatAsksTheChannel() throws Exception {
        AtomicReference<LiveChannel> asked = new AtomicReference<>();
        AtomicReference<ChannelState> answer = new AtomicReference<>();
        LiveChannel channel = LiveChannel.builder(
                        Channels.spec("asked"), Channels.source().build())
                .events(event -> {
                    if (event instanceof ChannelEvent change && change.state() == ChannelState.STARTING) {
                        answer.set(
                                CompletableFuture.supplyAsync(() -> asked.get().state())
                                        .completeOnTimeout(null, 20, TimeUnit.SECONDS)
                                        .join());
                    }
                })
                .build();
        asked.set(channel);
        channel.start();
        channel.close();
        assertThat(answer.get()).isEqualTo(ChannelState.STARTING);
    }

    @Test
    void eventSinkMayCloseTheChannelThatFailed() throws Exception {
        AtomicReference<LiveChannel> channel = new AtomicReference<>();
        StreamSource broken = source(sink -> {
            throw new MediaException(MediaErrorCode.IO, "the cable is out");
        });
        channel.set(LiveChannel.builder(Channels.spec("closer"), broken)
                .events(event -> {
                    if (event instanceof ChannelEvent change && change.state() == ChannelState.FAILED) {
                        channel.get().close();
                    }
                })
                .build());
        channel.get().start();
        assertThat(channel.get().awaitEnd(Channels.PATIENCE)).isTrue();
        assertThat(channel.get().failure().orElseThrow()).hasMessage("the cable is out");
        assertNoThread("closer");
    }

    @Test
    void sourceThatStopsWithoutAnEndFailsTheChannel() throws Exception {
        try (LiveChannel channel =
                LiveChannel.builder(Channels.spec("silent"), source(sink -> {})).build()) {
            channel.start();
            assertThat(channel.awaitEnd(Channels.PATIENCE)).isTrue();
            assertThat(channel.failure().orElseThrow()).hasMessageContaining("before its end");
        }
    }

    @Test
    void hostWithoutThreadsIsToldAtTheStart() throws Exception {
        LiveChannel channel = LiveChannel.builder(
                        Channels.spec("bare"), Channels.source().build())
                .threads(task -> null)
                .build();
        assertThatThrownBy(channel::start)
                .isInstanceOfSatisfying(
                        MediaException.class, e -> assertThat(e.code()).isEqualTo(MediaErrorCode.EXHAUSTED));
        assertThat(channel.state()).isEqualTo(ChannelState.FAILED);
        channel.close();
    }

    @Test
    void interruptedThreadClosesAsWellAsAnother() throws Exception {
        LiveChannel channel = LiveChannel.builder(
                        Channels.spec("hasty"), Channels.source().build())
                .build();
        channel.start();
        Channels.awaitListed(channel, 1);
        Thread.currentThread().interrupt();
        channel.close();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(t -> t.isAlive() && t.getName().startsWith("channel-hasty"));
    }

    private interface Run {
        void run(StreamSink sink);
    }

    private static StreamSource source(Run run) {
        return new StreamSource() {
            @Override
            public void run(StreamSink sink) {
                run.run(sink);
            }

            @Override
            public void close() {}
        };
    }
}

package io.headend.benchmarks;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.PictureSize;
import io.headend.core.StreamItem;
import io.headend.core.StreamSink;
import io.headend.core.StreamSource;
import io.headend.live.ChannelSpec;
import io.headend.live.ChannelStats;
import io.headend.live.LiveChannel;
import io.headend.testkit.SyntheticSource;
import io.headend.transcode.Ladder;
import io.headend.transcode.TranscodeEvent;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Question: what does a viewer notice of a live source that says nothing for a while, and then gives all that it held back; and of
 * one that is gone for as long and is opened again?
 *
 * <p>Segments of 2 s in three renditions, x264 {@code veryfast}. The listing must not fall further behind the clock than a player
 * with the usual buffer of three segments bears, must have no gap, and must end where it was before.
 *
 * <pre>benchmarks/run SilentSource [seconds of silence]</pre>
 */
public final class SilentSource {

    private static final PictureSize SIZE = new PictureSize(640, 360);
    private static final Duration SEGMENT = Duration.ofSeconds(2);
    private static final long BEFORE = TimeUnit.SECONDS.toNanos(15);
    private static final long BEARABLE_MILLIS = 3 * SEGMENT.toMillis();

    private final Duration silence;
    private final AtomicInteger jumps = new AtomicInteger();
    private volatile boolean silent;

    private SilentSource(Duration silence) {
        this.silence = silence;
    }

    /** Exit code 0 if no viewer noticed more than another picture. */
    public static void main(String[] args) {
        Duration silence = Duration.ofSeconds(args.length > 0 ? Long.parseLong(args[0]) : 8);
        boolean held = new SilentSource(silence).run("held back", false);
        boolean gone = new SilentSource(silence).run("gone", true);
        System.exit(held && gone ? 0 : 1);
    }

    private boolean run(String name, boolean fails) {
        try (LiveChannel channel = LiveChannel.builder(spec(), sources(fails))
                .events(event -> {
                    if (event instanceof TranscodeEvent told && told.kind() == TranscodeEvent.Kind.CLOCK_JUMP) {
                        jumps.incrementAndGet();
                    }
                })
                .build()) {
            channel.start();
            long start = System.nanoTime();
            long before = worst(channel, start, start + BEFORE);
            silent = true;
            long begun = System.nanoTime();
            long during = worst(channel, begun, begun + silence.toNanos());
            silent = false;
            long back = System.nanoTime();
            during = Math.max(during, worst(channel, back, back + TimeUnit.SECONDS.toNanos(5)));
            long after = worst(channel, back, back + 2 * BEFORE);
            ChannelStats.Timeline timeline = channel.stats().timeline();
            boolean good = during <= BEARABLE_MILLIS && after <= before + 500 && timeline.missing() == 0;
            System.out.printf(
                    Locale.ROOT,
                    "%s: %s for %d s: the listing at most %.1f s behind the clock (before %.1f s, afterwards %.1f s), %d segments missing, %d jumps of the clock%n",
                    good ? "PASS" : "FAIL",
                    name,
                    silence.toSeconds(),
                    during / 1000.0,
                    before / 1000.0,
                    after / 1000.0,
                    timeline.missing(),
                    jumps.get());
            return good;
        }
    }

    private static ChannelSpec spec() {
        return ChannelSpec.of("silence").withSegments(SEGMENT, SEGMENT).withLadder(Ladder.standard(SIZE));
    }

    private Supplier<StreamSource> sources(boolean fails) {
        return () -> {
            if (silent) {
                throw new MediaException(MediaErrorCode.IO, "the source is still away", null, true);
            }
            return new Gated(
                    SyntheticSource.builder()
                            .size(SIZE.width(), SIZE.height())
                            .realTime()
                            .build(),
                    fails);
        };
    }

    /** The largest distance of the end of the listing from the clock, in milliseconds, from when it has one. */
    private static long worst(LiveChannel channel, long from, long end) {
        long worst = 0;
        for (long now = from; now < end; now = System.nanoTime()) {
            if (channel.stats().timeline().listed() > 2) {
                worst = Math.max(worst, channel.stats().timeline().latencyMillis());
            }
            LockSupport.parkNanos(20_000_000);
        }
        return worst;
    }

    /** Holds everything back, or fails, while the source is silent. */
    private final class Gated implements StreamSource {
        private final StreamSource whole;
        private final boolean fails;
        private volatile boolean closed;

        Gated(StreamSource whole, boolean fails) {
            this.whole = whole;
            this.fails = fails;
        }

        @Override
        public void run(StreamSink sink) {
            whole.run(item -> pass(item, sink));
        }

        private void pass(StreamItem item, StreamSink sink) {
            if (silent && fails) {
                item.close();
                throw new MediaException(MediaErrorCode.IO, "the source is gone", null, true);
            }
            while (silent && !closed) {
                LockSupport.parkNanos(5_000_000);
            }
            sink.accept(item);
        }

        @Override
        public void close() {
            closed = true;
            whole.close();
        }
    }
}

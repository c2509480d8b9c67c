package io.headend.transcode;

import static io.headend.transcode.Transcodes.GRID;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.headend.core.Codec;
import io.headend.core.CodecConfig;
import io.headend.core.EndOfStream;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaEvent;
import io.headend.core.MediaException;
import io.headend.core.PictureSize;
import io.headend.core.Sample;
import io.headend.core.StreamItem;
import io.headend.core.StreamSink;
import io.headend.core.Timebase;
import io.headend.core.Track;
import io.headend.core.TrackInfo;
import io.headend.core.VideoFormat;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.SyntheticSource;
import io.headend.transcode.Transcodes.Outputs;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Every way in which a transcoder ends leaves no thread and no native handle. */
@ExtendWith(LeakExtension.class)
@Timeout(60)
class TranscoderEndsTest {

    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final List<MediaEvent> events = new CopyOnWriteArrayList<>();

    private Thread thread(Runnable task) {
        Thread thread = new Thread(task);
        threads.add(thread);
        return thread;
    }

    private Transcoder transcoder(StreamSink picture, StreamSink sound) {
        return Transcoder.builder(Transcodes.ladder(180), GRID)
                .output("v180", picture)
                .output("audio", sound)
                .threads(this::thread)
                .events(events::add)
                .queuedFrames(2)
                .build();
    }

    private void assertThreadsGone() throws InterruptedException {
        assertThat(threads).isNotEmpty();
        for (Thread thread : threads) {
            thread.join(5000);
            assertThat(thread.isAlive()).isFalse();
        }
    }

    private static SyntheticSource endless() {
        return SyntheticSource.builder().size(320, 180).build();
    }

    @Test
    void aSinkThatFailsEndsEverythingAsOneException() throws InterruptedException {
        StreamSink failing = item -> {
            item.close();
            if (item instanceof Sample sample && sample.pts() > 20 * 3600) {
                throw new MediaException(MediaErrorCode.IO, "disk is full");
            }
        };
        try (Outputs outputs = new Outputs();
                Transcoder transcoder = transcoder(failing, outputs.sink("audio"));
                SyntheticSource source = endless()) {
            MediaException thrown = (MediaException) catchThrowable(() -> source.run(transcoder));
            assertThat(thrown.code()).isEqualTo(MediaErrorCode.IO);
            assertThat(thrown).hasMessage("rendition v180: disk is full");
            assertThat(outputs.sink("audio").ended()).isFalse();
            assertThatThrownBy(() -> transcoder.accept(new EndOfStream())).isSameAs(thrown);
            assertThreadsGone();
        }
        assertThat(events)
                .filteredOn(event -> event.severity() == MediaEvent.Severity.ERROR)
                .hasSize(1);
    }

    @Test
    void aFailureAtTheVeryEndComesOutOfTheEnd() throws InterruptedException {
        StreamSink failing = item -> {
            item.close();
            if (item instanceof EndOfStream) {
                throw new IllegalStateException("cannot end");
            }
        };
        try (Transcoder transcoder = transcoder(failing, StreamItem::close);
                SyntheticSource source =
                        SyntheticSource.builder().size(320, 180).frames(10).build()) {
            assertThatThrownBy(() -> source.run(transcoder))
                    .isInstanceOf(MediaException.class)
                    .hasMessageContaining("cannot end")
                    .hasFieldOrPropertyWithValue("code", MediaErrorCode.INTERNAL);
            assertThreadsGone();
        }
    }

    @Test
    void anEncoderThatCannotOpenIsTold() throws InterruptedException {
        Ladder ladder = new Ladder(
                List.of(new Rendition(
                        "odd",
                        new PictureSize(320, 180),
                        EncoderSettings.x264("no-such-preset", RateControl.Cbr.of(100_000)))),
                List.of());
        try (Transcoder transcoder = Transcoder.builder(ladder, GRID)
                        .outputs(name -> StreamItem::close)
                        .threads(this::thread)
                        .build();
                SyntheticSource source = endless()) {
            assertThatThrownBy(() -> source.run(transcoder))
                    .isInstanceOf(MediaException.class)
                    .hasMessageStartingWith("rendition odd: ");
            assertThreadsGone();
        }
    }

    @Test
    @SuppressWarnings("try")
    void closingFromAnotherThreadFreesABlockedGiver() throws Exception {
        CountDownLatch delivering = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        StreamSink stuck = item -> {
            item.close();
            if (item instanceof Sample) {
                delivering.countDown();
                try {
                    never.await();
                } catch (InterruptedException e) {
                    throw new MediaException(MediaErrorCode.CLOSED, "interrupted", e);
                }
            }
        };
        try (Transcoder transcoder = transcoder(stuck, StreamItem::close);
                SyntheticSource source = endless()) {
            CompletableFuture<Throwable> ended = new CompletableFuture<>();
            Thread giver = new Thread(() -> ended.complete(catchThrowable(() -> source.run(transcoder))));
            giver.start();
            assertThat(delivering.await(10, TimeUnit.SECONDS)).isTrue();
            transcoder.close();
            // close() has waited for them.
            assertThat(threads).isNotEmpty().noneMatch(Thread::isAlive);
            assertThat(ended.get(10, TimeUnit.SECONDS))
                    .isInstanceOf(MediaException.class)
                    .hasFieldOrPropertyWithValue("code", MediaErrorCode.CLOSED);
            giver.join();
            assertThreadsGone();
        }
        assertThat(events).noneMatch(event -> event.severity() == MediaEvent.Severity.ERROR);
    }

    @Test
    void closingInTheMiddleLeavesNothing() throws InterruptedException {
        Transcoder transcoder = transcoder(StreamItem::close, StreamItem::close);
        int[] items = {0};
        try (SyntheticSource source = endless()) {
            assertThatThrownBy(() -> source.run(item -> {
                        if (++items[0] == 100) {
                            transcoder.close();
                            transcoder.close();
                        }
                        transcoder.accept(item);
                    }))
                    .isInstanceOf(MediaException.class);
        }
        assertThreadsGone();
    }

    @Test
    void aSinkMayCloseTheTranscoder() throws InterruptedException {
        Transcoder[] self = new Transcoder[1];
        StreamSink closing = item -> {
            item.close();
            if (item instanceof Sample sample && sample.pts() > 10 * 3600) {
                self[0].close();
            }
        };
        self[0] = transcoder(closing, StreamItem::close);
        try (SyntheticSource source = endless()) {
            assertThatThrownBy(() -> source.run(self[0])).isInstanceOf(MediaException.class);
        }
        assertThreadsGone();
    }

    @Test
    void nothingAtAllEndsAllRenditions() {
        try (Outputs outputs = new Outputs();
                Transcoder transcoder = transcoder(outputs.sink("v180"), outputs.sink("audio"))) {
            transcoder.accept(new EndOfStream());
            assertThat(outputs.sink("v180").ended()).isTrue();
            assertThat(outputs.sink("audio").ended()).isTrue();
            assertThat(transcoder.stats().decoded()).isZero();
            assertThatThrownBy(() -> transcoder.accept(new EndOfStream())).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void nothingStartsBeforeTheFirstPicture() {
        transcoder(StreamItem::close, StreamItem::close).close();
        assertThat(threads).isEmpty();
    }

    @Test
    void everyRenditionNeedsAnOutput() {
        assertThatThrownBy(() -> Transcoder.builder(Transcodes.ladder(180), GRID)
                        .output("v180", StreamItem::close)
                        .build())
                .isInstanceOf(MediaException.class)
                .hasMessageContaining("'audio' has no output");
        assertThatThrownBy(
                        () -> Transcoder.builder(Transcodes.ladder(180), GRID).output("v9", StreamItem::close))
                .isInstanceOf(MediaException.class)
                .hasMessageContaining("[v180, audio]");
    }

    @Test
    void aSinkMayCloseWhileTheEndIsDelivered() throws Exception {
        Transcoder[] self = new Transcoder[1];
        StreamSink closing = item -> {
            item.close();
            if (item instanceof EndOfStream) {
                self[0].close();
            }
        };
        try (Transcoder transcoder = transcoder(closing, StreamItem::close);
                SyntheticSource source =
                        SyntheticSource.builder().size(320, 180).frames(10).build()) {
            self[0] = transcoder;
            CompletableFuture<Throwable> end =
                    CompletableFuture.supplyAsync(() -> catchThrowable(() -> source.run(transcoder)));
            assertThat(end.get(10, TimeUnit.SECONDS))
                    .isInstanceOfSatisfying(
                            MediaException.class, e -> assertThat(e.code()).isEqualTo(MediaErrorCode.CLOSED));
            assertThreadsGone();
        }
    }

    @Test
    void anInterruptedRenditionIsAFailureAndNoStandstill() throws Exception {
        StreamSink interrupting = item -> {
            item.close();
            if (item instanceof Sample) {
                Thread.currentThread().interrupt();
            }
        };
        try (Transcoder transcoder = transcoder(interrupting, StreamItem::close);
                SyntheticSource source = endless()) {
            CompletableFuture<Throwable> end =
                    CompletableFuture.supplyAsync(() -> catchThrowable(() -> source.run(transcoder)));
            assertThat(end.get(20, TimeUnit.SECONDS))
                    .isInstanceOf(MediaException.class)
                    .hasMessageContaining("rendition v180: ")
                    .hasMessageContaining("interrupted");
            assertThreadsGone();
        }
    }

    @Test
    void anEventSinkThatThrowsDoesNotHoldUpAFailure() throws Exception {
        StreamSink failing = item -> {
            item.close();
            if (item instanceof Sample) {
                throw new MediaException(MediaErrorCode.IO, "disk is full");
            }
        };
        try (Transcoder transcoder = Transcoder.builder(Transcodes.ladder(180), GRID)
                        .output("v180", failing)
                        .output("audio", StreamItem::close)
                        .threads(this::thread)
                        .events(event -> {
                            throw new IllegalStateException("the host's list is full");
                        })
                        .queuedFrames(2)
                        .build();
                SyntheticSource source = endless()) {
            CompletableFuture<Throwable> end =
                    CompletableFuture.supplyAsync(() -> catchThrowable(() -> source.run(transcoder)));
            assertThat(end.get(20, TimeUnit.SECONDS)).hasMessage("rendition v180: disk is full");
            assertThreadsGone();
        }
    }

    @Test
    void aSourceThatNobodyDecodesIsNamed() {
        Track unknown = new Track(
                0,
                "video-0",
                VideoFormat.of(CodecConfig.of(Codec.OTHER_VIDEO, "no_such_coding"), 320, 180),
                Timebase.MPEG,
                null);
        try (Transcoder transcoder = transcoder(StreamItem::close, StreamItem::close)) {
            transcoder.accept(new TrackInfo(unknown));
            assertThatThrownBy(() -> transcoder.accept(new EndOfStream()))
                    .isInstanceOfSatisfying(
                            MediaException.class, e -> assertThat(e.code()).isEqualTo(MediaErrorCode.UNSUPPORTED))
                    .hasMessageContaining("video-0 is no_such_coding");
        }
    }
}

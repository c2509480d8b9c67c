package io.headend.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.headend.core.EpochGrid;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.Rational;
import io.headend.core.StreamSink;
import io.headend.core.StreamSource;
import io.headend.core.Timestamp;
import io.headend.core.http.MediaRequest;
import io.headend.ingest.FileInput;
import io.headend.ingest.Ingest;
import io.headend.ingest.InputSpec;
import io.headend.ingest.Playback;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.SharedMedia;
import io.headend.testkit.SyntheticSource;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakExtension.class)
class LiveChannelTest {

    private static final EpochGrid GRID = new EpochGrid(Rational.of(25, 1), 13, 2);

    @Test
    void everyRenditionListsTheSameSegmentsAndDecodesClean() throws Exception {
        try (LiveChannel channel = LiveChannel.builder(
                        Channels.spec("one").withTransportStreams(),
                        Channels.source().build())
                .build()) {
            assertThat(channel.state()).isEqualTo(ChannelState.IDLE);
            channel.start();
            Channels.awaitListed(channel, 3);
            assertThat(channel.state()).isEqualTo(ChannelState.RUNNING);
            List<Long> numbers = Channels.shown(channel, "one", "v144", 3);
            for (String rendition : List.of("v72", "audio")) {
                assertThat(Channels.listed(channel.origin(), "one", rendition))
                        .startsWith(numbers.toArray(Long[]::new));
            }
            assertVideo(channel, "v144", numbers);
            assertVideo(channel, "v72", numbers);
            assertAudio(channel, numbers);
            String mpd = new String(Channels.get(channel.origin(), "/one/manifest.mpd"), StandardCharsets.UTF_8);
            assertThat(mpd).contains("v144").contains("v72").contains("audio");
            assertTransportStream(channel, numbers);
            assertStats(channel.stats());
        }
    }

    private static void assertTransportStream(LiveChannel channel, List<Long> numbers) throws Exception {
        String master = new String(Channels.get(channel.origin(), "/one/master-ts.m3u8"), StandardCharsets.UTF_8);
        assertThat(master).contains("v144/media-ts.m3u8", "v72/media-ts.m3u8", "audio/media-ts.m3u8");
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (long number : numbers) {
            joined.writeBytes(Channels.get(channel.origin(), "/one/v144/" + number + ".ts"));
        }
        Channels.Decoded video = Channels.decode(joined.toByteArray());
        assertThat(video.errors()).isZero();
        assertThat(video.pts()).hasSize(numbers.size() * GRID.segmentFrames());
    }

    private static void assertVideo(LiveChannel channel, String rendition, List<Long> numbers) throws Exception {
        Channels.Decoded video = Channels.decode(Channels.join(channel.origin(), "one", rendition, numbers));
        int perSegment = GRID.segmentFrames();
        assertThat(video.errors()).isZero();
        assertThat(video.frames()).isEqualTo((long) perSegment * numbers.size());
        long first = numbers.get(0) * perSegment;
        List<Long> inOrder = video.pts().stream().sorted().toList();
        for (int i = 0; i < inOrder.size(); i++) {
            assertThat(inOrder.get(i)).isEqualTo((first + i) * 3600);
            if (GRID.isIdr(first + i)) {
                assertThat(video.sync().get(i))
                        .as("frame %d is an IDR picture", first + i)
                        .isTrue();
            }
        }
    }

    private static void assertAudio(LiveChannel channel, List<Long> numbers) throws Exception {
        Channels.Decoded audio = Channels.decode(Channels.join(channel.origin(), "one", "audio", numbers));
        long first = GRID.firstAudioFrame(numbers.get(0), 48_000, 1024);
        long end = GRID.firstAudioFrame(numbers.get(numbers.size() - 1) + 1, 48_000, 1024);
        assertThat(audio.errors()).isZero();
        assertThat(audio.pts()).hasSize((int) (end - first));
        for (int i = 0; i < audio.pts().size(); i++) {
            assertThat(audio.pts().get(i)).isEqualTo((first + i) * 1024);
        }
    }

    private static void assertStats(ChannelStats stats) {
        assertThat(stats.channel()).isEqualTo("one");
        assertThat(stats.error()).isNull();
        assertThat(stats.timeline().driftTicks()).isZero();
        assertThat(stats.timeline().missing()).isZero();
        assertThat(stats.timeline().latencyMillis()).isBetween(0L, 20_000L);
        assertThat(stats.input().decoded()).isGreaterThan(70);
        assertThat(stats.input().decodeErrors()).isZero();
        assertThat(stats.renditions()).extracting(ChannelStats.Output::name).containsExactly("v144", "v72", "audio");
        assertThat(stats.renditions()).allMatch(r -> r.lastBitrate() > 1000 && r.averageBitrate() > 1000);
    }

    @Test
    void wholeSegmentsBeforeThePresentAreReadyAtOnce() throws Exception {
        long before = nowInSegments();
        try (LiveChannel channel = LiveChannel.builder(
                        Channels.spec("fast"), Channels.source().build())
                .build()) {
            channel.start();
            Channels.awaitListed(channel, 1);
            assertThat(Channels.listed(channel.origin(), "fast", "v144").get(0))
                    .isBetween(before - 1, nowInSegments() - 1);
        }
    }

    private static long nowInSegments() {
        return GRID.segmentAt(Timestamp.of(Instant.now()));
    }

    @Test
    void channelsStartedApartCutAlikeAndARestartGoesOnCounting() throws Exception {
        Instant now = Instant.parse("2026-11-22T12:00:00.123Z");
        List<List<Long>> segments = new ArrayList<>();
        List<Long> pts = new ArrayList<>();
        for (Duration later : List.of(Duration.ZERO, Duration.ofMillis(3_400), Duration.ofMillis(9_000))) {
            Clock clock = Clock.fixed(now.plus(later), ZoneOffset.UTC);
            try (LiveChannel channel = LiveChannel.builder(
                            Channels.spec("lock"), Channels.source().build())
                    .clock(clock)
                    .build()) {
                channel.start();
                Channels.awaitListed(channel, 2);
                List<Long> numbers =
                        Channels.listed(channel.origin(), "lock", "v72").subList(0, 2);
                segments.add(numbers);
                pts.add(Channels.decode(Channels.join(channel.origin(), "lock", "audio", numbers))
                        .pts()
                        .get(0));
                assertThat(numbers.get(0)).isEqualTo(GRID.segmentAt(Timestamp.of(clock.instant())) - 1);
            }
        }
        for (int i = 0; i < segments.size(); i++) {
            assertThat(pts.get(i))
                    .isEqualTo(GRID.firstAudioFrame(segments.get(i).get(0), 48_000, 1024) * 1024);
        }
        assertThat(segments.get(1).get(0)).isGreaterThan(segments.get(0).get(0));
        assertThat(segments.get(2).get(0)).isGreaterThan(segments.get(1).get(0));
    }

    @Test
    void realTimeSourceIsLaidWhereItCame() throws Exception {
        SyntheticSource source = Channels.source().realTime().build();
        long before = nowInSegments();
        try (LiveChannel channel =
                LiveChannel.builder(Channels.spec("live"), source).build()) {
            channel.start();
            Channels.awaitListed(channel, 1);
            assertThat(Channels.listed(channel.origin(), "live", "v144").get(0)).isBetween(before, nowInSegments());
            assertThat(channel.stats().timeline().driftTicks()).isZero();
        }
    }

    @Test
    void clipIsLoopedWithoutAHole() throws Exception {
        Path clip = SharedMedia.find("media/functional/h264_aac_5s_lowrate.mp4").orElse(null);
        assumeTrue(clip != null, "skipped: ../shared is missing");
        Ingest source = Ingest.builder(new FileInput(clip, Playback.ONCE.withLoop(true)))
                .build();
        try (LiveChannel channel =
                LiveChannel.builder(Channels.spec("one"), source).build()) {
            channel.start();
            Channels.awaitListed(channel, 7);
            List<Long> numbers = Channels.shown(channel, "one", "v144", 7);
            assertVideo(channel, "v144", numbers);
            assertAudio(channel, numbers);
            ChannelStats stats = channel.stats();
            assertThat(stats.timeline().driftTicks()).isZero();
            assertThat(stats.input().repeated()).isZero();
            assertThat(stats.input().dropped()).isZero();
            assertThat(source.stats().laps()).isGreaterThanOrEqualTo(1);
        }
    }

    @Test
    void filmComesOutFrameByFrame() throws Exception {
        Path film =
                SharedMedia.find("media/bbb_multishot_540p25_64s_src1.6M.mp4").orElse(null);
        assumeTrue(film != null, "skipped: ../shared is missing");
        Ingest source = Ingest.builder(new FileInput(film, Playback.ONCE)).build();
        try (LiveChannel channel =
                LiveChannel.builder(Channels.spec("one"), source).build()) {
            channel.start();
            Channels.awaitListed(channel, 3);
            List<Long> numbers = Channels.shown(channel, "one", "v144", 3);
            assertVideo(channel, "v144", numbers);
            assertAudio(channel, numbers);
            assertThat(channel.stats().input().repeated()).isZero();
            assertThat(channel.stats().timeline().driftTicks()).isZero();
        }
    }

    @Test
    void sourceWithoutSoundHasAChannelWithoutSound() throws Exception {
        try (LiveChannel channel = LiveChannel.builder(
                        Channels.spec("mute"), Channels.source().silent().build())
                .build()) {
            channel.start();
            Channels.awaitListed(channel, 1);
            String master = new String(Channels.get(channel.origin(), "/mute/master.m3u8"), StandardCharsets.UTF_8);
            assertThat(master).contains("v144").doesNotContain("audio/");
        }
    }

    @Test
    void endOfTheSourceFinishesWhatItGave() throws Exception {
        SyntheticSource source =
                Channels.source().duration(Duration.ofMillis(3_200)).build();
        try (LiveChannel channel =
                LiveChannel.builder(Channels.spec("end"), source).build()) {
            channel.start();
            assertThat(channel.awaitEnd(Channels.PATIENCE)).isTrue();
            assertThat(channel.state()).isEqualTo(ChannelState.STOPPED);
            String playlist =
                    new String(Channels.get(channel.origin(), "/end/v144/media.m3u8"), StandardCharsets.UTF_8);
            assertThat(playlist).contains("#EXT-X-ENDLIST");
            assertThat(Channels.listed(channel.origin(), "end", "v144")).hasSize(3);
        }
    }

    @Test
    void failingSourceFailsTheChannelWithItsOwnError() throws Exception {
        List<ChannelState> states = new ArrayList<>();
        Ingest source = Ingest.builder(InputSpec.parse("no-such-file.mp4")).build();
        try (LiveChannel channel = LiveChannel.builder(Channels.spec("bad"), source)
                .events(event -> states.add(((ChannelEvent) event).state()))
                .build()) {
            channel.start();
            assertThat(channel.awaitEnd(Channels.PATIENCE)).isTrue();
            assertThat(channel.state()).isEqualTo(ChannelState.FAILED);
            assertThat(channel.failure().orElseThrow().code()).isEqualTo(MediaErrorCode.NOT_FOUND);
            assertThat(channel.stats().error()).contains("no-such-file.mp4");
            assertThat(channel.stats().renditions()).isEmpty();
        }
        assertThat(states).containsExactly(ChannelState.STARTING, ChannelState.FAILED);
    }

    @Test
    void sourceThatBreaksInTheMiddleReleasesEverything() throws Exception {
        SyntheticSource good = Channels.source().build();
        StreamSource breaking = new StreamSource() {
            private int left = 40;

            @Override
            public void run(StreamSink sink) {
                good.run(item -> {
                    if (left-- == 0) {
                        item.close();
                        throw new MediaException(MediaErrorCode.IO, "the cable is out");
                    }
                    sink.accept(item);
                });
            }

            @Override
            public void close() {
                good.close();
            }
        };
        try (LiveChannel channel =
                LiveChannel.builder(Channels.spec("cut"), breaking).build()) {
            channel.start();
            assertThat(channel.awaitEnd(Channels.PATIENCE)).isTrue();
            assertThat(channel.failure().orElseThrow()).hasMessage("the cable is out");
        }
    }

    @Test
    void closeEndsWithinTwoSecondsAlsoWhereTheSourceHangs() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch entered = new CountDownLatch(1);
        StreamSource hanging = new StreamSource() {
            @Override
            public void run(StreamSink sink) {
                entered.countDown();
                boolean done = false;
                while (!done) {
                    try {
                        done = release.await(1, TimeUnit.MINUTES);
                    } catch (InterruptedException e) {
                        // A source that knows no interruption.
                        continue;
                    }
                }
            }

            @Override
            public void close() {}
        };
        LiveChannel channel =
                LiveChannel.builder(Channels.spec("hang"), hanging).build();
        channel.start();
        assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
        long start = System.nanoTime();
        channel.close();
        // The source hangs for minutes; the time itself is measured with the other figures of a quiet machine.
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
        assertThat(channel.state()).isEqualTo(ChannelState.STOPPED);
        release.countDown();
    }

    @Test
    void closedChannelServesNothingAndDoesNotStartAgain() throws Exception {
        LiveChannel channel = LiveChannel.builder(
                        Channels.spec("gone"), Channels.source().build())
                .build();
        channel.start();
        assertThatThrownBy(channel::start)
                .isInstanceOfSatisfying(
                        MediaException.class, e -> assertThat(e.code()).isEqualTo(MediaErrorCode.INVALID_STATE));
        Channels.awaitListed(channel, 1);
        channel.close();
        channel.close();
        assertThat(channel.state()).isEqualTo(ChannelState.STOPPED);
        assertThat(channel.origin()
                        .handle(MediaRequest.get("/gone/master.m3u8"))
                        .toCompletableFuture()
                        .get(5, TimeUnit.SECONDS)
                        .status())
                .isEqualTo(404);
        assertThatThrownBy(channel::start).hasMessageContaining("build another");
    }

    @Test
    void startAndStopLeavesNoThread() throws Exception {
        for (int i = 0; i < 5; i++) {
            LiveChannel channel = LiveChannel.builder(
                            Channels.spec("cycle"), Channels.source().build())
                    .build();
            channel.start();
            if (i % 2 == 0) {
                Channels.awaitListed(channel, 1);
            }
            channel.close();
            assertThat(Thread.getAllStackTraces().keySet())
                    .noneMatch(t -> t.isAlive() && t.getName().startsWith("channel-cycle"));
        }
    }
}

package io.headend.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.Codec;
import io.headend.core.CodecConfig;
import io.headend.core.EpochGrid;
import io.headend.core.HeapSample;
import io.headend.core.MediaEvent;
import io.headend.core.MediaException;
import io.headend.core.Rational;
import io.headend.core.SampleInfo;
import io.headend.core.TextFormat;
import io.headend.core.Timebase;
import io.headend.core.Track;
import io.headend.core.TrackInfo;
import io.headend.core.http.MediaRequest;
import io.headend.core.http.MediaResponse;
import io.headend.formats.isobmff.TrackExtendsBox;
import io.headend.formats.text.WebVtt;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Words of a live channel in the segments of its pictures. */
class LiveSubtitlesTest {

    private static final EpochGrid GRID = new EpochGrid(Rational.of(25, 1), 50, 1);
    private static final long K = 890_000_000;

    @TempDir
    Path folder;

    /** A channel with pictures and words. */
    private final class Channel implements AutoCloseable {
        private final SegmentStore store;
        private final Packager packager;
        private final Origin origin;
        private final Synthetic video = Synthetic.video(GRID);
        private long next;

        Channel(SegmentStore store, Duration part, long first) {
            this.store = store;
            this.next = first * 50;
            Packager.Builder builder = Packager.builder(store)
                    .policy(SegmentationPolicy.live(GRID))
                    .rendition("v")
                    .subtitles("text-en", "en")
                    .window(Duration.ofSeconds(30));
            packager = (part.isZero() ? builder : builder.lowLatency(part)).build();
            origin = Origin.of("c", store.reader());
            packager.sink("v").accept(new TrackInfo(video.track()));
        }

        void feed(int frames) {
            video.samples(packager.sink("v"), next, frames);
            next += frames;
        }

        MediaResponse ask(String path) throws Exception {
            return origin.handle(MediaRequest.get("/c/" + path))
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
        }

        String text(String path) throws Exception {
            MediaResponse answer = ask(path);
            assertThat(answer.status()).as(path).isEqualTo(200);
            return Feed.text(new StoredObject(answer.body(), ""));
        }

        @Override
        public void close() {
            packager.close();
            store.close();
        }
    }

    private static Instant at(double seconds) {
        return Instant.ofEpochMilli(K * 2000 + (long) (seconds * 1000));
    }

    private static void check(Channel channel) throws Exception {
        LiveSubtitles words = channel.packager.subtitles("text-en");
        words.show(at(0.5), at(3), "over the cut");
        words.show(at(2.5), at(3.5), "in the second");
        channel.feed(151);
        String master = channel.text("master.m3u8");
        assertThat(master).contains("TYPE=SUBTITLES", "LANGUAGE=\"en\"", "text-en/media.m3u8");
        String playlist = channel.text("text-en/media.m3u8");
        assertThat(playlist)
                .contains(K + ".vtt", (K + 1) + ".vtt", (K + 2) + ".vtt")
                .doesNotContain("EXT-X-MAP");
        assertThat(playlist).contains("#EXT-X-MEDIA-SEQUENCE:" + K).doesNotContain("EXT-X-PART");
        WebVtt first = WebVtt.parse(channel.text("text-en/" + K + ".vtt"));
        assertThat(first.cues()).singleElement().satisfies(cue -> {
            assertThat(cue.text()).isEqualTo("over the cut");
            assertThat(cue.start()).isEqualTo(500);
        });
        assertThat(channel.text("text-en/" + (K + 1) + ".vtt"))
                .as("the clock of 33 bits at the segment's first picture, from which its cues count")
                .contains("MPEGTS:" + (K + 1) * 180_000 % (1L << 33) + ",LOCAL:00:00:00.000\n");
        WebVtt second = WebVtt.parse(channel.text("text-en/" + (K + 1) + ".vtt"));
        assertThat(second.cues()).extracting(c -> c.text()).containsExactly("over the cut", "in the second");
        assertThat(WebVtt.parse(channel.text("text-en/" + (K + 2) + ".vtt")).cues())
                .isEmpty();
        String mpd = channel.text("manifest.mpd");
        assertThat(mpd).contains("contentType=\"text\"", "codecs=\"wvtt\"", "lang=\"en\"");
        ByteBuffer segment = Feed.segment(channel.store, "text-en", K + 1);
        assertThat(IngestedSegment.parse(segment, TrackExtendsBox.NOTHING).duration())
                .isEqualTo(180_000);
        assertThat(channel.ask("v/" + K + ".vtt").status()).isEqualTo(404);
        assertThat(channel.ask("text-en/7.vtt").status()).isEqualTo(404);
    }

    @Test
    void segmentsOfWordsAreThoseOfThePicturesAlsoWhenNobodySpeaks() throws Exception {
        try (Channel channel = new Channel(HeapSegmentStore.builder().build(), Duration.ZERO, K)) {
            check(channel);
            // what is wrong is wrong with the few pictures that are no pictures
            assertThat(Conformance.check(channel.packager.presentation().orElseThrow(), channel.store.reader()))
                    .extracting(Conformance.Violation::rule)
                    .containsOnly("7.4", "8.11", "9.9");
        }
    }

    @Test
    void inLowLatencyWordsComeInWholeSegments() throws Exception {
        try (Channel channel = new Channel(HeapSegmentStore.builder().build(), Duration.ofMillis(200), K)) {
            check(channel);
            assertThat(channel.text("v/media.m3u8")).contains("EXT-X-PART").doesNotContain("text-en");
        }
    }

    @Test
    void aFolderListsThemInDashAndTheOriginOfItInBothAlsoAfterARestart() throws Exception {
        try (Channel channel = new Channel(FileSegmentStore.open(folder), Duration.ZERO, K)) {
            check(channel);
        }
        assertThat(folder.resolve("text-en/media.m3u8")).doesNotExist();
        assertThat(folder.resolve("manifest.mpd")).content().contains("wvtt");
        try (Channel channel = new Channel(FileSegmentStore.open(folder), Duration.ZERO, K + 3)) {
            channel.packager.subtitles("text-en").show(at(6), at(7), "again");
            channel.feed(51);
            assertThat(channel.text("text-en/media.m3u8")).contains(K + ".vtt", (K + 3) + ".vtt");
            assertThat(channel.text("text-en/" + (K + 3) + ".vtt")).contains("again");
        }
    }

    @Test
    void samplesOfASourceAreMovedIntoTheChannelsTime() throws Exception {
        Track source =
                new Track(3, "s", new TextFormat(CodecConfig.of(Codec.OTHER_TEXT, "subrip")), Timebase.MILLIS, "en");
        try (Channel channel = new Channel(HeapSegmentStore.builder().build(), Duration.ZERO, K)) {
            ByteBuffer said = ByteBuffer.wrap("<i>words</i>".getBytes(StandardCharsets.UTF_8));
            SampleInfo info = new SampleInfo(3, 5_250, 5_250, 1_000, true, SampleInfo.NO_ARRIVAL);
            assertThat(LiveSubtitles.reads(source)).isTrue();
            channel.packager
                    .subtitles("text-en")
                    .show(source, HeapSample.of(info, said), (at(0).toEpochMilli() - 5_000) * 1_000_000);
            channel.feed(51);
            assertThat(WebVtt.parse(channel.text("text-en/" + K + ".vtt")).cues())
                    .singleElement()
                    .satisfies(cue -> {
                        assertThat(cue.start()).isEqualTo(250);
                        assertThat(cue.end()).isEqualTo(1_250);
                        assertThat(cue.text()).contains("words");
                    });
        }
    }

    @Test
    void whatCannotBeShownIsRefused() throws Exception {
        try (Channel channel = new Channel(HeapSegmentStore.builder().build(), Duration.ZERO, K)) {
            LiveSubtitles words = channel.packager.subtitles("text-en");
            assertThatThrownBy(() -> words.show(at(1), at(1), "no time")).isInstanceOf(MediaException.class);
            assertThatThrownBy(() -> words.show(at(1), at(2), "x".repeat(5_000)))
                    .isInstanceOf(MediaException.class);
            for (int i = 0; i < 4_096; i++) {
                words.show(at(1), at(2), "x");
            }
            assertThatThrownBy(() -> words.show(at(1), at(2), "one more")).isInstanceOf(MediaException.class);
            assertThatThrownBy(() -> channel.packager.subtitles("v")).isInstanceOf(MediaException.class);
        }
    }

    @Test
    void wordsThatCannotBeStoredAreToldAndCostTheirSegmentAlone() throws Exception {
        Files.createDirectories(folder.resolve("text-en/" + (K + 1) + ".m4s/in-the-way"));
        List<MediaEvent> events = new CopyOnWriteArrayList<>();
        try (FileSegmentStore store = FileSegmentStore.open(folder);
                Packager packager = Packager.builder(store)
                        .policy(SegmentationPolicy.live(GRID))
                        .rendition("v")
                        .subtitles("text-en", "en")
                        .events(events::add)
                        .build()) {
            Synthetic.video(GRID).feed(packager.sink("v"), K * 50, 50 * 4 + 1);
            assertThat(events)
                    .extracting(MediaEvent::origin)
                    .contains("packager/text-en")
                    .doesNotContain("packager/v");
            PublishedTrack words =
                    packager.presentation().orElseThrow().tracks().get(1);
            assertThat(words.segments()).extracting(SegmentEntry::number).containsExactly(K, K + 2, K + 3);
            assertThat(Files.exists(folder.resolve("v/" + (K + 1) + ".m4s"))).isTrue();
        }
    }
}

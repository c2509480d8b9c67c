package io.headend.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.EndOfStream;
import io.headend.core.EpochGrid;
import io.headend.core.Rational;
import io.headend.core.StreamSink;
import io.headend.core.TrackInfo;
import io.headend.testkit.GoldenFiles;
import io.headend.testkit.MediaDump;
import io.lindstrom.m3u8.model.MasterPlaylist;
import io.lindstrom.m3u8.model.MediaPlaylist;
import io.lindstrom.m3u8.model.MediaSegment;
import io.lindstrom.m3u8.parser.MasterPlaylistParser;
import io.lindstrom.m3u8.parser.MediaPlaylistParser;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ManifestsTest {

    private static final EpochGrid GRID = new EpochGrid(Rational.of(30_000, 1001), 60, 1);
    private static final long FRAME = 53_766_000L; // about 1,793,992 s

    private static Packager packager(SegmentStore store, SegmentationPolicy policy, int seconds) {
        return Packager.builder(store)
                .policy(policy)
                .rendition("v720")
                .rendition("v480")
                .rendition("audio")
                .window(Duration.ofSeconds(seconds))
                .build();
    }

    private static void feed(Packager packager, EpochGrid grid, long frame, int frames) {
        for (String video : new String[] {"v720", "v480"}) {
            Synthetic.video(grid).feed(packager.sink(video), frame, frames);
        }
        long first = grid.firstAudioFrame(grid.segmentOfFrame(frame), 48_000, 1024);
        long last = grid.firstAudioFrame(grid.segmentOfFrame(frame + frames), 48_000, 1024);
        Synthetic.audio().feed(packager.sink("audio"), first, (int) (last - first) + 1);
    }

    /** A live presentation of eight segments, of which a window of ten seconds is listed. */
    private static Presentation live() {
        try (HeapSegmentStore store = HeapSegmentStore.builder().build();
                Packager packager = packager(store, SegmentationPolicy.live(GRID), 10)) {
            feed(packager, GRID, FRAME, 8 * 60 + 1);
            return packager.presentation().orElseThrow();
        }
    }

    @Test
    void liveManifestsAreGolden() {
        Presentation live = live();
        GoldenFiles.assertMatches("live/master.m3u8.txt", MediaDump.hls(HlsWriter.multivariant(live)));
        GoldenFiles.assertMatches(
                "live/v720.m3u8.txt",
                MediaDump.hls(HlsWriter.media(live, live.tracks().get(0))));
        GoldenFiles.assertMatches(
                "live/audio.m3u8.txt",
                MediaDump.hls(HlsWriter.media(live, live.tracks().get(2))));
        GoldenFiles.assertMatches("live/manifest.mpd.txt", MediaDump.dash(DashWriter.mpd(live)));
    }

    @Test
    void aLivePlaylistListsTheWindowWithItsWallClock() throws Exception {
        Presentation live = live();
        assertThat(live.tracks()).allSatisfy(t -> assertThat(t.segments()).hasSize(5));
        for (PublishedTrack track : live.tracks()) {
            MediaPlaylist playlist = new MediaPlaylistParser().readPlaylist(HlsWriter.media(live, track));
            assertThat(playlist.targetDuration()).isEqualTo(2);
            assertThat(playlist.mediaSequence()).isEqualTo(live.firstNumber());
            assertThat(playlist.ongoing()).isTrue();
            Instant start = playlist.mediaSegments()
                    .get(0)
                    .programDateTime()
                    .orElseThrow()
                    .toInstant();
            assertThat(Duration.between(track.start(track.segments().get(0)).toInstant(), start)
                            .abs())
                    .isLessThan(Duration.ofMillis(1));
            assertThat(playlist.mediaSegments())
                    .extracting(MediaSegment::uri)
                    .first()
                    .isEqualTo(live.firstNumber() + ".m4s");
        }
    }

    @Test
    void everyVideoIsAVariantWithTheSound() throws Exception {
        MasterPlaylist master = new MasterPlaylistParser().readPlaylist(HlsWriter.multivariant(live()));
        assertThat(master.independentSegments()).isTrue();
        assertThat(master.variants()).hasSize(2).allSatisfy(v -> {
            assertThat(v.codecs()).containsExactly("avc1.64001F", "mp4a.40.2");
            assertThat(v.resolution())
                    .hasValueSatisfying(r -> assertThat(r.width()).isEqualTo(1280));
            assertThat(v.frameRate()).hasValue(29.97);
            assertThat(v.audio()).hasValue("audio-mp4a");
            assertThat(v.averageBandwidth()).isPresent();
            assertThat(v.bandwidth())
                    .isGreaterThanOrEqualTo(v.averageBandwidth().orElseThrow());
        });
        assertThat(master.alternativeRenditions()).singleElement().satisfies(a -> {
            assertThat(a.language()).hasValue("en");
            assertThat(a.channels()).isPresent();
        });
    }

    @Test
    void equalPresentationsGiveEqualBytes() {
        assertThat(DashWriter.mpd(live())).isEqualTo(DashWriter.mpd(live()));
    }

    @Test
    void onDemandManifestsAreGolden() {
        try (HeapSegmentStore store = HeapSegmentStore.builder().build();
                Packager packager = packager(store, SegmentationPolicy.vod(GRID), 1)) {
            feed(packager, GRID, 0, 3 * 60 + 20);
            packager.finish();
            Presentation whole = packager.presentation().orElseThrow();
            GoldenFiles.assertMatches(
                    "vod/v720.m3u8.txt",
                    MediaDump.hls(HlsWriter.media(whole, whole.tracks().get(0))));
            GoldenFiles.assertMatches("vod/manifest.mpd.txt", MediaDump.dash(DashWriter.mpd(whole)));
            GoldenFiles.assertMatches(
                    "vod/init-video.txt",
                    MediaDump.mp4(
                            Feed.bytes(store.reader().init("v720", "init.mp4").orElseThrow())));
            GoldenFiles.assertMatches(
                    "vod/init-audio.txt",
                    MediaDump.mp4(
                            Feed.bytes(store.reader().init("audio", "init.mp4").orElseThrow())));
            GoldenFiles.assertMatches("vod/v720-3.txt", MediaDump.mp4(Feed.segment(store, "v720", 3)));
        }
    }

    /** A hole of two segments in one rendition: gaps in HLS, a new period in DASH. */
    @Test
    void aHoleIsADiscontinuityEverywhere() throws Exception {
        try (HeapSegmentStore store = HeapSegmentStore.builder().build();
                Packager packager = packager(store, SegmentationPolicy.live(GRID), 60)) {
            for (String video : new String[] {"v720", "v480"}) {
                Synthetic source = Synthetic.video(GRID);
                StreamSink sink = packager.sink(video);
                sink.accept(new TrackInfo(source.track()));
                source.samples(sink, FRAME, 60 * 2 + 10);
                long resume = video.equals("v720") ? FRAME + 60 * 4 : FRAME + 60 * 2 + 10;
                source.samples(sink, resume, (int) (FRAME + 60 * 6 + 1 - resume));
            }
            Synthetic.audio().feed(packager.sink("audio"), GRID.firstAudioFrame(FRAME / 60, 48_000, 1024), 700);
            Presentation live = packager.presentation().orElseThrow();
            long k = FRAME / 60;
            assertThat(live.tracks())
                    .allSatisfy(t -> assertThat(t.segments())
                            .extracting(SegmentEntry::number)
                            .containsExactly(k, k + 1, k + 4, k + 5));
            assertThat(packager.figures().missing()).isEqualTo(2);
            String text = HlsWriter.media(live, live.tracks().get(1));
            MediaPlaylist playlist = new MediaPlaylistParser().readPlaylist(text);
            assertThat(playlist.mediaSegments())
                    .extracting(MediaSegment::gap)
                    .containsExactly(false, false, true, true, false, false);
            assertThat(playlist.mediaSegments())
                    .extracting(MediaSegment::discontinuity)
                    .containsExactly(false, false, false, false, true, false);
            GoldenFiles.assertMatches("hole/v480.m3u8.txt", MediaDump.hls(text));
            GoldenFiles.assertMatches("hole/manifest.mpd.txt", MediaDump.dash(DashWriter.mpd(live)));
        }
    }

    @Test
    void discontinuitiesThatSlideOutAreCounted() {
        try (HeapSegmentStore store = HeapSegmentStore.builder().build();
                Packager packager = Packager.builder(store)
                        .policy(SegmentationPolicy.live(GRID))
                        .rendition("v")
                        .window(Duration.ofSeconds(6))
                        .build()) {
            Synthetic source = Synthetic.video(GRID);
            StreamSink sink = packager.sink("v");
            sink.accept(new TrackInfo(source.track()));
            source.samples(sink, FRAME, 61);
            source.samples(sink, FRAME + 180, 61);
            assertThat(packager.presentation().orElseThrow().breaks()).isEqualTo(Presentation.Breaks.NONE);
            source.samples(sink, FRAME + 241, 60 * 6);
            Presentation later = packager.presentation().orElseThrow();
            assertThat(later.breaks()).isEqualTo(new Presentation.Breaks(1, FRAME / 60 + 3));
            assertThat(HlsWriter.media(later, later.tracks().get(0))).contains("#EXT-X-DISCONTINUITY-SEQUENCE:1\n");
            assertThat(DashWriter.mpd(later)).contains("<Period id=\"" + (FRAME / 60 + 3) + "\"");
        }
    }

    @Test
    void aLaterRunOfAChannelCountsOnFromTheClock() {
        Instant noon = Instant.parse("2026-11-22T12:00:00Z");
        assertThat(Presentation.Breaks.startingAt(noon).count()).isEqualTo(690 * 24 + 12);
        assertThat(Presentation.Breaks.startingAt(noon.plusSeconds(3600)).count())
                .isEqualTo(690 * 24 + 13);
        assertThat(Presentation.Breaks.startingAt(Instant.EPOCH).count()).isZero();
    }

    @Property(tries = 60)
    void playlistsOfAnyGridAreReadBackAsWritten(
            @ForAll @IntRange(min = 1, max = 60) int gop,
            @ForAll @IntRange(min = 1, max = 3) int gops,
            @ForAll @IntRange(min = 12, max = 90) int window,
            @ForAll @IntRange(max = 2_000_000) int frame)
            throws Exception {
        EpochGrid grid = new EpochGrid(Rational.of(24_000, 1001), gop + 12, gops);
        long first = grid.segmentOfFrame(frame) * grid.segmentFrames();
        try (HeapSegmentStore store =
                        HeapSegmentStore.builder().maxSegments(200).build();
                Packager packager = packager(store, SegmentationPolicy.live(grid), window)) {
            feed(packager, grid, first, 7 * grid.segmentFrames() + 1);
            Presentation live = packager.presentation().orElseThrow();
            for (PublishedTrack track : live.tracks()) {
                String text = HlsWriter.media(live, track);
                MediaPlaylist read = new MediaPlaylistParser().readPlaylist(text);
                assertThat(read.mediaSequence()).isEqualTo(live.firstNumber());
                List<MediaSegment> segments = read.mediaSegments();
                assertThat(segments).hasSameSizeAs(track.segments());
                for (int i = 0; i < segments.size(); i++) {
                    SegmentEntry entry = track.segments().get(i);
                    double seconds = entry.duration()
                            * track.track().timebase().num()
                            / (double) track.track().timebase().den();
                    assertThat(segments.get(i).duration())
                            .isCloseTo(seconds, org.assertj.core.data.Offset.offset(1e-6));
                    assertThat(Math.round(segments.get(i).duration())).isLessThanOrEqualTo(read.targetDuration());
                }
            }
        }
    }

    /** Sound ends early and a key frame comes late: the numbers of the last pictures have a hole. */
    @Test
    void aHoleInTheTailOfOneTrackIsAPeriodOfItsOwn() {
        EpochGrid grid = new EpochGrid(Rational.of(25, 1), 50, 1);
        try (HeapSegmentStore store = HeapSegmentStore.builder().build();
                Packager packager = Packager.builder(store)
                        .policy(SegmentationPolicy.vod(grid))
                        .rendition("audio")
                        .rendition("v")
                        .build()) {
            Synthetic.audio().feed(packager.sink("audio"), 0, 100);
            Synthetic source = Synthetic.video(grid);
            StreamSink sink = packager.sink("v");
            sink.accept(new TrackInfo(source.track()));
            for (long n = 0; n < 350; n++) {
                sink.accept(source.sample(n, n % 50 == 0 && n != 200));
            }
            sink.accept(new EndOfStream());
            packager.finish();
            Presentation whole = packager.presentation().orElseThrow();
            assertThat(whole.tracks().get(1).segments())
                    .extracting(SegmentEntry::number)
                    .containsExactly(0L, 1L, 2L, 3L, 5L, 6L);
            assertThat(DashWriter.mpd(whole)).contains("<Period id=\"5\"").contains("startNumber=\"5\"");
        }
    }

    @Test
    void theTargetDurationHoldsForLongSoundFrames() {
        EpochGrid grid = new EpochGrid(Rational.of(25, 1), 35, 1);
        try (HeapSegmentStore store = HeapSegmentStore.builder().build();
                Packager packager = Packager.builder(store)
                        .policy(SegmentationPolicy.live(grid))
                        .rendition("a")
                        .build()) {
            Synthetic.audio(8_000).samples(begin(packager.sink("a")), 0, 12);
            Presentation first = packager.presentation().orElseThrow();
            Synthetic.audio(8_000).samples(packager.sink("a"), 12, 200);
            Presentation later = packager.presentation().orElseThrow();
            assertThat(HlsWriter.targetDuration(first)).isEqualTo(HlsWriter.targetDuration(later));
        }
    }

    private static StreamSink begin(StreamSink sink) {
        sink.accept(new TrackInfo(Synthetic.audio(8_000).track()));
        return sink;
    }
}

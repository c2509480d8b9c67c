package io.headend.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.Cue;
import io.headend.core.EpochGrid;
import io.headend.core.Rational;
import io.headend.core.SegmentBoundary;
import io.headend.core.StreamItem;
import io.headend.core.StreamSink;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import io.headend.core.TrackInfo;
import io.headend.formats.isobmff.BoxReader;
import io.headend.formats.isobmff.EventMessageBox;
import io.headend.formats.scte35.SpliceInfoSection;
import io.headend.formats.scte35.SpliceInsert;
import io.lindstrom.m3u8.parser.MediaPlaylistParser;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CuesTest {

    private static final EpochGrid GRID = new EpochGrid(Rational.of(25, 1), 50, 1);
    private static final long K = 20;

    private final HeapSegmentStore store = HeapSegmentStore.builder().build();
    private final Synthetic video = Synthetic.video(GRID);
    private final Synthetic audio = Synthetic.audio();
    private final Packager packager = Packager.builder(store)
            .policy(SegmentationPolicy.live(GRID).withMovingBoundaries())
            .rendition("v")
            .rendition("a")
            .window(Duration.ofSeconds(60))
            .cueTags()
            .build();
    private long nextFrame = K * 50 - 155;
    private long nextSound = GRID.firstAudioFrame(K - 3, 48_000, 1024) - 8;

    CuesTest() {
        packager.sink("v").accept(new TrackInfo(video.track()));
        packager.sink("a").accept(new TrackInfo(audio.track()));
    }

    @AfterEach
    void close() {
        packager.close();
        store.close();
    }

    private void feedTo(long frame, long... forced) {
        while (nextFrame < frame) {
            boolean sync = GRID.isIdr(nextFrame);
            for (long f : forced) {
                sync |= f == nextFrame;
            }
            packager.sink("v").accept(video.sample(nextFrame++, sync));
            while (audio.start(nextSound) * 25 < nextFrame * 48_000) {
                audio.samples(packager.sink("a"), nextSound++, 1);
            }
        }
    }

    private void everybody(StreamItem item) {
        for (String rendition : new String[] {"v", "a"}) {
            StreamSink sink = packager.sink(rendition);
            sink.accept(item);
        }
    }

    private static Cue splice(boolean out, long frame) {
        long time = frame * 3600;
        SpliceInsert insert = out
                ? SpliceInsert.out(7, time, new SpliceInsert.BreakDuration(true, 6 * 90_000))
                : SpliceInsert.in(7, time);
        return new Cue(
                SpliceInfoSection.SCHEME_ID_URI,
                "7",
                Timestamp.of(time, Timebase.MPEG),
                out ? Timestamp.of(6 * 90_000, Timebase.MPEG) : null,
                SpliceInfoSection.of(insert).toBytes());
    }

    /** A break from frame 1,120 to 1,270: boundary 22 moves from 1,100 to 1,120, boundary 25 from 1,250 to 1,270. */
    private Presentation broken() {
        feedTo(1010);
        everybody(splice(true, 1120));
        everybody(splice(false, 1270));
        everybody(new SegmentBoundary(22, GRID.startOfFrame(1120), 50));
        everybody(new SegmentBoundary(25, GRID.startOfFrame(1270), 50));
        feedTo(1402, 1120, 1270);
        return packager.presentation().orElseThrow();
    }

    @Test
    void segmentsBeginAtTheSplices() {
        Presentation present = broken();
        List<Long> starts = new ArrayList<>();
        present.track("v").segments().forEach(s -> starts.add(s.start() / 3600));
        assertThat(starts).containsExactly(1000L, 1050L, 1120L, 1150L, 1200L, 1270L, 1300L, 1350L);
        assertThat(present.firstNumber()).isEqualTo(K);
        for (SegmentEntry entry : present.track("a").segments()) {
            long frame = starts.get((int) (entry.number() - K));
            assertThat(entry.start()).isBetween(frame * 1920, frame * 1920 + 1023);
        }
        assertThat(present.tracks()).allSatisfy(t -> assertThat(t.segments()).noneMatch(SegmentEntry::discontinuity));
    }

    @Test
    void aPipelineThatJustBeganWaitsUntilItKnowsTheSplices() {
        feedTo(1402);
        // it began at frame 845; three segments later is 995
        assertThat(packager.presentation().orElseThrow().firstNumber()).isEqualTo(K);
    }

    @Test
    void playlistsSayWhatIsSpliced() throws Exception {
        Presentation present = broken();
        String text = HlsWriter.media(present, present.track("v"));
        String out = new Splice(splice(true, 1120), Splice.Kind.OUT, 7, null).hex();
        String in = new Splice(splice(false, 1270), Splice.Kind.IN, 7, null).hex();
        assertThat(text)
                .contains("#EXT-X-TARGETDURATION:3\n")
                .contains(
                        "#EXT-X-DATERANGE:ID=\"splice-7\",START-DATE=\"1970-01-01T00:00:44.800Z\",PLANNED-DURATION=6,SCTE35-OUT="
                                + out + "\n")
                .contains(
                        "#EXT-X-DATERANGE:ID=\"splice-7\",START-DATE=\"1970-01-01T00:00:44.800Z\",DURATION=6,SCTE35-IN="
                                + in + "\n")
                .contains("#EXT-X-CUE-OUT:DURATION=6\n#EXTINF:1.200000,\n22.m4s")
                .contains("#EXT-X-CUE-IN\n#EXTINF:1.200000,\n25.m4s");
        assertThat(new MediaPlaylistParser().readPlaylist(text).mediaSegments()).hasSize(8);
    }

    @Test
    void theMpdSaysWhatIsSplicedAndBeginsPeriodsThere() {
        String mpd = DashWriter.mpd(broken());
        assertThat(mpd)
                .contains("<Period id=\"22\" start=\"PT44.8S\">")
                .contains("<Period id=\"25\" start=\"PT50.8S\">")
                .contains(
                        "<EventStream schemeIdUri=\"urn:scte:scte35:2014:xml+bin\" timescale=\"90000\" presentationTimeOffset=\"4032000\">")
                .contains("<Event presentationTime=\"4032000\" duration=\"540000\" id=\"7\"><scte35:Signal")
                .contains("<InbandEventStream schemeIdUri=\"urn:scte:scte35:2013:bin\"/>");
    }

    @Test
    void segmentsCarryTheMessage() {
        broken();
        EventMessageBox event = BoxReader.find(BoxReader.read(Feed.segment(store, "v", 20)), "emsg")
                .map(EventMessageBox::parse)
                .orElse(null);
        assertThat(event).isNotNull();
        assertThat(event.presentationTime()).isEqualTo(1120 * 3600);
        assertThat(event.event()).isEqualTo(new EventMessageBox.Event(540_000, 7));
        assertThat(SpliceInfoSection.parse(event.message()).eventId()).isEqualTo(7);
    }

    @Test
    void whatIsNoSpliceMessageIsCarriedAsItIs() {
        Cue broken = new Cue(
                SpliceInfoSection.SCHEME_ID_URI,
                "x",
                Timestamp.of(1120 * 3600, Timebase.MPEG),
                null,
                ByteBuffer.wrap(new byte[] {1, 2, 3}));
        feedTo(1010);
        everybody(broken);
        feedTo(1202);
        Presentation present = packager.presentation().orElseThrow();
        assertThat(HlsWriter.media(present, present.track("v"))).contains("SCTE35-CMD=0x010203\n");
        assertThat(DashWriter.mpd(present)).contains("<scte35:Binary>AQID</scte35:Binary>");
    }
}

package io.headend.transcode;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.Cue;
import io.headend.core.EpochGrid;
import io.headend.core.PictureSize;
import io.headend.core.Rational;
import io.headend.core.Sample;
import io.headend.core.SegmentBoundary;
import io.headend.core.StreamItem;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import io.headend.core.TrackInfo;
import io.headend.testkit.SyntheticSource;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpliceTest {

    private static final EpochGrid GRID = new EpochGrid(Rational.of(25, 1), 10, 1);

    /** A splice at frame 33.5, told at the beginning: boundary 3 moves from frame 30 to 34, and an IDR picture is there. */
    @Test
    void aBoundaryMovesToASpliceWithAnIdrPicture() {
        List<Long> keys = new ArrayList<>();
        List<StreamItem> boundaries = new ArrayList<>();
        Ladder ladder = new Ladder(
                List.of(new Rendition(
                        "v",
                        new PictureSize(128, 72),
                        EncoderSettings.x264("ultrafast", RateControl.CappedQuality.of(30, 500_000))
                                .withThreads(1))),
                List.of());
        try (Transcoder transcoder = Transcoder.builder(ladder, GRID)
                .outputs(name -> item -> {
                    if (item instanceof SegmentBoundary) {
                        boundaries.add(item);
                    } else if (item instanceof Sample sample && sample.sync()) {
                        keys.add(sample.pts() / 3600);
                    }
                    item.close();
                })
                .segmentsAtSplices(true)
                .build()) {
            SyntheticSource source =
                    SyntheticSource.builder().size(128, 72).silent().frames(60).build();
            source.run(item -> {
                transcoder.accept(item);
                if (item instanceof TrackInfo) {
                    transcoder.accept(new Cue(
                            "urn:scte:scte35:2013:bin",
                            "1",
                            Timestamp.of(33 * 3600 + 1800, Timebase.MPEG),
                            null,
                            ByteBuffer.allocate(0)));
                }
            });
        }
        assertThat(boundaries).containsExactly(new SegmentBoundary(3, GRID.startOfFrame(34), 10));
        assertThat(keys).containsExactly(0L, 10L, 20L, 30L, 34L, 40L, 50L);
    }
}

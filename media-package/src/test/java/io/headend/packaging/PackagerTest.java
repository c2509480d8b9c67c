package io.headend.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.EpochGrid;
import io.headend.core.Rational;
import io.headend.core.Sample;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.SharedMedia;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakExtension.class)
class PackagerTest {

    private static final EpochGrid GRID = new EpochGrid(Rational.of(25, 1), 50, 1);

    @Test
    void onDemandContentDecodesToTheSameFrames() {
        Clips.Clip video = Clips.read(SharedMedia.require("packaging/src-clips/s8_v360.mp4"), 0);
        Clips.Clip audio = Clips.read(SharedMedia.require("packaging/src-clips/s8_a.mp4"), 0);
        try (HeapSegmentStore store = HeapSegmentStore.builder().build();
                Packager packager = Packager.builder(store)
                        .policy(SegmentationPolicy.vod(GRID))
                        .rendition("v360")
                        .rendition("audio")
                        .build()) {
            Feed.all(packager.sink("v360"), video);
            Feed.all(packager.sink("audio"), audio);
            packager.finish();

            Clips.Verdict verdict = Clips.judge(Feed.stored(store, "v360"));
            assertThat(verdict.errors()).isZero();
            assertThat(verdict.frames()).isEqualTo(video.samples().size());
            assertThat(payloads(verdict.clip())).isEqualTo(payloads(video));
            // FFmpeg's demuxer adds a constant to presentation times where composition offsets are negative
            assertThat(times(verdict.clip())).isEqualTo(times(video));
            Clips.Verdict sound = Clips.judge(Feed.stored(store, "audio"));
            assertThat(sound.errors()).isZero();
        }
    }

    private static List<Long> times(Clips.Clip clip) {
        long first = clip.samples().get(0).pts();
        return clip.samples().stream().map(s -> s.pts() - first).toList();
    }

    private static List<java.nio.ByteBuffer> payloads(Clips.Clip clip) {
        return clip.samples().stream().map(Sample::data).toList();
    }
}

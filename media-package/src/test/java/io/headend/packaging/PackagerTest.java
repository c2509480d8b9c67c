package io.headend.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.EndOfStream;
import io.headend.core.EpochGrid;
import io.headend.core.Rational;
import io.headend.core.Sample;
import io.headend.core.StreamSink;
import io.headend.core.TrackInfo;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.SharedMedia;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakExtension.class)
class PackagerTest {

    @TempDir
    Path temporary;

    private static final EpochGrid GRID = new EpochGrid(Rational.of(25, 1), 50, 1);

    @Test
    void onDemandContentDecodesToTheSameFrames() {
        Clips.Clip video = Clips.read(SharedMedia.require("packaging/src-clips/s8_v360.mp4"), 0);
        Clips.Clip audio = Clips.read(SharedMedia.require("packaging/src-clips/s8_a.mp4"), 0);
        try (FfmpegMessages messages = new FfmpegMessages();
                HeapSegmentStore store = HeapSegmentStore.builder().build();
                Packager packager = Packager.builder(store)
                        .policy(SegmentationPolicy.vod(GRID))
                        .rendition("v360")
                        .rendition("audio")
                        .build()) {
            Feed.all(packager.sink("v360"), video);
            Feed.all(packager.sink("audio"), audio);
            packager.finish();

            Clips.Verdict verdict = Clips.judge(Feed.stored(store, "v360"));
            assertThat(messages.warnings()).isEmpty();
            assertThat(verdict.errors()).isZero();
            assertThat(verdict.frames()).isEqualTo(video.samples().size());
            assertThat(payloads(verdict.clip())).isEqualTo(payloads(video));
            // FFmpeg's demuxer adds a constant to presentation times where composition offsets are negative
            assertThat(times(verdict.clip())).isEqualTo(times(video));
            Clips.Verdict sound = Clips.judge(Feed.stored(store, "audio"));
            assertThat(sound.errors()).isZero();
        }
    }

    /** A live channel that began in the middle of a segment, far from the epoch, played back through its own playlist. */
    @Test
    void liveSegmentsDecodeFromTheirPlaylistWithoutAMessage() {
        long start = 1_795_348_800L;
        Clips.Clip video = Clips.read(SharedMedia.require("packaging/src-clips/s8_v360.mp4"), start);
        Path out = temporary.resolve("live");
        try (FfmpegMessages messages = new FfmpegMessages();
                FileSegmentStore store = FileSegmentStore.open(out);
                Packager packager = Packager.builder(store)
                        .policy(SegmentationPolicy.live(GRID))
                        .rendition("v360")
                        .build()) {
            StreamSink sink = packager.sink("v360");
            sink.accept(new TrackInfo(video.track()));
            for (Sample sample : video.samples().subList(20, video.samples().size())) {
                sink.accept(sample.retain());
            }
            sink.accept(new EndOfStream());
            packager.finish();
            Presentation presentation = packager.presentation().orElseThrow();
            assertThat(presentation.firstNumber()).isEqualTo(start / 2 + 1);
            assertThat(presentation.lastNumber()).isEqualTo(start / 2 + 3);
            assertThat(packager.figures().maxDriftTicks()).isZero();
            Clips.Clip played = Clips.read(out.resolve("v360/media.m3u8"), 0);
            assertThat(payloads(played)).isEqualTo(payloads(video).subList(50, 200));
            Clips.Verdict verdict = Clips.judge(Feed.stored(store, "v360"));
            assertThat(verdict.frames()).isEqualTo(150);
            assertThat(verdict.errors()).isZero();
            assertThat(messages.warnings()).isEmpty();
        }
    }

    private static List<Long> times(Clips.Clip clip) {
        long first = clip.samples().get(0).pts();
        return clip.samples().stream().map(s -> s.pts() - first).toList();
    }

    private static List<ByteBuffer> payloads(Clips.Clip clip) {
        return clip.samples().stream().map(Sample::data).toList();
    }
}

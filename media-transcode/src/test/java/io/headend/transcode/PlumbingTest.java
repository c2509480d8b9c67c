package io.headend.transcode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.AudioFormat;
import io.headend.core.Codec;
import io.headend.core.CodecConfig;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.SampleInfo;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import io.headend.core.Track;
import io.headend.core.VideoFormat;
import io.headend.ffmpeg.AvFrame;
import io.headend.testkit.LeakExtension;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Queue, sound frames, choice of tracks, and the other small parts. */
@ExtendWith(LeakExtension.class)
@Timeout(20)
class PlumbingTest {

    private static Work silence(long end) {
        return new Work.Silence(Timestamp.of(end, Timebase.MILLIS));
    }

    private static Work picture() {
        return new Work.Picture(AvFrame.allocateVideo("yuv420p", 16, 16), 0, false, SampleInfo.NO_ARRIVAL);
    }

    @Test
    void aFullQueueMakesItsGiverWait() throws Exception {
        WorkQueue queue = new WorkQueue("v", 2);
        queue.put(silence(1));
        queue.put(silence(2));
        CompletableFuture<Void> third = CompletableFuture.runAsync(() -> queue.put(silence(3)));
        assertThat(queue.size()).isEqualTo(2);
        assertThat(third).isNotDone();
        assertThat(queue.take()).isEqualTo(silence(1));
        third.get(5, TimeUnit.SECONDS);
        assertThat(queue.take()).isEqualTo(silence(2));
        assertThat(queue.take()).isEqualTo(silence(3));
    }

    @Test
    void anAbortedQueueClosesWhatItHoldsAndWhatComes() throws Exception {
        WorkQueue queue = new WorkQueue("v", 1);
        queue.put(picture());
        CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> queue.put(picture()));
        queue.abort();
        assertThatThrownBy(() -> waiting.get(5, TimeUnit.SECONDS))
                .hasCauseInstanceOf(MediaException.class)
                .hasMessageContaining("rendition v is closed");
        assertThat(queue.take()).isNull();
        assertThatThrownBy(() -> queue.put(picture()))
                .isInstanceOf(MediaException.class)
                .hasFieldOrPropertyWithValue("code", MediaErrorCode.CLOSED);
    }

    @Test
    void anInterruptedGiverKeepsItsFlagAndClosesItsWork() {
        WorkQueue queue = new WorkQueue("v", 1);
        queue.put(silence(1));
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> queue.put(picture())).hasMessageContaining("interrupted");
        assertThat(Thread.interrupted()).isTrue();
        Thread.currentThread().interrupt();
        assertThat(new WorkQueue("w", 1).take()).isNull();
        assertThat(Thread.interrupted()).isTrue();
    }

    private static AvFrame ramp(int samples, float from) {
        AvFrame frame = AvFrame.allocateAudio(SoundFrames.SAMPLE_FORMAT, 48_000, 2, samples);
        for (int channel = 0; channel < 2; channel++) {
            FloatBuffer plane = frame.plane(channel).asFloatBuffer();
            for (int i = 0; i < samples; i++) {
                plane.put((from + i) * (channel == 0 ? 1 : -1));
            }
        }
        return frame;
    }

    @Test
    void soundIsJoinedToFramesOfOneLength() {
        List<AvFrame> full = new ArrayList<>();
        try (SoundFrames frames = new SoundFrames(48_000, 2, 100, 700, full::add);
                AvFrame a = ramp(150, 1000);
                AvFrame b = ramp(80, 1150)) {
            frames.silence(30);
            frames.append(a, 10, 140, 0);
            frames.append(b, 0, 80, 0);
            frames.silence(0);
            frames.finish();
        }
        assertThat(full).hasSize(3);
        assertThat(full).extracting(AvFrame::pts).containsExactly(700L, 800L, 900L);
        List<Float> left = new ArrayList<>();
        List<Float> right = new ArrayList<>();
        for (AvFrame frame : full) {
            assertThat(frame.samples()).isEqualTo(100);
            for (int i = 0; i < 100; i++) {
                left.add(frame.plane(0).asFloatBuffer().get(i));
                right.add(frame.plane(1).asFloatBuffer().get(i));
            }
            frame.close();
        }
        assertThat(left.subList(0, 30)).containsOnly(0f);
        for (int i = 0; i < 220; i++) {
            assertThat(left.get(30 + i)).isEqualTo(1010f + i);
            assertThat(right.get(30 + i)).isEqualTo(-1010f - i);
        }
        assertThat(left.subList(250, 300)).containsOnly(0f);
    }

    @Test
    void aCorrectionGlidesOverTheWholeRun() {
        for (int correction : new int[] {1, -1}) {
            List<AvFrame> full = new ArrayList<>();
            int total = 100 + correction;
            try (SoundFrames frames = new SoundFrames(48_000, 2, total, 0, full::add);
                    AvFrame source = ramp(100, 0)) {
                frames.append(source, 0, 100, correction);
            }
            assertThat(full).hasSize(1);
            try (AvFrame frame = full.get(0)) {
                FloatBuffer plane = frame.plane(0).asFloatBuffer();
                assertThat(plane.get(0)).isZero();
                assertThat(plane.get(total - 1)).isEqualTo(99f);
                for (int i = 1; i < total; i++) {
                    assertThat(plane.get(i) - plane.get(i - 1)).isBetween(0.98f, 1.02f);
                }
            }
        }
    }

    private static Track video(int id, int width, int height) {
        return new Track(
                id, "v" + id, VideoFormat.of(CodecConfig.of(Codec.AVC, "h264"), width, height), Timebase.MPEG, null);
    }

    private static Track audio(int id, int channels) {
        return new Track(
                id, "a" + id, AudioFormat.of(CodecConfig.of(Codec.AAC, "aac"), 48_000, channels), Timebase.MPEG, null);
    }

    @Test
    void theLargestPictureAndTheMostChannelsAreChosenTheFirstOfEquals() {
        List<Track> tracks = List.of(
                audio(0, 2), video(1, 640, 360), video(2, 1280, 720), video(3, 720, 1280), audio(4, 6), audio(5, 6));
        assertThat(TrackChoice.video(tracks, track -> true)).contains(tracks.get(2));
        assertThat(TrackChoice.audio(tracks, track -> true)).contains(tracks.get(4));
        assertThat(TrackChoice.video(tracks, track -> track.id() != 2)).contains(tracks.get(3));
        assertThat(TrackChoice.video(tracks, track -> false)).isEmpty();
    }

    @Test
    void arrivalTimesAreFoundAsLongAsACodecMayNeedThem() {
        ArrivalTimes arrivals = new ArrivalTimes();
        assertThat(arrivals.get(0)).isEqualTo(SampleInfo.NO_ARRIVAL);
        for (long i = 0; i < 1000; i++) {
            arrivals.put(i * 3600, i);
        }
        arrivals.put(5, SampleInfo.NO_ARRIVAL);
        assertThat(arrivals.get(999 * 3600)).isEqualTo(999);
        assertThat(arrivals.get(744 * 3600)).isEqualTo(744);
        assertThat(arrivals.get(743 * 3600)).isEqualTo(SampleInfo.NO_ARRIVAL);
        assertThat(arrivals.get(5)).isEqualTo(SampleInfo.NO_ARRIVAL);
    }

    @Test
    void groupsOfPicturesAreSummedUp() {
        List<GopReport> reports = new ArrayList<>();
        GopTally tally = new GopTally("v", reports::add);
        tally.finish(first -> null);
        tally.add(10, true, 100, first -> null);
        tally.add(12, false, 10, first -> null);
        tally.add(11, false, 1, first -> null);
        tally.add(25, true, 200, first -> null);
        tally.finish(first -> null);
        tally.finish(first -> null);
        assertThat(reports).containsExactly(new GopReport("v", 10, 3, 111), new GopReport("v", 25, 1, 200));
    }
}

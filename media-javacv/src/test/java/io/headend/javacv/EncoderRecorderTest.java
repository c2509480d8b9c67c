package io.headend.javacv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.Codec;
import io.headend.core.EndOfStream;
import io.headend.core.Sample;
import io.headend.core.StreamItem;
import io.headend.core.Track;
import io.headend.core.TrackInfo;
import io.headend.ffmpeg.AvFrame;
import io.headend.ffmpeg.Decoder;
import io.headend.testkit.LeakExtension;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacv.Frame;
import org.bytedeco.javacv.FrameRecorder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakExtension.class)
class EncoderRecorderTest {

    private final List<StreamItem> items = new ArrayList<>();

    @AfterEach
    void close() {
        items.forEach(StreamItem::close);
    }

    private List<Sample> samples(int track) {
        return items.stream()
                .filter(Sample.class::isInstance)
                .map(Sample.class::cast)
                .filter(s -> s.trackId() == track)
                .toList();
    }

    @Test
    void recordsPicturesAndSoundIntoASink() throws Exception {
        FakeGrabber grabber = new FakeGrabber(30);
        EncoderRecorder recorder = EncoderRecorder.to(items::add, 64, 36, 2);
        recorder.setFrameRate(25);
        recorder.setGopSize(10);
        recorder.setVideoOption("preset", "ultrafast");
        recorder.setVideoOption("crf", "30");
        recorder.start();
        for (Frame frame = grabber.grab(); frame != null; frame = grabber.grab()) {
            recorder.record(frame);
        }
        assertThat(recorder.getTimestamp()).isEqualTo(30 * 40_000);
        recorder.stop();
        recorder.close();
        List<Track> tracks = items.stream()
                .filter(TrackInfo.class::isInstance)
                .map(item -> ((TrackInfo) item).track())
                .toList();
        assertThat(tracks).extracting(Track::name).containsExactly("video", "audio");
        assertThat(tracks).extracting(t -> t.format().codec().codec()).containsExactly(Codec.AVC, Codec.AAC);
        assertThat(items).last().isInstanceOf(EndOfStream.class);
        List<Sample> video = samples(0);
        assertThat(video).hasSize(30);
        assertThat(video.stream().filter(Sample::sync).map(Sample::pts)).containsExactly(0L, 36_000L, 72_000L);
        List<Sample> audio = samples(1);
        assertThat(audio.stream().mapToLong(Sample::duration).sum()).isBetween(57_600L, 59_800L);
        try (Decoder decoder = Decoder.builder(tracks.get(0)).open()) {
            decoder.send(video.get(0));
            decoder.finish();
            try (AvFrame frame = decoder.receive()) {
                assertThat(frame.width()).isEqualTo(64);
                assertThat(frame.height()).isEqualTo(36);
            }
        }
    }

    @Test
    void setTimestampJumps() throws Exception {
        FakeGrabber grabber = new FakeGrabber(2);
        EncoderRecorder recorder = EncoderRecorder.to(items::add, 32, 32, 0);
        recorder.setFrameRate(25);
        recorder.setVideoOption("tune", "zerolatency");
        recorder.start();
        recorder.record(grabber.grab());
        recorder.setTimestamp(400_000);
        grabber.grab();
        recorder.record(grabber.grab());
        recorder.stop();
        assertThat(samples(0)).extracting(Sample::pts).containsExactly(0L, 36_000L);
    }

    @Test
    void whatWasNotStartedIsSaid() throws Exception {
        FakeGrabber grabber = new FakeGrabber(1);
        EncoderRecorder recorder = EncoderRecorder.to(items::add, 32, 32, 0);
        recorder.start();
        grabber.grab();
        assertThatThrownBy(() -> recorder.record(grabber.grab()))
                .isInstanceOf(FrameRecorder.Exception.class)
                .hasMessageContaining("without sound");
        recorder.release();
        EncoderRecorder wrong = EncoderRecorder.to(items::add, 32, 32, 0);
        wrong.setVideoCodecName("no_such");
        assertThatThrownBy(wrong::start)
                .isInstanceOf(FrameRecorder.Exception.class)
                .hasMessageContaining("no_such");
    }
}

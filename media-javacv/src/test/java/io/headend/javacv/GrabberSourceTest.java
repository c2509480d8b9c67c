package io.headend.javacv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.Codec;
import io.headend.core.EndOfStream;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.Rational;
import io.headend.core.Sample;
import io.headend.core.StreamItem;
import io.headend.core.Timebase;
import io.headend.core.Track;
import io.headend.core.TrackInfo;
import io.headend.core.VideoFormat;
import io.headend.ffmpeg.AvFrame;
import io.headend.ffmpeg.Decoder;
import io.headend.testkit.LeakExtension;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacv.Frame;
import org.bytedeco.javacv.FrameGrabber;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(LeakExtension.class)
class GrabberSourceTest {

    private static List<StreamItem> run(FrameGrabber grabber) {
        List<StreamItem> items = new ArrayList<>();
        try (GrabberSource source = GrabberSource.of(grabber)) {
            source.run(items::add);
        }
        return items;
    }

    private static List<Sample> samples(List<StreamItem> items, int track) {
        return items.stream()
                .filter(Sample.class::isInstance)
                .map(Sample.class::cast)
                .filter(s -> s.trackId() == track)
                .toList();
    }

    @Test
    void picturesAndSoundFlowAsRawSamples() {
        FakeGrabber grabber = new FakeGrabber(5);
        List<StreamItem> items = run(grabber);
        assertThat(grabber.started).isTrue();
        assertThat(grabber.released).isTrue();
        List<Track> tracks = items.stream()
                .filter(TrackInfo.class::isInstance)
                .map(item -> ((TrackInfo) item).track())
                .toList();
        assertThat(tracks).extracting(Track::name).containsExactly("video-0", "audio-1");
        VideoFormat video = (VideoFormat) tracks.get(0).format();
        assertThat(video.codec().codec()).isEqualTo(Codec.RAW_VIDEO);
        assertThat(video.frameRate()).isEqualTo(Rational.of(25, 1));
        assertThat(video.pixelFormat()).isEqualTo("bgr24");
        assertThat(items).last().isInstanceOf(EndOfStream.class);
        List<Sample> pictures = samples(items, 0);
        assertThat(pictures).extracting(Sample::pts).containsExactly(0L, 40_000L, 80_000L, 120_000L, 160_000L);
        assertThat(pictures).allMatch(s -> s.size() == FakeGrabber.WIDTH * FakeGrabber.HEIGHT * 3);
        assertThat(pictures.get(2).data().get(FakeGrabber.WIDTH * 3 + 4))
                .as("second row of the third picture, padding left out")
                .isEqualTo((byte) (FakeGrabber.STRIDE + 4 + 6));
        List<Sample> sound = samples(items, 1);
        assertThat(sound)
                .as("the sample clock does not follow rounded times")
                .extracting(Sample::pts)
                .containsExactly(0L, 1_920L, 3_840L, 5_760L, 7_680L);
        assertThat(sound.get(1).data().order(ByteOrder.LITTLE_ENDIAN).getShort(2))
                .isEqualTo((short) 101);
        assertThat(pictures).allMatch(s -> s.info().arrivalNanos() > 0);
    }

    @Test
    void ffmpegDecodesWhatItGives() {
        List<StreamItem> items = run(new FakeGrabber(1));
        Track track = ((TrackInfo) items.get(0)).track();
        try (Decoder decoder = Decoder.builder(track).open()) {
            decoder.send(samples(items, 0).get(0));
            try (AvFrame frame = decoder.receive()) {
                assertThat(frame.width()).isEqualTo(FakeGrabber.WIDTH);
                assertThat(frame.timebase()).isEqualTo(Timebase.MICROS);
                assertThat(frame.plane(0).get(frame.stride(0))).isEqualTo((byte) FakeGrabber.STRIDE);
            }
        }
    }

    @Test
    void closingEndsARunningSource() {
        FakeGrabber grabber = new FakeGrabber(Integer.MAX_VALUE);
        GrabberSource source = GrabberSource.of(grabber);
        List<StreamItem> items = new ArrayList<>();
        source.run(item -> {
            items.add(item);
            if (items.size() == 10) {
                source.close();
            }
        });
        assertThat(items).hasSize(10);
        assertThat(grabber.released).isTrue();
        assertThatThrownBy(() -> source.run(items::add)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void closingWithoutRunningReleases() {
        FakeGrabber grabber = new FakeGrabber(1);
        GrabberSource.of(grabber).close();
        assertThat(grabber.released).isTrue();
        assertThat(grabber.started).isFalse();
    }

    @Test
    void aGrabberThatFailsIsTheCause() {
        FrameGrabber broken = new FrameGrabber() {
            @Override
            public void start() {}

            @Override
            public Frame grab() throws Exception {
                throw new Exception("the camera is gone");
            }

            @Override
            public void stop() {}

            @Override
            public void trigger() {}

            @Override
            public void release() {}
        };
        assertThatThrownBy(() -> run(broken))
                .isInstanceOfSatisfying(
                        MediaException.class, e -> assertThat(e.code()).isEqualTo(MediaErrorCode.IO))
                .hasMessageContaining("the camera is gone");
    }

    @ParameterizedTest
    @CsvSource({"25,25/1", "29.97002997,30000/1001", "29.97,30000/1001", "23.976,24000/1001", "12.5,25/2", "60,60/1"})
    void frameRatesAreExact(double told, String exact) {
        assertThat(GrabbedPictures.rate(told)).isEqualTo(Rational.parse(exact));
    }

    @ParameterizedTest
    @CsvSource({"0", "-1", "17.3456", "NaN", "100000"})
    void otherFrameRatesAreUnknown(double told) {
        assertThat(GrabbedPictures.rate(told)).isNull();
    }
}

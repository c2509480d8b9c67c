package io.headend.ingest;

import io.headend.core.PictureSize;
import io.headend.core.Rational;
import io.headend.core.Sample;
import io.headend.core.StreamItem;
import io.headend.core.StreamSink;
import io.headend.core.Timebase;
import io.headend.core.Track;
import io.headend.core.TrackInfo;
import io.headend.ffmpeg.AvFrame;
import io.headend.ffmpeg.AvSample;
import io.headend.ffmpeg.Decoder;
import io.headend.ffmpeg.Encoder;
import io.headend.ffmpeg.FilterGraph;
import io.headend.ffmpeg.Muxer;
import io.headend.ffmpeg.MuxerBuilder;
import io.headend.testkit.SyntheticSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A short synthetic film in H.264 and AAC, 25 pictures a second with a key picture every ten, and FFmpeg's muxers to send it with. */
public final class TestClip implements StreamSink, AutoCloseable {

    public static final int KEY_EVERY = 10;

    private final List<Track> tracks = new ArrayList<>();
    private final List<AvSample> samples = new ArrayList<>();
    private final Map<Integer, Decoder> decoders = new HashMap<>();
    private final Map<Integer, Encoder> encoders = new HashMap<>();
    private @Nullable FilterGraph sound;

    private TestClip() {}

    public static TestClip of(Duration length) {
        TestClip clip = new TestClip();
        SyntheticSource.builder()
                .size(160, 96)
                .frameRate(25)
                .duration(length)
                .build()
                .run(clip);
        clip.finish();
        return clip;
    }

    public List<Track> tracks() {
        return tracks;
    }

    /** Lent. */
    public List<AvSample> samples() {
        return samples;
    }

    @Override
    public void accept(StreamItem item) {
        if (item instanceof TrackInfo info) {
            boolean picture = info.track().id() == SyntheticSource.VIDEO_TRACK;
            decoders.put(info.track().id(), Decoder.builder(info.track()).open());
            Encoder encoder = picture
                    ? Encoder.video("libx264")
                            .size(new PictureSize(160, 96))
                            .frameRate(Rational.of(25, 1))
                            .timebase(Timebase.MPEG)
                            .pixelFormat("yuv420p")
                            .gop(KEY_EVERY)
                            .bFrames(0)
                            .bitrate(200_000)
                            .option("preset", "ultrafast")
                            .option("tune", "zerolatency")
                            .open()
                    : Encoder.audio("aac")
                            .sampleRate(48_000)
                            .channels(2)
                            .timebase(Timebase.hz(48_000))
                            .open();
            encoders.put(info.track().id(), encoder);
            tracks.add(new Track(info.track().id(), info.track().name(), encoder.format(), encoder.timebase(), null));
        } else if (item instanceof Sample sample) {
            Decoder decoder = decoders.get(sample.trackId());
            decoder.send(sample);
            sample.close();
            for (AvFrame frame = decoder.receive(); frame != null; frame = decoder.receive()) {
                encode(sample.info().trackId(), frame);
            }
        }
    }

    private void encode(int track, AvFrame frame) {
        Encoder encoder = encoders.get(track);
        if (track == SyntheticSource.AUDIO_TRACK) {
            if (sound == null) {
                sound = FilterGraph.audio("aformat=fltp:channel_layouts=stereo");
            }
            sound.send(frame);
            for (AvFrame out = sound.receive(0); out != null; out = sound.receive(0)) {
                try (AvFrame owned = out) {
                    encoder.send(owned);
                }
                drain(track);
            }
            return;
        }
        try (frame) {
            encoder.send(frame);
        }
        drain(track);
    }

    private void drain(int track) {
        Encoder encoder = encoders.get(track);
        for (AvSample sample = encoder.receive(); sample != null; sample = encoder.receive()) {
            samples.add(sample.with(sample.info().withTrackId(track)));
            sample.close();
        }
    }

    private void finish() {
        encoders.forEach((track, encoder) -> {
            encoder.finish();
            drain(track);
            encoder.close();
        });
        decoders.values().forEach(Decoder::close);
        if (sound != null) {
            sound.close();
        }
        samples.sort((a, b) -> Long.compare(nanos(a), nanos(b)));
    }

    private long nanos(Sample sample) {
        return tracks.get(sample.trackId()).timebase().convert(sample.dts(), Timebase.NANOS);
    }

    /** Opens an output of FFmpeg for the tracks of the clip. */
    public MuxerBuilder output(String url) {
        return output(url, track -> true);
    }

    /** The same for some of them. */
    public MuxerBuilder output(String url, Predicate<Track> some) {
        MuxerBuilder builder = Muxer.builder(url);
        tracks.stream().filter(some).forEach(builder::track);
        return builder;
    }

    /** Writes it once, as fast as the output takes it. */
    public void write(MuxerBuilder output) {
        write(output, track -> true);
    }

    public void write(MuxerBuilder output, Predicate<Track> some) {
        try (Muxer muxer = output.open()) {
            samples.stream().filter(s -> some.test(tracks.get(s.trackId()))).forEach(muxer::write);
            muxer.finish();
        }
    }

    /** Sends it at its own pace, again and again with times that go on, until told otherwise. */
    public void send(MuxerBuilder output, Duration length, BooleanSupplier stop) {
        long start = System.nanoTime();
        Map<Integer, Long> last = new HashMap<>();
        try (Muxer muxer = output.open()) {
            for (long lap = 0; !stop.getAsBoolean(); lap++) {
                for (AvSample sample : samples) {
                    Timebase timebase = tracks.get(sample.trackId()).timebase();
                    long shift = Timebase.NANOS.convert(lap * length.toNanos(), timebase);
                    long due = start + lap * length.toNanos() + nanos(sample);
                    while (due - System.nanoTime() > 0 && !stop.getAsBoolean()) {
                        LockSupport.parkNanos(due - System.nanoTime());
                    }
                    if (stop.getAsBoolean()) {
                        break;
                    }
                    // Sound begins a little before zero.
                    if (sample.dts() + shift <= last.getOrDefault(sample.trackId(), Long.MIN_VALUE)) {
                        continue;
                    }
                    last.put(sample.trackId(), sample.dts() + shift);
                    try (AvSample moved = sample.with(
                            sample.info().withTimes(sample.pts() + shift, sample.dts() + shift, sample.duration()))) {
                        muxer.write(moved);
                    }
                }
            }
            muxer.finish();
        }
    }

    @Override
    public void close() {
        samples.forEach(AvSample::close);
    }
}

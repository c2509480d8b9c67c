package io.headend.testkit;

import io.headend.core.AudioFormat;
import io.headend.core.Codec;
import io.headend.core.CodecConfig;
import io.headend.core.ColorInfo;
import io.headend.core.EndOfStream;
import io.headend.core.EpochGrid;
import io.headend.core.HeapSample;
import io.headend.core.PictureSize;
import io.headend.core.Rational;
import io.headend.core.SampleInfo;
import io.headend.core.StreamSink;
import io.headend.core.StreamSource;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import io.headend.core.Track;
import io.headend.core.TrackInfo;
import io.headend.core.VideoFormat;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Counting pictures and known tones: every picture carries its number since the epoch as digits, as a wall-clock time code and
 * as a row of blocks that {@link FrameNumberReader} reads back, over a background that moves; sound is 1 kHz on the even
 * channels, 440 Hz on the odd ones and a 2 kHz beep in the first 100 ms of every second, together with a white flash.
 *
 * <p>Track 0 is {@link Codec#RAW_VIDEO} ({@code yuv420p}) in the timebase of {@link EpochGrid#mediaTimebase()}; the picture of
 * frame n has the exact start of frame n as its time. Track 1 is {@link Codec#PCM_S16LE} in samples, 1024 to an item. The same
 * frame number always gives the same bytes.
 *
 * <p>Unpaced it gives frame 0 first, as fast as the sink takes them. Paced, the first frame is the next one of the clock's
 * time, every item comes when its time has come and says so in its arrival time; a slow sink makes later items late.
 *
 * <p><b>Threading:</b> as {@link StreamSource} says.
 */
public final class SyntheticSource implements StreamSource {

    public static final int VIDEO_TRACK = 0;
    public static final int AUDIO_TRACK = 1;

    private static final int CHUNK = 1024;

    private final Builder spec;
    private final EpochGrid grid;
    private final AtomicBoolean started = new AtomicBoolean();
    private final Pacer pacer;

    private SyntheticSource(Builder spec) {
        this.spec = spec;
        this.grid = new EpochGrid(spec.frameRate, 1, 1);
        this.pacer = new Pacer(spec.clock, spec.nanoTime);
    }

    /** 1280x720, 25 frames per second, 48 kHz stereo, without end, unpaced. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public void run(StreamSink sink) {
        if (!started.compareAndSet(false, true)) {
            throw new IllegalStateException("a source runs once");
        }
        pacer.start();
        long first = spec.startFrame >= 0 ? spec.startFrame : pacer.isPaced() ? nextFrame(pacer.anchor()) : 0;
        if (spec.startFrame >= 0) {
            pacer.anchorAt(grid.startOfFrame(first).toNanos());
        }
        long end = spec.frames < 0 ? Long.MAX_VALUE : Math.addExact(first, spec.frames);
        sink.accept(new TrackInfo(videoTrack()));
        if (spec.channels > 0) {
            sink.accept(new TrackInfo(audioTrack()));
        }
        deliver(sink, first, end);
        if (!pacer.isClosed()) {
            sink.accept(new EndOfStream());
        }
    }

    private void deliver(StreamSink sink, long first, long end) {
        Timebase audioBase = Timebase.hz(spec.sampleRate);
        SyntheticPicture picture = new SyntheticPicture(spec.size, spec.frameRate);
        SyntheticSound sound = new SyntheticSound(spec.sampleRate, spec.channels);
        long frame = first;
        long sample = firstSample(first, audioBase);
        long endSample = end == Long.MAX_VALUE ? Long.MAX_VALUE : firstSample(end, audioBase);
        while (frame < end || (spec.channels > 0 && sample < endSample)) {
            Timestamp pictureTime = grid.startOfFrame(frame);
            Timestamp soundTime = Timestamp.of(sample, audioBase);
            boolean video =
                    spec.channels == 0 || sample >= endSample || (frame < end && pictureTime.compareTo(soundTime) <= 0);
            if (!pacer.await((video ? pictureTime : soundTime).toNanos())) {
                return;
            }
            if (video) {
                sink.accept(pictureSample(frame, picture.draw(frame)));
                frame++;
            } else {
                int count = (int) Math.min(CHUNK, endSample - sample);
                SampleInfo info = new SampleInfo(AUDIO_TRACK, sample, sample, count, true, pacer.arrival());
                sink.accept(HeapSample.of(info, ByteBuffer.wrap(sound.samples(sample, count))));
                sample += count;
            }
        }
    }

    private HeapSample pictureSample(long frame, byte[] planes) {
        Timebase base = grid.mediaTimebase();
        long pts = grid.startOfFrame(frame).ticksIn(base, RoundingMode.UNNECESSARY);
        long next = grid.startOfFrame(frame + 1).ticksIn(base, RoundingMode.UNNECESSARY);
        SampleInfo info = new SampleInfo(VIDEO_TRACK, pts, pts, next - pts, true, pacer.arrival());
        return HeapSample.of(info, ByteBuffer.wrap(planes));
    }

    private long nextFrame(long wallNanos) {
        return Timebase.NANOS.convert(wallNanos, grid.frameTimebase(), RoundingMode.CEILING);
    }

    private long firstSample(long frame, Timebase audioBase) {
        return grid.startOfFrame(frame).ticksIn(audioBase, RoundingMode.CEILING);
    }

    /** The track that the pictures belong to. */
    public Track videoTrack() {
        VideoFormat format = new VideoFormat(
                CodecConfig.of(Codec.RAW_VIDEO, "rawvideo"),
                spec.size,
                Rational.ONE,
                spec.frameRate,
                "yuv420p",
                ColorInfo.BT709);
        return new Track(VIDEO_TRACK, "video", format, grid.mediaTimebase(), null);
    }

    /**
     * The track that the tones belong to.
     *
     * @throws IllegalStateException if the source is silent
     */
    public Track audioTrack() {
        if (spec.channels == 0) {
            throw new IllegalStateException("this source has no sound");
        }
        AudioFormat format =
                AudioFormat.of(CodecConfig.of(Codec.PCM_S16LE, "pcm_s16le"), spec.sampleRate, spec.channels);
        return new Track(AUDIO_TRACK, "audio", format, Timebase.hz(spec.sampleRate), null);
    }

    @Override
    public void close() {
        pacer.close();
    }

    /** Says what the source gives; not safe for use by several threads. */
    public static final class Builder {
        private PictureSize size = new PictureSize(1280, 720);
        private Rational frameRate = Rational.of(25, 1);
        private int sampleRate = 48_000;
        private int channels = 2;
        private long frames = -1;
        private long startFrame = -1;
        private @Nullable Clock clock;
        private LongSupplier nanoTime = System::nanoTime;

        private Builder() {}

        /** Even numbers, at least 128 and 64. */
        public Builder size(int width, int height) {
            if (width < 128 || height < 64 || width % 2 != 0 || height % 2 != 0) {
                throw new IllegalArgumentException(
                        "picture size " + width + "x" + height + " must be even and at least 128x64");
            }
            size = new PictureSize(width, height);
            return this;
        }

        public Builder frameRate(Rational newFrameRate) {
            if (newFrameRate.num() < 1) {
                throw new IllegalArgumentException("frame rate must be positive: " + newFrameRate);
            }
            frameRate = newFrameRate;
            return this;
        }

        public Builder frameRate(int framesPerSecond) {
            return frameRate(Rational.of(framesPerSecond, 1));
        }

        /** Samples per second, 8000 to 192000, and channels, 1 to 8. */
        public Builder sound(int newSampleRate, int newChannels) {
            if (newSampleRate < 8_000 || newSampleRate > 192_000 || newChannels < 1 || newChannels > 8) {
                throw new IllegalArgumentException(
                        "sound of " + newSampleRate + " Hz and " + newChannels + " channels is out of range");
            }
            sampleRate = newSampleRate;
            channels = newChannels;
            return this;
        }

        public Builder silent() {
            channels = 0;
            return this;
        }

        /** Ends after so many pictures. */
        public Builder frames(long count) {
            if (count < 0) {
                throw new IllegalArgumentException("a source cannot have " + count + " pictures");
            }
            frames = count;
            return this;
        }

        /** Ends after so much time, rounded up to whole pictures of the frame rate set before. */
        public Builder duration(Duration duration) {
            return frames(
                    Timebase.NANOS.convert(duration.toNanos(), Timebase.ofFrameRate(frameRate), RoundingMode.CEILING));
        }

        /** Begins with this frame, whatever the clock says. */
        public Builder startFrame(long frame) {
            if (frame < 0) {
                throw new IllegalArgumentException("frames are counted from 0: " + frame);
            }
            startFrame = frame;
            return this;
        }

        /** Gives every item when its time has come by the system's clock. */
        public Builder realTime() {
            return paced(Clock.systemUTC(), System::nanoTime);
        }

        /**
         * Gives every item when its time has come.
         *
         * @param newClock read once, for the number of the first frame
         * @param newNanoTime measures from then on, in nanoseconds
         */
        public Builder paced(Clock newClock, LongSupplier newNanoTime) {
            clock = newClock;
            nanoTime = newNanoTime;
            return this;
        }

        public SyntheticSource build() {
            Builder copy = new Builder();
            copy.size = size;
            copy.frameRate = frameRate;
            copy.sampleRate = sampleRate;
            copy.channels = channels;
            copy.frames = frames;
            copy.startFrame = startFrame;
            copy.clock = clock;
            copy.nanoTime = nanoTime;
            return new SyntheticSource(copy);
        }
    }
}

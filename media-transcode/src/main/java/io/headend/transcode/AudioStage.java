package io.headend.transcode;

import io.headend.core.AudioFormat;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.Rational;
import io.headend.core.SampleInfo;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import io.headend.core.Track;
import io.headend.core.TrackFormat;
import io.headend.ffmpeg.AvFrame;
import io.headend.ffmpeg.AvSample;
import io.headend.ffmpeg.Encoder;
import io.headend.ffmpeg.FilterGraph;
import java.math.RoundingMode;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Resamples the sound of one rendition, lays it on the sample grid and encodes it.
 *
 * <p>Coded frame j holds the samples from 1024·j on. What the encoder puts before the first of them (priming) belongs to
 * frame j - 1, which is left out.
 */
final class AudioStage implements Stage {

    private static final int FRAME_SIZE = 1024;

    private final int trackId;
    private final AudioRendition rendition;
    private final @Nullable String language;
    private final RenditionOutput output;
    private final Consumer<String> started;
    private final Timebase samples;
    private final ArrivalTimes arrivals = new ArrivalTimes();
    private final AudioGrid grid;
    private final SoundFrames frames;
    // The resampler multiplies times by two sample rates: counted from here, its 64 bits suffice.
    private final long base;

    private @Nullable FilterGraph filters;
    private @Nullable GainControl control;
    private @Nullable Encoder encoder;

    /**
     * @param start epoch time at which the rendition begins
     * @param loudness what the sound is brought to, or {@code null}
     * @param started told once that the encoder runs, and how
     */
    AudioStage(
            int trackId,
            AudioRendition rendition,
            @Nullable String language,
            Timestamp start,
            @Nullable Loudness loudness,
            RenditionOutput output,
            Consumer<String> started) {
        this.trackId = trackId;
        this.rendition = rendition;
        this.language = language;
        this.output = output;
        this.started = started;
        this.samples = Timebase.hz(rendition.sampleRate());
        this.grid = new AudioGrid(FRAME_SIZE, rendition.sampleRate(), sampleAt(start));
        this.base = grid.next();
        this.frames = new SoundFrames(rendition.sampleRate(), rendition.channels(), FRAME_SIZE, base, this::level);
        if (loudness != null) {
            control = control(loudness);
        }
    }

    @Override
    public void accept(Work work) {
        if (work instanceof Work.Sound sound) {
            try (sound) {
                long start = sampleAt(sound.start());
                arrivals.put(Math.floorDiv(start, (long) FRAME_SIZE), sound.arrivalNanos());
                resample(sound.frame(), start);
            }
        } else if (work instanceof Work.Silence silence) {
            frames.silence(grid.fillTo(sampleAt(silence.end())));
        } else if (work instanceof Work.Message message) {
            output.deliver(message.item());
        } else {
            work.close();
        }
    }

    private void resample(AvFrame frame, long start) {
        if (filters == null && SoundFit.fits(frame, rendition.sampleRate(), rendition.channels())) {
            place(frame, start);
            return;
        }
        // Mixing adds up: from here on peaks are held.
        if (control == null && frame.channels() > rendition.channels()) {
            control = control(null);
        }
        FilterGraph graph = filters;
        if (graph == null) {
            graph = FilterGraph.audio(SoundFit.filters(rendition.sampleRate(), rendition.channels()));
            filters = graph;
        }
        graph.send(frame.withPts(start - base, samples));
        drain(graph);
    }

    private void drain(FilterGraph graph) {
        for (AvFrame next = graph.receive(0); next != null; next = graph.receive(0)) {
            try (AvFrame resampled = next) {
                place(resampled, base + resampled.timebase().convert(resampled.pts(), samples));
            }
        }
    }

    private void place(AvFrame frame, long start) {
        AudioGrid.Placement placement = grid.place(start, frame.samples());
        frames.silence(placement.silence());
        if (placement.take() > 0) {
            frames.append(frame, placement.skip(), placement.take(), placement.correction());
        }
    }

    private GainControl control(@Nullable Loudness loudness) {
        return new GainControl(loudness, rendition.sampleRate(), rendition.channels(), FRAME_SIZE, this::encode);
    }

    private void level(AvFrame frame) {
        GainControl gain = control;
        if (gain == null) {
            encode(frame);
        } else {
            gain.accept(frame);
        }
    }

    private void encode(AvFrame frame) {
        Encoder open = encoder;
        if (open == null) {
            try {
                open = open();
            } catch (RuntimeException e) {
                frame.close();
                throw e;
            }
            encoder = open;
        }
        open.send(frame, Encoder.Hints.NONE);
        deliver(open);
    }

    private Encoder open() {
        Encoder opened = Encoder.audio("aac")
                .sampleRate(rendition.sampleRate())
                .channels(rendition.channels())
                .bitrate(rendition.bitrate())
                .timebase(samples)
                .open();
        try {
            if (opened.frameSize() != FRAME_SIZE) {
                throw new MediaException(
                        MediaErrorCode.INTERNAL, "the AAC encoder takes frames of " + opened.frameSize() + " samples");
            }
            TrackFormat format = opened.format();
            // The frame with the priming is left out, so nothing is left for a decoder to drop.
            if (format instanceof AudioFormat audio) {
                format = new AudioFormat(audio.codec(), audio.sampleRate(), audio.channels(), 0);
            }
            output.track(
                    new Track(trackId, rendition.name(), format, samples, language),
                    Rational.of(rendition.sampleRate(), FRAME_SIZE));
            started.accept("aac, " + rendition.sampleRate() + " Hz, " + rendition.channels() + " channels, "
                    + rendition.bitrate() / 1000 + " kbit/s");
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
        return opened;
    }

    private void deliver(Encoder open) {
        AvSample sample = open.receive();
        while (sample != null) {
            long pts = sample.pts();
            if (pts < base) {
                sample.close();
            } else {
                output.deliver(
                        sample,
                        new SampleInfo(trackId, pts, pts, FRAME_SIZE, true, arrivals.get(Math.floorDiv(pts, (long)
                                FRAME_SIZE))));
            }
            sample = open.receive();
        }
    }

    private long sampleAt(Timestamp time) {
        return time.ticksIn(samples, RoundingMode.HALF_UP);
    }

    @Override
    public void finish() {
        FilterGraph graph = filters;
        if (graph != null) {
            graph.finish();
            drain(graph);
        }
        frames.finish();
        GainControl gain = control;
        if (gain != null) {
            gain.finish();
        }
        Encoder open = encoder;
        if (open != null) {
            open.finish();
            deliver(open);
        }
    }

    @Override
    public void close() {
        frames.close();
        GainControl gain = control;
        control = null;
        if (gain != null) {
            gain.close();
        }
        FilterGraph graph = filters;
        filters = null;
        if (graph != null) {
            graph.close();
        }
        Encoder open = encoder;
        encoder = null;
        if (open != null) {
            open.close();
        }
    }
}

package io.headend.transcode;

import io.headend.core.EpochGrid;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.PictureSize;
import io.headend.core.Rational;
import io.headend.core.SampleInfo;
import io.headend.core.Timebase;
import io.headend.core.Track;
import io.headend.core.TrackFormat;
import io.headend.ffmpeg.AvFrame;
import io.headend.ffmpeg.AvSample;
import io.headend.ffmpeg.Encoder;
import io.headend.ffmpeg.FilterGraph;
import io.headend.ffmpeg.VideoEncoderBuilder;
import java.math.RoundingMode;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Scales and encodes the pictures of one rendition. */
final class VideoStage implements Stage {

    private final int trackId;
    private final Rendition rendition;
    private final EpochGrid grid;
    private final RenditionOutput output;
    private final Consumer<String> started;
    private final GopTally gop;
    private final PictureFit fit;
    private final Timebase frameTicks;
    private final Timebase mediaTicks;
    private final ArrivalTimes arrivals = new ArrivalTimes();

    private PictureFit.@Nullable Shape shape;
    private Rational sampleAspectRatio = Rational.ONE;
    private @Nullable FilterGraph filters;
    private @Nullable AvFrame last;
    private @Nullable Encoder encoder;

    /**
     * @param gop told of every sample
     * @param started told once that the encoder runs, and how
     */
    VideoStage(
            int trackId,
            Rendition rendition,
            EpochGrid grid,
            RenditionOutput output,
            GopTally gop,
            Consumer<String> started) {
        this.trackId = trackId;
        this.rendition = rendition;
        this.grid = grid;
        this.output = output;
        this.gop = gop;
        this.started = started;
        this.fit = new PictureFit(rendition.size(), rendition.settings().pixelFormat());
        this.frameTicks = grid.frameTimebase();
        this.mediaTicks = grid.mediaTimebase();
    }

    @Override
    public void accept(Work work) {
        if (work instanceof Work.Picture picture) {
            try (picture) {
                arrivals.put(picture.number(), picture.arrivalNanos());
                encode(fitted(picture), picture.number());
            }
        } else if (work instanceof Work.Message message) {
            output.deliver(message.cue());
        } else {
            work.close();
        }
    }

    private AvFrame fitted(Work.Picture picture) {
        AvFrame again = last;
        if (picture.again() && again != null) {
            return again.withPts(picture.number(), frameTicks);
        }
        AvFrame timed = picture.frame().withPts(picture.number(), frameTicks);
        AvFrame result = filter(timed);
        keep(result);
        return result;
    }

    private AvFrame filter(AvFrame frame) {
        try {
            reshape(frame);
        } catch (RuntimeException e) {
            frame.close();
            throw e;
        }
        FilterGraph graph = filters;
        if (graph == null) {
            return frame;
        }
        graph.send(frame);
        AvFrame result = graph.receive(0);
        if (result == null) {
            throw new MediaException(MediaErrorCode.INTERNAL, "scaling a picture gave none");
        }
        return result;
    }

    private void reshape(AvFrame frame) {
        PictureFit.Shape next = new PictureFit.Shape(
                new PictureSize(frame.width(), frame.height()),
                frame.sampleAspectRatio(),
                frame.pixelFormat(),
                frame.color().fullRange());
        if (next.equals(shape)) {
            return;
        }
        if (shape == null) {
            sampleAspectRatio = fit.sampleAspectRatio(next);
        }
        shape = next;
        closeFilters();
        String description = fit.description(next, sampleAspectRatio);
        if (!description.isEmpty()) {
            // Renditions are scaled side by side; slices of one picture would only add hand-overs.
            filters = FilterGraph.video(description, 1);
        }
    }

    private void encode(AvFrame frame, long number) {
        Encoder open = encoder;
        if (open == null) {
            try {
                open = open(frame);
            } catch (RuntimeException e) {
                frame.close();
                throw e;
            }
            encoder = open;
        }
        open.send(frame, hints(number));
        drain(open);
    }

    // The one place where a picture is told how to be coded; what a group of pictures is given is decided at its first.
    private Encoder.Hints hints(long number) {
        return new Encoder.Hints(grid.isIdr(number), Double.NaN);
    }

    private Encoder open(AvFrame first) {
        EncoderOptions options = EncoderOptions.of(rendition.settings());
        VideoEncoderBuilder builder = Encoder.video(options.encoder())
                .size(rendition.size())
                .pixelFormat(rendition.settings().pixelFormat())
                .timebase(frameTicks)
                .frameRate(grid.frameRate())
                .sampleAspectRatio(sampleAspectRatio)
                .color(first.color())
                .threads(rendition.settings().threads())
                .bitrate(options.bitrate())
                .maxrate(options.maxrate())
                .bufsize(options.bufferBits());
        options.options().forEach(builder::option);
        options.parameters().forEach(builder::parameter);
        Encoder opened = builder.open();
        try {
            TrackFormat format = CanonicalFormat.of(opened.format());
            output.track(new Track(trackId, rendition.name(), format, mediaTicks, null), grid.frameRate());
            started.accept(options.encoder() + " " + rendition.settings().preset() + ", " + rendition.size() + " at "
                    + grid.frameRate() + " frames/s");
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
        return opened;
    }

    private void drain(Encoder open) {
        AvSample sample = open.receive();
        while (sample != null) {
            SampleInfo info = sample.info();
            gop.add(info.pts(), info.sync(), sample.size());
            output.deliver(sample, canonical(info));
            sample = open.receive();
        }
    }

    private SampleInfo canonical(SampleInfo info) {
        return new SampleInfo(
                trackId,
                exact(info.pts()),
                exact(info.dts()),
                exact(info.pts() + 1) - exact(info.pts()),
                info.sync(),
                arrivals.get(info.pts()));
    }

    private long exact(long frame) {
        return frameTicks.convert(frame, mediaTicks, RoundingMode.UNNECESSARY);
    }

    @Override
    public void finish() {
        Encoder open = encoder;
        if (open != null) {
            open.finish();
            drain(open);
            gop.finish();
        }
    }

    private void keep(AvFrame frame) {
        closeLast();
        last = frame.retain();
    }

    private void closeLast() {
        AvFrame kept = last;
        last = null;
        if (kept != null) {
            kept.close();
        }
    }

    private void closeFilters() {
        FilterGraph graph = filters;
        filters = null;
        if (graph != null) {
            graph.close();
        }
    }

    @Override
    public void close() {
        closeLast();
        closeFilters();
        Encoder open = encoder;
        encoder = null;
        if (open != null) {
            open.close();
        }
    }
}

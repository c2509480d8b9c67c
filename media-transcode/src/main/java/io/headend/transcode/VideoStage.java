package io.headend.transcode;

import io.headend.core.Codec;
import io.headend.core.ColorInfo;
import io.headend.core.Cue;
import io.headend.core.EpochGrid;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.PictureSize;
import io.headend.core.Rational;
import io.headend.core.SampleInfo;
import io.headend.core.SegmentBoundary;
import io.headend.core.Timebase;
import io.headend.core.Track;
import io.headend.core.TrackFormat;
import io.headend.ffmpeg.AvFrame;
import io.headend.ffmpeg.AvSample;
import io.headend.ffmpeg.Encoder;
import io.headend.ffmpeg.FilterGraph;
import io.headend.ffmpeg.VideoEncoderBuilder;
import io.headend.transcode.tsc.ContentAdaptiveController;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Scales and encodes the pictures of one rendition. */
final class VideoStage implements Stage {

    private static final String SCTE35 = "urn:scte:scte35:";
    // Share of the buffer below which x264 holds bits back.
    private static final double CAP_BOUND = 0.25;

    private final int trackId;
    private final Rendition rendition;
    private final EpochGrid grid;
    private final RenditionOutput output;
    private final Consumer<String> started;
    private final GopTally gop;
    private final PictureFit fit;
    private final Timebase frameTicks;
    private final Timebase mediaTicks;
    // where splices and moved segment boundaries want an IDR picture besides the grid
    private final TreeSet<Long> forced = new TreeSet<>();
    private final ArrivalTimes arrivals = new ArrivalTimes();
    private final LoadGovernor load;
    private final PresetSwitch encoders;
    private final BufferFill buffer;
    private final Processing processing;
    private final @Nullable LogoImage logo;
    private final @Nullable AdaptiveGops adaptive;

    private PictureFit.@Nullable Shape shape;
    private Rational sampleAspectRatio = Rational.ONE;
    private @Nullable FilterGraph filters;
    private @Nullable AvFrame last;
    private ColorInfo color = ColorInfo.UNSPECIFIED;
    private @Nullable LogoPainter painter;
    private @Nullable Encoder encoder;
    private long newest;
    private long inside;
    private long lastDts = Long.MIN_VALUE;

    /**
     * @param gop told of every sample
     * @param started told once that the encoder runs, and how
     */
    VideoStage(
            int trackId,
            Rendition rendition,
            TranscoderBuilder settings,
            RenditionOutput output,
            GopTally gop,
            Consumer<String> started) {
        this.trackId = trackId;
        this.rendition = rendition;
        this.grid = settings.grid;
        this.output = output;
        this.gop = gop;
        this.load = settings.load;
        this.processing = settings.processing;
        this.logo = settings.logo;
        this.started = started;
        this.adaptive = adaptive();
        // With the recipe in them, because faster presets must keep what it puts into headers.
        this.encoders = new PresetSwitch(adaptive == null ? rendition.settings() : recipe(), this::open);
        this.buffer = new BufferFill(rendition.settings().rateControl(), settings.grid.frameRate());
        this.fit = new PictureFit(rendition.size(), rendition.settings().pixelFormat());
        this.frameTicks = settings.grid.frameTimebase();
        this.mediaTicks = settings.grid.mediaTimebase();
    }

    private @Nullable AdaptiveGops adaptive() {
        return rendition.settings().rateControl() instanceof RateControl.ContentAdaptive control
                ? new AdaptiveGops(
                        grid,
                        new ContentAdaptiveController(rendition.settings(), control, rendition.size()),
                        () -> load.hurries() ? atLeast(ComputeLevel.NO_ANALYSIS) : load.level(),
                        this::encode)
                : null;
    }

    private ComputeLevel atLeast(ComputeLevel least) {
        return load.level().isAtLeast(least) ? load.level() : least;
    }

    @Override
    public void accept(Work work) {
        if (work instanceof Work.Picture picture) {
            try (picture) {
                newest = picture.number();
                arrivals.put(picture.number(), picture.arrivalNanos());
                AdaptiveGops gops = adaptive;
                if (gops == null) {
                    encode(fitted(picture), picture.number(), null);
                } else {
                    gops.accept(fitted(picture), picture.number());
                }
                load.taken(rendition.name(), grid.startOfFrame(picture.number()).toNanos());
            }
        } else if (work instanceof Work.Message message) {
            if (message.item() instanceof SegmentBoundary boundary) {
                forced.add(grid.frameAt(boundary.start()));
            } else if (message.item() instanceof Cue cue && cue.schemeIdUri().startsWith(SCTE35)) {
                forced.add(cue.at().ticksIn(frameTicks, RoundingMode.CEILING));
            }
            output.deliver(message.item());
        } else {
            work.close();
        }
    }

    private AvFrame fitted(Work.Picture picture) {
        AvFrame again = last;
        if (again != null && (picture.again() || heldBack(picture.number()))) {
            return again.withPts(picture.number(), frameTicks);
        }
        AvFrame timed = picture.frame().withPts(picture.number(), frameTicks);
        AvFrame result = filter(timed);
        try {
            paint(result);
        } catch (RuntimeException e) {
            result.close();
            throw e;
        }
        keep(result);
        return result;
    }

    // Under load a picture is shown again instead of its successors: nearly free for scaler and encoder, and no hole.
    private boolean heldBack(long number) {
        if (load.skips()) {
            load.skipped();
            return true;
        }
        ComputeLevel level = load.level();
        int every = level.isAtLeast(ComputeLevel.QUARTER_RATE)
                ? 4
                : level.isAtLeast(ComputeLevel.HALF_RATE) && trackId == 0 ? 2 : 1;
        return !isKey(number) && Math.floorMod(number, (long) every) != 0;
    }

    private void paint(AvFrame frame) {
        LogoImage image = logo;
        Overlay overlay = processing.overlay();
        if (image == null || overlay == null) {
            return;
        }
        LogoPainter ready = painter;
        if (ready == null) {
            ready = new LogoPainter(
                    image,
                    overlay,
                    rendition.size(),
                    sampleAspectRatio,
                    rendition.settings().pixelFormat(),
                    frame.color());
            painter = ready;
        }
        ready.paint(frame);
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

    private void encode(AvFrame frame, long number, @Nullable GopDecision decision) {
        Encoder open;
        try {
            if (encoder != null && !isKey(number) && drops()) {
                frame.close();
                load.dropped(1);
                return;
            }
            if (decision != null) {
                encoders.use(recipe());
            }
            open = ready(frame, number);
        } catch (RuntimeException e) {
            frame.close();
            throw e;
        }
        inside++;
        open.send(frame, hints(number, decision));
        drain(open);
    }

    // Pictures that an adaptive control held are older than the lag tells.
    private boolean drops() {
        return load.drops(rendition.name(), grid.startOfFrame(newest).toNanos());
    }

    private EncoderSettings recipe() {
        return Objects.requireNonNull(adaptive).controller().recipe().applied(rendition.settings());
    }

    /** The encoder for this picture, which may be another one from a group of pictures on. */
    private Encoder ready(AvFrame frame, long number) {
        Encoder open = encoder;
        if (open == null) {
            color = frame.color();
            open = encoders.first();
            encoder = open;
            announce(open);
        } else if (isKey(number) && encoders.changes(load.level())) {
            leave(open);
            open = encoders.next();
            encoder = open;
            tell(encoders.current());
        }
        return open;
    }

    // What is inside costs as much as ever, at the worst of times.
    private void leave(Encoder open) {
        open.finish();
        AvSample sample = open.receive();
        while (sample != null) {
            deliver(open, sample);
            sample = drops() ? null : open.receive();
        }
        load.dropped(inside);
        inside = 0;
        open.close();
    }

    // The one place where a picture is told how to be coded; what a group of pictures is given is decided at its first.
    private Encoder.Hints hints(long number, @Nullable GopDecision decision) {
        boolean key = isKey(number);
        forced.headSet(number, true).clear();
        double offset = decision != null && steered() ? decision.offset() : Double.NaN;
        return new Encoder.Hints(key, offset);
    }

    private boolean isKey(long number) {
        return grid.isIdr(number) || forced.contains(number);
    }

    private boolean steered() {
        AdaptiveGops gops = adaptive;
        return gops != null && gops.controller().steers();
    }

    private boolean measured() {
        AdaptiveGops gops = adaptive;
        return gops != null && gops.controller().measures();
    }

    private Encoder open(EncoderSettings settings) {
        EncoderOptions options = EncoderOptions.of(settings);
        VideoEncoderBuilder builder = Encoder.video(options.encoder())
                .size(rendition.size())
                .pixelFormat(settings.pixelFormat())
                .timebase(frameTicks)
                .frameRate(grid.frameRate())
                .sampleAspectRatio(sampleAspectRatio)
                .color(color)
                .threads(settings.threads())
                .bitrate(options.bitrate())
                .maxrate(options.maxrate())
                .bufsize(options.bufferBits())
                .roi(steered())
                .reconstruction(measured());
        options.options().forEach(builder::option);
        options.parameters().forEach(builder::parameter);
        if (encoder != null && settings.codec() != Codec.AV1) {
            builder.parameter("vbv-init", String.format(Locale.ROOT, "%.3f", buffer.share()));
        }
        return builder.open();
    }

    private void announce(Encoder opened) {
        TrackFormat format = CanonicalFormat.of(opened.format());
        output.track(new Track(trackId, rendition.name(), format, mediaTicks, null), grid.frameRate());
        tell(rendition.settings());
    }

    private void tell(EncoderSettings settings) {
        started.accept(EncoderOptions.of(settings).encoder() + " " + settings.preset() + ", " + rendition.size()
                + " at " + grid.frameRate() + " frames/s");
    }

    private void drain(Encoder open) {
        AvSample sample = open.receive();
        while (sample != null) {
            deliver(open, sample);
            sample = open.receive();
        }
    }

    private void deliver(Encoder open, AvSample sample) {
        inside--;
        SampleInfo info = sample.info();
        look(open, info.pts());
        gop.add(info.pts(), info.sync(), sample.size(), this::control);
        buffer.take(sample.size());
        output.deliver(sample, canonical(info));
    }

    private void look(Encoder open, long number) {
        AdaptiveGops gops = adaptive;
        AvFrame picture = gops == null ? null : open.receiveReconstruction();
        if (gops != null && picture != null) {
            gops.controller().output(picture, number);
        }
    }

    /** What the rate control has to say of a group of which all samples are out. */
    private GopReport.@Nullable Control control(long firstFrame) {
        AdaptiveGops gops = adaptive;
        boolean capBound = buffer.lowestShare() < CAP_BOUND;
        buffer.forgetLowest();
        return gops == null ? null : gops.controller().finished(firstFrame, capBound);
    }

    private SampleInfo canonical(SampleInfo info) {
        // Encoders look at the distance of their first pictures to find the first decoding time, too far where some
        // were left out.
        lastDts = Math.max(exact(info.dts()), lastDts + 1);
        return new SampleInfo(
                trackId,
                exact(info.pts()),
                lastDts,
                exact(info.pts() + 1) - exact(info.pts()),
                info.sync(),
                arrivals.get(info.pts()));
    }

    private long exact(long frame) {
        return frameTicks.convert(frame, mediaTicks, RoundingMode.UNNECESSARY);
    }

    @Override
    public void finish() {
        if (adaptive != null) {
            adaptive.release();
        }
        Encoder open = encoder;
        if (open != null) {
            open.finish();
            drain(open);
            gop.finish(this::control);
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
        if (adaptive != null) {
            adaptive.close();
        }
        Encoder open = encoder;
        encoder = null;
        if (open != null) {
            open.close();
        }
    }
}

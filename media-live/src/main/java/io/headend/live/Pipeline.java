package io.headend.live;

import io.headend.core.Codec;
import io.headend.core.Discontinuity;
import io.headend.core.EndOfStream;
import io.headend.core.EpochGrid;
import io.headend.core.EventSink;
import io.headend.core.MediaException;
import io.headend.core.MeterSink;
import io.headend.core.PictureSize;
import io.headend.core.Sample;
import io.headend.core.SampleProtector;
import io.headend.core.StreamItem;
import io.headend.core.StreamSink;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import io.headend.core.Track;
import io.headend.core.TrackInfo;
import io.headend.core.VideoFormat;
import io.headend.formats.hls.SegmentProtector;
import io.headend.packaging.LiveSubtitles;
import io.headend.packaging.Packager;
import io.headend.packaging.PackagingFigures;
import io.headend.packaging.SegmentStore;
import io.headend.packaging.SegmentationPolicy;
import io.headend.transcode.EncoderSettings;
import io.headend.transcode.GopReport;
import io.headend.transcode.Ladder;
import io.headend.transcode.LoadFigures;
import io.headend.transcode.Processing;
import io.headend.transcode.Transcoder;
import io.headend.transcode.TranscoderStats;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * One way through the channel: clock, transcoder, packager.
 *
 * <p><b>Threading:</b> one thread gives items; {@link #close} and the figures by any thread.
 */
final class Pipeline implements StreamSink, AutoCloseable {

    private static final String TEXT = "text";

    /** Sound that is this late is replaced with silence. */
    private static final Duration SILENCE_AFTER = Duration.ofSeconds(1);

    // What x264 calls tune zerolatency, but for its frame-by-frame rate control.
    private static final Map<String, String> NO_DELAY =
            Map.of("bframes", "0", "rc-lookahead", "0", "sync-lookahead", "0", "sliced-threads", "1", "mbtree", "0");

    /** What a pipeline gets from its host. */
    record Environment(
            ThreadFactory threads,
            Clock clock,
            EventSink events,
            MeterSink meters,
            Treatment treatment,
            Consumer<GopReport> gopReports) {}

    /** What is done to pictures and sound before they are encoded, and to samples before they are packaged. */
    record Treatment(
            Processing processing,
            BiFunction<String, EpochGrid, Optional<SampleProtector>> protection,
            BiFunction<String, EpochGrid, Optional<SegmentProtector>> segmentProtection) {

        private void declare(String rendition, EpochGrid grid, Packager.Builder packaging) {
            Optional<SampleProtector> samples = protection.apply(rendition, grid);
            Optional<SegmentProtector> segments = segmentProtection.apply(rendition, grid);
            if (samples.isPresent() && segments.isPresent()) {
                throw MediaException.invalidArgument(
                        "rendition " + rendition + " is encrypted by samples or as whole segments, not both");
            }
            if (samples.isPresent()) {
                packaging.rendition(rendition, samples.get());
            } else if (segments.isPresent()) {
                packaging.rendition(rendition, segments.get());
            } else {
                packaging.rendition(rendition);
            }
        }
    }

    private final EpochGrid grid;
    private final FrameClock frameClock;
    private final Packager packager;
    private final Transcoder transcoder;
    private final Map<Integer, Track> tracks = new HashMap<>();
    private final Outage outage;
    private final Words words;

    private Pipeline(
            EpochGrid grid,
            FrameClock frameClock,
            Packager packager,
            Transcoder transcoder,
            Outage outage,
            Words words) {
        this.words = words;
        this.grid = grid;
        this.frameClock = frameClock;
        this.packager = packager;
        this.transcoder = transcoder;
        this.outage = outage;
    }

    static Pipeline open(
            ChannelSpec spec,
            Lineup.Program program,
            SegmentStore store,
            FrameClock frameClock,
            Outage outage,
            Environment host) {
        VideoFormat video = program.video();
        EpochGrid grid = spec.grid(video == null ? null : video.frameRate());
        Ladder ladder = ladder(spec, program);
        frameClock.anchor(grid, program.first(), program.arrivalNanos());
        Packager.Builder packaging = Packager.builder(store)
                .name(spec.name())
                .policy(policy(spec, grid))
                .window(spec.window())
                .clock(host.clock())
                .events(host.events())
                .meters(host.meters());
        if (spec.isLowLatency()) {
            packaging.lowLatency(spec.listing().part());
        }
        for (String rendition : ladder.names()) {
            host.treatment().declare(rendition, grid, packaging);
        }
        String language = spec.listing().subtitles();
        if (language != null) {
            packaging.subtitles(TEXT, language.equals("und") ? null : language);
        }
        Packager packager = packaging.build();
        Transcoder transcoder = Transcoder.builder(ladder, grid)
                .outputs(packager::sink)
                .start(frameClock.start())
                .silenceAfter(SILENCE_AFTER)
                .segmentsAtSplices(spec.listing().splices())
                .keepUpWith(frameClock::now)
                .processing(host.treatment().processing())
                .gopReports(host.gopReports())
                .threads(host.threads())
                .clock(host.clock())
                .events(host.events())
                .meters(host.meters())
                .build();
        LiveSubtitles subtitles = language == null ? null : packager.subtitles(TEXT);
        return new Pipeline(grid, frameClock, packager, transcoder, outage, new Words(subtitles, language));
    }

    private static SegmentationPolicy policy(ChannelSpec spec, EpochGrid grid) {
        SegmentationPolicy live = SegmentationPolicy.live(grid);
        return spec.listing().splices() ? live.withMovingBoundaries() : live;
    }

    private static Ladder ladder(ChannelSpec spec, Lineup.Program program) {
        VideoFormat video = program.video();
        Ladder ladder = spec.ladder();
        if (ladder == null) {
            ladder = Ladder.standard(video == null ? new PictureSize(2, 2) : video.uprightSize());
        }
        boolean sound = program.has(Codec.Kind.AUDIO) && !ladder.audio().isEmpty();
        boolean picture = video != null && !ladder.video().isEmpty();
        if (!sound && !picture) {
            throw MediaException.invalidArgument("channel " + spec.name() + ": the source has no "
                    + (video == null ? "pictures" : "sound") + " and the ladder nothing else");
        }
        Ladder present = new Ladder(picture ? ladder.video() : List.of(), sound ? ladder.audio() : List.of());
        return spec.isLowLatency() ? present.withSettings(Pipeline::immediate) : present;
    }

    /** Without pictures that wait for later ones; what the ladder says itself stays. */
    private static EncoderSettings immediate(EncoderSettings settings) {
        if (settings.codec() != Codec.AVC) {
            return settings;
        }
        EncoderSettings next = settings;
        for (Map.Entry<String, String> option : NO_DELAY.entrySet()) {
            next = settings.options().containsKey(option.getKey())
                    ? next
                    : next.withOption(option.getKey(), option.getValue());
        }
        return next;
    }

    EpochGrid grid() {
        return grid;
    }

    Optional<LiveSubtitles> subtitles() {
        return words.subtitles();
    }

    PackagingFigures packaging() {
        return packager.figures();
    }

    TranscoderStats transcoding() {
        return transcoder.stats();
    }

    LoadFigures load() {
        return transcoder.load();
    }

    @Override
    public void accept(StreamItem item) {
        if (item instanceof TrackInfo info) {
            tracks.put(info.track().id(), info.track());
        } else if (item instanceof Sample sample) {
            Track track = tracks.get(sample.trackId());
            if (track != null && track.kind() == Codec.Kind.TEXT) {
                try (sample) {
                    words.say(track, tracks.values(), sample, frameClock.shift());
                }
                return;
            }
            if (track != null && !frameClock.await(sample, track)) {
                sample.close();
                throw MediaException.closed("channel");
            }
            long now = frameClock.now();
            long before = coveredTo();
            transcoder.accept(item);
            outage.sample(now, before, coveredTo());
            return;
        }
        transcoder.accept(item);
        if (item instanceof Discontinuity gap && gap.cause() == Discontinuity.Cause.RESTART) {
            frameClock.restart(transcoder.coveredTo().map(Timestamp::toNanos).orElse(frameClock.now()));
        }
        if (item instanceof EndOfStream) {
            packager.finish();
        }
    }

    /** Goes on without the source where that is due; whether it is silent now. */
    boolean idle() {
        Outage.Cover cover = outage.idle(frameClock.now(), coveredTo());
        if (!cover.equals(Outage.NONE)) {
            transcoder.cover(Timestamp.of(cover.end(), Timebase.NANOS), cover.black());
        }
        return outage.covers();
    }

    // Before the first picture nothing can be covered: as if everything were.
    private long coveredTo() {
        return transcoder.coveredTo().map(Timestamp::toNanos).orElse(Long.MAX_VALUE);
    }

    @Override
    public void close() {
        frameClock.close();
        transcoder.close();
        packager.close();
    }
}

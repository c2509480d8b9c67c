package io.headend.examples;

import io.headend.core.Codec;
import io.headend.core.EpochGrid;
import io.headend.core.PictureSize;
import io.headend.core.Rational;
import io.headend.core.Sample;
import io.headend.core.StreamItem;
import io.headend.core.StreamSink;
import io.headend.core.StreamSource;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import io.headend.core.Track;
import io.headend.core.TrackInfo;
import io.headend.ffmpeg.Demuxer;
import io.headend.packaging.Packager;
import io.headend.packaging.SegmentStore;
import io.headend.packaging.SegmentationPolicy;
import io.headend.transcode.AudioRendition;
import io.headend.transcode.EncoderSettings;
import io.headend.transcode.Ladder;
import io.headend.transcode.RateControl;
import io.headend.transcode.Rendition;
import io.headend.transcode.TimelineStart;
import io.headend.transcode.Transcoder;
import io.headend.transcode.shots.ContentLadder;
import io.headend.transcode.shots.ShotEncoder;
import io.headend.transcode.shots.ShotReport;
import io.headend.transcode.shots.ShotTarget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A file to a packaged ladder, shot by shot: one rung after the other, each with all cores; then the sound. */
final class ShotVod implements AutoCloseable {

    private static final Duration LONGEST = Duration.ofSeconds(4);

    private final String input;
    private final String file;
    private final LadderOptions options;
    private final ShotOptions shots;
    private final Optional<Protection> protection;
    private final SegmentStore store;
    private final Consumer<String> progress;
    private final AtomicLong pictures = new AtomicLong();
    private final Map<String, ShotReport> reports = new LinkedHashMap<>();
    private final ExecutorService executor;
    private @Nullable Packager packager;

    /** A rung with what it is encoded for. */
    private record Rung(
            String name, PictureSize size, PictureSize scored, double vmaf, double floor, EncoderSettings settings) {}

    /** @param progress told in words how far the work is */
    ShotVod(
            String input,
            String file,
            LadderOptions options,
            ShotOptions shots,
            Optional<Protection> protection,
            SegmentStore store,
            Consumer<String> progress) {
        this.input = input;
        this.file = file;
        this.options = options;
        this.shots = shots;
        this.protection = protection;
        this.store = store;
        this.progress = progress;
        this.executor =
                Executors.newFixedThreadPool(Math.min(32, Runtime.getRuntime().availableProcessors()), task -> {
                    Thread thread = new Thread(task, "shots");
                    thread.setDaemon(true);
                    return thread;
                });
    }

    void run() {
        List<Track> tracks;
        try (Demuxer demuxer = Demuxer.builder(file).open()) {
            tracks = demuxer.tracks();
        }
        Ladder standard = options.ladder(tracks);
        List<Rung> rungs = rungs(standard);
        Packager.Builder packaging = null;
        Timestamp start = null;
        for (Rung rung : rungs) {
            pictures.set(0);
            try (ShotEncoder encoder = ShotEncoder.builder(file, rung.settings())
                    .size(rung.size())
                    .scoredAt(rung.scored())
                    .longest(LONGEST)
                    .executor(executor)
                    .progress(more -> progress.accept(
                            rung.name() + ": " + pictures.addAndGet(more) + " pictures encoded, probes included"))
                    .build()) {
                if (packaging == null) {
                    EpochGrid grid = EpochGrid.nearest(encoder.frameRate(), LONGEST, LONGEST);
                    packaging = Packager.builder(store).policy(SegmentationPolicy.vod(grid));
                    start = encoder.start();
                    packager = packager(packaging, rungs, standard.audio());
                }
                Packager open = Objects.requireNonNull(packager);
                reports.put(
                        rung.name(),
                        encoder.encode(
                                new ShotTarget(rung.vmaf(), rung.floor()), named(rung.name(), open.sink(rung.name()))));
            }
        }
        if (!standard.audio().isEmpty() && start != null && packager != null) {
            sound(standard.audio(), start, packager);
        }
        if (packager != null) {
            packager.finish();
        }
    }

    private Packager packager(Packager.Builder packaging, List<Rung> rungs, List<AudioRendition> audio) {
        List<String> names = new ArrayList<>(rungs.stream().map(Rung::name).toList());
        audio.forEach(rendition -> names.add(rendition.name()));
        for (String name : names) {
            protection.ifPresentOrElse(own -> own.declare(packaging, name, LONGEST), () -> packaging.rendition(name));
        }
        return packaging.build();
    }

    private static StreamSink named(String name, StreamSink sink) {
        return (StreamItem item) -> sink.accept(
                item instanceof TrackInfo info ? new TrackInfo(info.track().withName(name)) : item);
    }

    private List<Rung> rungs(Ladder standard) {
        double target = shots.target == null ? 0 : shots.target;
        Rendition top = standard.video().get(0);
        List<Rung> result = new ArrayList<>();
        if (!shots.isAutomatic()) {
            for (Rendition rendition : standard.video()) {
                result.add(new Rung(
                        rendition.name(),
                        rendition.size(),
                        rendition.size(),
                        target,
                        shots.floor,
                        rendition.settings()));
            }
            return result;
        }
        EncoderSettings settings = top.settings();
        List<ContentLadder.Rung> chosen = ContentLadder.of(file, settings, target, executor);
        for (ContentLadder.Rung rung : chosen) {
            String name = "v" + rung.size().height();
            boolean taken = result.stream().anyMatch(other -> other.name().equals(name));
            String own = taken ? name + "-" + Math.round(rung.bitrate() / 1000) + "k" : name;
            // A rung may peak at three times what it needs on average, within the cap of the top.
            long cap = Math.min(
                    settings.rateControl().maxrate(), Math.max(100_000, Math.round(3 * rung.bitrate() / 1000) * 1000));
            double floor = result.isEmpty() ? shots.floor : 0;
            result.add(new Rung(
                    own,
                    rung.size(),
                    top.size(),
                    rung.vmaf(),
                    floor,
                    settings.withRateControl(RateControl.CappedQuality.of(23, cap))));
        }
        return result;
    }

    private void sound(List<AudioRendition> audio, Timestamp start, Packager to) {
        EpochGrid grid = EpochGrid.nearest(Rational.of(25, 1), LONGEST, LONGEST);
        try (StreamSource source = Inputs.recording(input);
                Transcoder transcoder = Transcoder.builder(new Ladder(List.of(), audio), grid)
                        .outputs(to::sink)
                        .start(TimelineStart.fixed(start, Timestamp.of(0, Timebase.NANOS)))
                        .build()) {
            source.run(new SoundOnly(transcoder));
        }
    }

    /** Passes what belongs to sound. */
    private static final class SoundOnly implements StreamSink {

        private final StreamSink sink;
        private final List<Integer> sound = new ArrayList<>();

        SoundOnly(StreamSink sink) {
            this.sink = sink;
        }

        @Override
        public void accept(StreamItem item) {
            if (item instanceof TrackInfo info) {
                if (info.track().kind() == Codec.Kind.AUDIO) {
                    sound.add(info.track().id());
                    sink.accept(item);
                }
            } else if (item instanceof Sample sample && !sound.contains(sample.trackId())) {
                sample.close();
            } else {
                sink.accept(item);
            }
        }
    }

    Map<String, ShotReport> reports() {
        return reports;
    }

    @Nullable
    Packager packager() {
        return packager;
    }

    @Override
    public void close() {
        executor.shutdownNow();
        if (packager != null) {
            packager.close();
        }
    }
}

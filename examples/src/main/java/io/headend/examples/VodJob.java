package io.headend.examples;

import io.headend.core.Codec;
import io.headend.core.EndOfStream;
import io.headend.core.EpochGrid;
import io.headend.core.HandoverQueue;
import io.headend.core.MediaException;
import io.headend.core.OverflowPolicy;
import io.headend.core.Sample;
import io.headend.core.StreamItem;
import io.headend.core.StreamSink;
import io.headend.core.Timestamp;
import io.headend.core.Track;
import io.headend.core.TrackInfo;
import io.headend.packaging.Packager;
import io.headend.packaging.SegmentStore;
import io.headend.packaging.SegmentationPolicy;
import io.headend.transcode.Ladder;
import io.headend.transcode.Processing;
import io.headend.transcode.Transcoder;
import io.headend.transcode.TranscoderStats;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One file on its way to a packaged ladder: transcoder and packager, built when the source has said what its tracks are.
 *
 * <p><b>Threading:</b> {@code accept} by one thread, {@code close} by any.
 */
final class VodJob implements StreamSink, AutoCloseable {

    private static final int MOST_HELD = 400;
    private static final long MOST_HELD_BYTES = 16L << 20;

    private final LadderOptions options;
    private final Processing processing;
    private final Optional<Protection> protection;
    private final SegmentStore store;
    private final Consumer<Duration> progress;
    private final List<Track> tracks = new ArrayList<>();
    // A transport stream tells what a track is with the track's first sample: the first ones wait for the others.
    private final HandoverQueue held =
            new HandoverQueue("vod", 2 * MOST_HELD, 2 * MOST_HELD_BYTES, OverflowPolicy.BLOCK);
    private volatile @Nullable Running running;
    private long firstNanos = Long.MAX_VALUE;

    private record Running(Ladder ladder, EpochGrid grid, Packager packager, Transcoder transcoder) {}

    /**
     * Prepares a job.
     *
     * @param progress is told how much media time has been worked off
     */
    VodJob(
            LadderOptions options,
            Processing processing,
            Optional<Protection> protection,
            SegmentStore store,
            Consumer<Duration> progress) {
        this.options = options;
        this.processing = processing;
        this.protection = protection;
        this.store = store;
        this.progress = progress;
    }

    @Override
    public void accept(StreamItem item) {
        Running job = running;
        if (job == null) {
            if (item instanceof TrackInfo info) {
                tracks.add(info.track());
                return;
            }
            if (holds(item)) {
                return;
            }
            job = start();
            for (StreamItem next = held.poll(0); next != null; next = held.poll(0)) {
                deliver(next, job);
            }
        }
        deliver(item, job);
    }

    /** Takes the item over, unless it is time to start. */
    private boolean holds(StreamItem item) {
        HandoverQueue.Stats waiting = held.stats();
        boolean known = has(Codec.Kind.VIDEO) || has(Codec.Kind.AUDIO);
        if (!known || !(item instanceof Sample sample)) {
            boolean ends = item instanceof EndOfStream && waiting.items() > 0;
            if (!ends) {
                item.close();
            }
            return !ends;
        }
        boolean complete = has(Codec.Kind.VIDEO) && has(Codec.Kind.AUDIO);
        if (complete || waiting.items() >= MOST_HELD || waiting.bytes() + sample.size() > MOST_HELD_BYTES) {
            return false;
        }
        held.accept(sample);
        return true;
    }

    private boolean has(Codec.Kind kind) {
        return tracks.stream().anyMatch(track -> track.kind() == kind);
    }

    private void deliver(StreamItem item, Running job) {
        if (item instanceof Sample sample) {
            report(sample);
        }
        job.transcoder().accept(item);
    }

    private Running start() {
        EpochGrid grid = options.grid(tracks);
        Ladder ladder = options.ladder(tracks);
        Packager.Builder packaging = Packager.builder(store).policy(SegmentationPolicy.vod(grid));
        for (String name : ladder.names()) {
            protection.ifPresentOrElse(
                    own -> own.declare(
                            packaging,
                            name,
                            Duration.ofNanos(grid.segmentDuration().toNanos())),
                    () -> packaging.rendition(name));
        }
        Packager packager = packaging.build();
        Transcoder transcoder = Transcoder.builder(ladder, grid)
                .processing(processing)
                .outputs(packager::sink)
                .build();
        Running job = new Running(ladder, grid, packager, transcoder);
        running = job;
        for (Track track : tracks) {
            transcoder.accept(new TrackInfo(track));
        }
        return job;
    }

    private void report(Sample sample) {
        for (Track track : tracks) {
            if (track.id() == sample.trackId()) {
                long nanos = Timestamp.of(sample.dts(), track.timebase()).toNanos();
                firstNanos = Math.min(firstNanos, nanos);
                progress.accept(Duration.ofNanos(nanos - firstNanos));
                return;
            }
        }
    }

    /** Writes the manifests; after {@code EndOfStream}. */
    void finish() {
        Running job = running;
        if (job == null) {
            throw MediaException.malformed("the input holds no picture and no sound that can be decoded");
        }
        job.packager().finish();
    }

    Optional<TranscoderStats> stats() {
        Running job = running;
        return job == null ? Optional.empty() : Optional.of(job.transcoder().stats());
    }

    Optional<Packager> packager() {
        Running job = running;
        return job == null ? Optional.empty() : Optional.of(job.packager());
    }

    @Override
    public void close() {
        held.close();
        Running job = running;
        if (job != null) {
            job.transcoder().close();
            job.packager().close();
        }
    }
}

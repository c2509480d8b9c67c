package io.headend.packaging;

import io.headend.core.Codec;
import io.headend.core.EndOfStream;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.Sample;
import io.headend.core.SampleInfo;
import io.headend.core.StreamItem;
import io.headend.core.StreamSink;
import io.headend.core.Track;
import io.headend.core.TrackFormat;
import io.headend.core.TrackInfo;
import io.headend.formats.ac3.SyncFrame;
import io.headend.formats.isobmff.InitializationSegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes each track of a stream into an MP4 file of its own, so that a recording in any container becomes input of a {@link Mezzanine}.
 * Tracks that MP4 files do not carry are left out.
 *
 * <p><b>Threading:</b> one thread at a time.
 */
public final class RemuxSink implements StreamSink, AutoCloseable {

    /** Seconds added to all times, since decoding times may lie before zero. */
    private static final int LEAD = 10;

    private static final int MOST_BYTES = 16 << 20;
    private static final int MOST_SAMPLES = 4_096;
    private static final int MOST_FORMATS = 64;
    private static final int FREE = 0x6672_6565;

    private final Path folder;
    private final Map<Integer, Output> outputs = new LinkedHashMap<>();
    private final List<String> leftOut = new ArrayList<>();
    private boolean ended;

    private RemuxSink(Path folder) {
        this.folder = folder;
    }

    /**
     * A sink that writes below a folder.
     *
     * @param folder made where it does not exist; the files stay the caller's to delete
     */
    public static RemuxSink into(Path folder) {
        return new RemuxSink(folder);
    }

    /** One track on its way into its file. */
    private static final class Output {
        private Track track;
        // as the stream said it last; what is written may say more
        private Track latest;
        private final FolderWriter folder;
        private final String file;
        private final List<Sample> samples = new ArrayList<>();
        private @Nullable CmafMuxer muxer;
        private FolderWriter.@Nullable Open open;
        private long bytes;
        private long chunks;
        private long lastDts = Long.MIN_VALUE;
        private final List<TrackFormat> formats = new ArrayList<>();
        private @Nullable Track changed;
        private boolean joining;
        private long movieAt;
        private boolean unusable;
        private final @Nullable StreamedCues cues;

        Output(Track track, FolderWriter folder) {
            this.track = track;
            this.latest = track;
            this.folder = folder;
            this.file = "track-" + track.id() + ".mp4";
            this.cues = StreamedCues.reads(track) ? new StreamedCues(track) : null;
        }

        private long lead() {
            return (long) LEAD * track.timebase().den() / track.timebase().num();
        }
    }

    @Override
    public void accept(StreamItem item) {
        if (item instanceof TrackInfo info) {
            track(info.track());
        } else if (item instanceof Sample sample) {
            sample(sample);
        } else if (item instanceof EndOfStream) {
            for (Output output : outputs.values()) {
                subtitles(output);
                flush(output, null);
                describe(output);
            }
            ended = true;
        }
    }

    private void track(Track track) {
        Output output = outputs.get(track.id());
        if (output == null) {
            outputs.put(track.id(), new Output(track, new FolderWriter(folder)));
        } else if (output.muxer == null) {
            output.track = track;
            output.latest = track;
        } else if (!output.latest.format().codec().equals(track.format().codec()) && !output.unusable) {
            output.latest = track;
            flush(output, null);
            output.changed = track;
        }
    }

    /** The samples from here on need another sample entry of the file. */
    private static void change(Output output, Track next, ByteBuffer first) {
        Track track = complete(next.withTimebase(output.track.timebase()), first);
        if (!next.timebase().equals(output.track.timebase()) || track.kind() != output.track.kind()) {
            throw MediaException.unsupported("track " + next.name() + " becomes another kind of track in its middle");
        }
        int entry = output.formats.indexOf(track.format());
        if (entry < 0) {
            if (output.formats.size() == MOST_FORMATS) {
                throw MediaException.unsupported(
                        "track " + next.name() + " has more than " + MOST_FORMATS + " formats");
            }
            entry = output.formats.size();
            output.formats.add(track.format());
        }
        output.muxer = CmafMuxer.of(track).describedBy(entry + 1);
    }

    /** What the file says of its formats is known at its end only. */
    private static void describe(Output output) {
        FolderWriter.Open open = output.open;
        if (open != null && output.formats.size() > 1) {
            ByteBuffer free = ByteBuffer.allocate(4).putInt(FREE).flip();
            open.replace(free, output.movieAt + 4);
            ByteBuffer movie =
                    InitializationSegment.movie(output.track, output.formats.subList(1, output.formats.size()));
            open.append(new ByteBuffer[] {movie}, movie.remaining());
        }
    }

    private void sample(Sample sample) {
        Output output = outputs.get(sample.trackId());
        if (output != null && output.cues != null) {
            try (sample) {
                output.cues.add(sample);
            }
            return;
        }
        if (output == null || output.unusable || sample.size() == 0 || isLost(output, sample)) {
            sample.close();
            return;
        }
        if (sample.dts() <= output.lastDts) {
            // pictures that are reordered further are decoded earlier: the first of them with what was before
            SampleInfo info = sample.info();
            Sample later = sample.with(info.withTimes(info.pts(), output.lastDts + 1, info.duration()));
            sample.close();
            keep(output, later);
        } else {
            output.joining = false;
            keep(output, sample);
        }
    }

    /** Whether a sample is behind its time, or needs pictures that another format has. */
    private static boolean isLost(Output output, Sample sample) {
        boolean video = output.track.kind() == Codec.Kind.VIDEO;
        if (output.changed != null && video && !sample.sync()) {
            return true;
        }
        boolean joins = video && (output.changed != null || output.joining) && output.lastDts < sample.pts();
        return sample.dts() <= output.lastDts && !joins;
    }

    private void keep(Output output, Sample sample) {
        try {
            if (output.muxer == null) {
                begin(output, sample);
            }
            if (output.unusable) {
                sample.close();
                return;
            }
            Track changed = output.changed;
            if (changed != null) {
                output.changed = null;
                output.joining = true;
                change(output, changed, sample.data());
            }
            boolean full = output.bytes + sample.size() > MOST_BYTES || output.samples.size() == MOST_SAMPLES;
            boolean due = !output.samples.isEmpty()
                    && sample.sync()
                    && sample.dts() - output.samples.get(0).dts() >= output.lead() / LEAD;
            if (full || due) {
                flush(output, sample);
            }
        } catch (RuntimeException e) {
            sample.close();
            throw e;
        }
        output.samples.add(sample);
        output.bytes += sample.size();
        output.lastDts = sample.dts();
    }

    private void subtitles(Output output) {
        StreamedCues cues = output.cues;
        if (cues == null) {
            return;
        }
        output.track = cues.track();
        for (Sample sample : cues.samples()) {
            if (output.samples.size() == MOST_SAMPLES) {
                flush(output, sample);
            }
            if (output.muxer == null) {
                begin(output, sample);
            }
            output.samples.add(sample);
        }
    }

    private void begin(Output output, Sample first) {
        Track track = complete(output.track, first.data());
        try {
            CmafMuxer muxer = CmafMuxer.of(track);
            output.muxer = muxer;
            output.track = track;
            FolderWriter.Open open = output.folder.open(output.file);
            output.open = open;
            ByteBuffer init = muxer.init();
            output.formats.add(track.format());
            output.movieAt = init.getInt(0);
            open.append(new ByteBuffer[] {init}, init.remaining());
        } catch (MediaException e) {
            if (output.open != null || e.code() == MediaErrorCode.IO) {
                throw e;
            }
            output.unusable = true;
            leftOut.add("track " + track.name() + " is left out: " + e.getMessage());
        }
    }

    /** Says in the configuration what the first access unit says, for codings whose containers may not. */
    static Track complete(Track track, ByteBuffer first) {
        Codec codec = track.format().codec().codec();
        boolean dolby = codec == Codec.AC3 || codec == Codec.EAC3;
        if (!dolby || track.format().codec().record().hasRemaining()) {
            return track;
        }
        return track.withFormat(
                track.format().withCodec(track.format().codec().withRecord(SyncFrame.specificBox(first))));
    }

    private static void flush(Output output, @Nullable Sample next) {
        CmafMuxer muxer = output.muxer;
        FolderWriter.Open open = output.open;
        if (muxer == null || open == null || output.samples.isEmpty()) {
            return;
        }
        Sample first = output.samples.get(0);
        Sample last = output.samples.get(output.samples.size() - 1);
        if (first.dts() + output.lead() < 0) {
            throw MediaException.malformed("track " + output.track.name() + " begins more than " + LEAD
                    + " s before the beginning; normalise the timeline before packaging");
        }
        long end = (next == null ? last.dts() + Math.max(1, last.duration()) : next.dts()) + output.lead();
        CmafMuxer.Position at = new CmafMuxer.Position(output.chunks++, 0, output.lead());
        // presentation times move with the decoding times
        List<Sample> moved = output.samples.stream()
                .map(s -> s.with(s.info().withTimes(s.pts() + output.lead(), s.dts(), s.duration())))
                .toList();
        try {
            open.append(muxer.chunk(at, moved, end));
        } finally {
            moved.forEach(Sample::close);
            output.samples.forEach(Sample::close);
            output.samples.clear();
            output.bytes = 0;
        }
    }

    /**
     * The files, after {@code EndOfStream}.
     *
     * @throws MediaException {@code MALFORMED} if no track had a sample that MP4 files carry
     */
    public List<Path> files() {
        if (!ended) {
            throw new IllegalStateException("the stream has not ended");
        }
        List<Path> files = new ArrayList<>();
        for (Output output : outputs.values()) {
            if (output.open != null) {
                files.add(folder.resolve(output.file));
            }
        }
        if (files.isEmpty()) {
            throw MediaException.malformed("the input has no track that can be packaged"
                    + (leftOut.isEmpty() ? "" : ": " + String.join("; ", leftOut)));
        }
        return files;
    }

    /** Which tracks are left out and why, one sentence each. */
    public List<String> leftOut() {
        return List.copyOf(leftOut);
    }

    /** Closes the files. Harmless when repeated. */
    @Override
    public void close() {
        for (Output output : outputs.values()) {
            output.samples.forEach(Sample::close);
            output.samples.clear();
            FolderWriter.Open open = output.open;
            if (open != null) {
                open.close();
            }
        }
    }
}

package io.headend.packaging;

import io.headend.core.AudioFormat;
import io.headend.core.Codec;
import io.headend.core.EpochGrid;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.Rational;
import io.headend.core.SampleProtector;
import io.headend.core.VideoFormat;
import io.headend.core.http.MediaBody;
import io.headend.formats.isobmff.MovieTrack;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A recording in MP4 files, one or more tracks in each, as the renditions of one presentation. Where it is cut is worked out from the
 * files' own indices when it is opened; segments are made when they are asked for, out of the samples where they lie, so that opening and
 * packaging take the same memory for an hour as for a day.
 *
 * <p>All renditions are cut at the same times: at sync samples that every picture rendition has, each nearest to a multiple of the wished
 * length. The earliest sample of all is at time zero. Edit lists are followed; sound that an encoder put before the beginning is left
 * out.
 *
 * <p><b>Threading:</b> one thread at a time.
 */
public final class Mezzanine implements AutoCloseable {

    private final List<Mp4File> files = new ArrayList<>();
    private final Map<String, Rendition> renditions = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();
    private final Duration wished;
    private final SegmentSource source = new SegmentSource();
    private @Nullable Manifests manifests;

    /** A track, its muxer and what is known of its segments. */
    private record Rendition(SourceTrack source, CmafMuxer muxer, List<SegmentEntry> entries) {}

    private Mezzanine(Builder builder) {
        this.wished = builder.segment;
        boolean done = false;
        try {
            for (Builder.Input input : builder.inputs) {
                files.add(Mp4File.open(input.file(), input.shownAs()));
            }
            List<SourceTrack> tracks = tracks();
            plan(tracks);
            for (SourceTrack track : tracks) {
                Optional<SampleProtector> protector = builder.protection.apply(track.name());
                CmafMuxer muxer = CmafMuxer.of(track.track(), protector);
                renditions.put(track.name(), new Rendition(track, muxer, entries(track, muxer)));
            }
            done = true;
        } catch (ArithmeticException | IllegalArgumentException e) {
            // times and sizes of a damaged index that no coding has
            throw new MediaException(MediaErrorCode.MALFORMED, "the index is damaged: " + e.getMessage(), e);
        } finally {
            if (!done) {
                close();
            }
        }
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * Whether a file is an MP4 file by its first bytes. What is not can go through a {@link RemuxSink}.
     *
     * @throws MediaException {@code IO} or {@code INVALID_ARGUMENT} if it cannot be read
     */
    public static boolean reads(Path file) {
        return Mp4File.isMp4(file);
    }

    private List<SourceTrack> tracks() {
        List<SourceTrack> found = new ArrayList<>();
        Set<String> names = new HashSet<>();
        Set<String> sounds = new HashSet<>();
        for (Mp4File file : files) {
            file.skipped().forEach(why -> notes.add(file.name() + ": " + why));
            boolean muxed = file.tracks().stream().anyMatch(t -> t.track().kind() == Codec.Kind.VIDEO);
            for (MovieTrack track : file.tracks()) {
                if (!isPackaged(track)) {
                    notes.add(file.name() + ": track " + track.track().id() + " ("
                            + track.track().format().codec().name() + ") is left out: it is not packaged");
                } else if (track.track().kind() == Codec.Kind.AUDIO && muxed && !sounds.add(soundOf(track, file))) {
                    notes.add(file.name() + ": track " + track.track().id()
                            + " is left out: another input has the same sound");
                } else {
                    found.add(new SourceTrack(nameFor(track, names), file, track));
                }
            }
        }
        if (found.isEmpty()) {
            throw MediaException.malformed("no input has a track that can be packaged" + (notes.isEmpty() ? "" : ": ")
                    + String.join("; ", notes));
        }
        return found;
    }

    private static boolean isPackaged(MovieTrack track) {
        return switch (track.track().format().codec().codec()) {
            case AVC, HEVC, AV1, VP9, AAC, AC3, EAC3, OPUS, FLAC, MP3 -> true;
            default -> false;
        };
    }

    /** Muxed inputs of one ladder repeat the sound; tracks of one file are all different. */
    private String soundOf(MovieTrack track, Mp4File file) {
        long before = file.tracks().stream()
                .takeWhile(t -> t.track().id() != track.track().id())
                .filter(t -> t.track().kind() == Codec.Kind.AUDIO)
                .count();
        AudioFormat format = (AudioFormat) track.track().format();
        return before + "/" + format.codec().name() + "/" + format.channels() + "/" + format.sampleRate() + "/"
                + track.track().language();
    }

    private static String nameFor(MovieTrack track, Set<String> taken) {
        String base;
        if (track.track().format() instanceof VideoFormat video) {
            base = "v" + video.height();
        } else {
            String language = track.track().language();
            base = language == null ? "audio" : "audio-" + language;
        }
        String name = base;
        for (int i = 2; !taken.add(name); i++) {
            name = base + "-" + i;
        }
        return name;
    }

    private void plan(List<SourceTrack> tracks) {
        long origin = tracks.stream().mapToLong(SourceTrack::startNanos).min().orElse(0);
        tracks.forEach(track -> track.origin(origin));
        List<SourceTrack> videos = tracks.stream().filter(SourceTrack::isVideo).toList();
        long[] cuts;
        long frame = 0;
        if (videos.isEmpty()) {
            cuts = evenly(tracks.stream().mapToLong(SourceTrack::endNanos).max().orElse(0));
        } else {
            boolean open = videos.stream().anyMatch(SourceTrack::hasOpenGroups);
            List<CutPlan.SyncTimes> closed =
                    videos.stream().map(v -> v.syncTimes(true)).toList();
            List<CutPlan.SyncTimes> all =
                    videos.stream().map(v -> v.syncTimes(false)).toList();
            if (open && closed.get(0).nanos().length * 4 < all.get(0).nanos().length) {
                notes.add("groups of pictures are open: segments begin with pictures that need the segment before");
                closed = all;
            }
            cuts = CutPlan.of(closed, wished);
            frame = closed.stream().mapToLong(CutPlan.SyncTimes::frame).min().orElse(0);
        }
        for (SourceTrack track : tracks) {
            track.cut(cuts, frame);
        }
    }

    private long[] evenly(long end) {
        int count = (int) Math.min(Integer.MAX_VALUE / 16, Math.max(0, (end - 1) / wished.toNanos()));
        long[] cuts = new long[count];
        for (int i = 0; i < count; i++) {
            cuts[i] = wished.toNanos() * (i + 1);
        }
        return cuts;
    }

    private static List<SegmentEntry> entries(SourceTrack track, CmafMuxer muxer) {
        List<SegmentEntry> entries = new ArrayList<>();
        for (SourceTrack.Planned planned : track.segments()) {
            muxer.beginSegment(entries.size());
            long header = 150 + 12L * planned.samples();
            entries.add(new SegmentEntry(
                    entries.size(),
                    planned.start(),
                    Math.max(1, planned.end() - planned.start()),
                    false,
                    "init.mp4",
                    SegmentEntry.Layout.of(planned.bytes() + header).keyed(muxer.changedKey())));
        }
        return entries;
    }

    /** Names of the renditions, which are their folders. */
    public List<String> renditions() {
        return List.copyOf(renditions.keySet());
    }

    /** What is left out or deserves a look, one sentence each. */
    public List<String> notes() {
        return List.copyOf(notes);
    }

    /** From the first sample shown to the end of the last. */
    public Duration duration() {
        return Duration.ofNanos(renditions.values().stream()
                .mapToLong(r -> r.source().endNanos())
                .max()
                .orElse(0));
    }

    /** Bytes of all samples. */
    public long sampleBytes() {
        return renditions.values().stream()
                .mapToLong(r -> r.source().sampleBytes())
                .sum();
    }

    /** What manifests say. Sizes of segments that were not made yet are estimates, a fraction of a percent off. */
    public Presentation presentation() {
        Rational rate = renditions.values().stream()
                .map(r -> r.source().track().format())
                .filter(VideoFormat.class::isInstance)
                .map(f -> ((VideoFormat) f).frameRate())
                .filter(java.util.Objects::nonNull)
                .findFirst()
                .orElse(Rational.of(25, 1));
        EpochGrid grid = EpochGrid.nearest(rate, wished, wished);
        List<PublishedTrack> tracks = new ArrayList<>();
        for (Rendition rendition : renditions.values()) {
            tracks.add(new PublishedTrack(
                    rendition.source().track(),
                    io.headend.formats.CodecStrings.of(
                            rendition.source().track().format()),
                    rendition.muxer().protection(),
                    rendition.entries()));
        }
        ManifestSettings settings = ManifestSettings.vod(SegmentationPolicy.vod(grid));
        return new Presentation(1, settings, Presentation.Breaks.NONE, true, tracks, List.of());
    }

    /** Manifests with the sizes that are known when they are first asked for. */
    Manifests manifests() {
        Manifests made = manifests;
        if (made == null) {
            made = Manifests.of(presentation());
            manifests = made;
        }
        return made;
    }

    boolean has(String rendition, long number) {
        Rendition found = renditions.get(rendition);
        return found != null && number >= 0 && number < found.entries().size();
    }

    String mimeType(String rendition) {
        return MimeTypes.of(find(rendition).source().track());
    }

    /** The initialisation segment of a rendition. */
    ByteBuffer init(String rendition) {
        return find(rendition).muxer().init();
    }

    /**
     * Makes a segment, usually as one chunk.
     *
     * @param to takes each chunk; its bytes are lent until the call returns
     */
    void segment(String rendition, long number, Consumer<Chunk> to) {
        Rendition made = find(rendition);
        List<SourceTrack.Planned> planned = made.source().segments();
        if (number < 0 || number >= planned.size()) {
            throw MediaException.invalidArgument("rendition " + rendition + " has no segment " + number);
        }
        CmafMuxer muxer = made.muxer();
        muxer.beginSegment(number);
        SourceTrack.Planned segment = planned.get((int) number);
        CmafMuxer.Preamble preamble = number == planned.size() - 1 ? CmafMuxer.Preamble.LAST : CmafMuxer.Preamble.NONE;
        CmafMuxer.Position[] at = {null};
        long[] bytes = {0, 0};
        source.read(made.source(), segment, (samples, together, next) -> {
            CmafMuxer.Position position = at[0] == null ? CmafMuxer.Position.first(number, samples.get(0)) : at[0];
            long last = position.decodeTime(samples.get(samples.size() - 1));
            long end = next == Segmenter.UNKNOWN ? Math.max(segment.end(), last + 1) : next + position.decodeShift();
            Chunk chunk = muxer.chunk(position, samples, end, together, preamble);
            to.accept(chunk);
            if (position.index() == 0 && samples.get(0).sync()) {
                bytes[1] =
                        chunk.parts().get(0).remaining() + (long) samples.get(0).size();
            }
            bytes[0] += chunk.bytes();
            at[0] = position.next();
        });
        SegmentEntry estimate = made.entries().get((int) number);
        made.entries()
                .set(
                        (int) number,
                        new SegmentEntry(
                                number,
                                estimate.start(),
                                estimate.duration(),
                                false,
                                estimate.init(),
                                new SegmentEntry.Layout(bytes[0], bytes[1], List.of(), muxer.changedKey())));
    }

    private Rendition find(String rendition) {
        Rendition found = renditions.get(rendition);
        if (found == null) {
            throw MediaException.invalidArgument("there is no rendition " + rendition);
        }
        return found;
    }

    /** What is written. */
    public enum Output {
        /** CMAF segments, {@code master.m3u8} and {@code media.m3u8} of each rendition. */
        HLS,
        /** CMAF segments and {@code manifest.mpd}. */
        DASH,
        /**
         * Transport stream segments, the first sound in those of each picture rendition, with playlists {@code master-ts.m3u8} and {@code
         * media-ts.m3u8}, or {@code master.m3u8} and {@code media.m3u8} where there are no others.
         */
        TS
    }

    /**
     * Writes segments and manifests.
     *
     * @param directory made where it does not exist
     * @param outputs at least one
     * @param progress is told how many bytes of samples are packaged
     * @throws MediaException {@code IO} if a file cannot be read or written, {@code MALFORMED} if an input is damaged; what was
     *     written stays, the manifests come last
     */
    public void write(Path directory, Set<Output> outputs, LongConsumer progress) {
        FolderWriter folder = new FolderWriter(directory);
        boolean cmaf = outputs.contains(Output.HLS) || outputs.contains(Output.DASH);
        TsOutput ts = null;
        if (outputs.contains(Output.TS)) {
            List<SourceTrack> tracks =
                    renditions.values().stream().map(Rendition::source).toList();
            try {
                ts = new TsOutput(folder, tracks, outputs.contains(Output.HLS) ? "-ts" : "");
                notes.addAll(ts.leftOut());
            } catch (MediaException e) {
                if (!cmaf || e.code() != MediaErrorCode.UNSUPPORTED) {
                    throw e;
                }
                notes.add(String.valueOf(e.getMessage()));
            }
        }
        if (cmaf) {
            renditions.keySet().forEach(name -> folder.file(name + "/init.mp4", init(name)));
        }
        int most = renditions.values().stream()
                .mapToInt(r -> r.entries().size())
                .max()
                .orElse(0);
        long done = 0;
        for (int number = 0; number < most; number++) {
            for (Map.Entry<String, Rendition> rendition : renditions.entrySet()) {
                List<SourceTrack.Planned> planned =
                        rendition.getValue().source().segments();
                if (number < planned.size()) {
                    if (cmaf) {
                        segmentFile(folder, rendition.getKey(), number);
                    }
                    done += planned.get(number).bytes();
                }
            }
            if (ts != null) {
                ts.segment(number);
            }
            progress.accept(done);
        }
        if (ts != null) {
            ts.playlists();
        }
        Manifests.of(presentation()).documents().forEach((path, document) -> {
            boolean wanted = outputs.contains(path.endsWith(".mpd") ? Output.DASH : Output.HLS);
            if (wanted && document.body() instanceof MediaBody.Bytes text) {
                folder.file(path, text.parts().get(0));
            }
        });
    }

    private void segmentFile(FolderWriter folder, String rendition, int number) {
        try (FolderWriter.Open file = folder.open(rendition + "/" + number + ".m4s")) {
            segment(rendition, number, file::append);
        }
    }

    @Override
    public void close() {
        files.forEach(Mp4File::close);
    }

    /** Which files, and how. */
    public static final class Builder {
        private record Input(Path file, String shownAs) {}

        private final List<Input> inputs = new ArrayList<>();
        private Duration segment = Duration.ofSeconds(4);
        private Function<String, Optional<SampleProtector>> protection = name -> Optional.empty();

        private Builder() {}

        /** Adds an MP4 file; each of its tracks becomes a rendition. */
        public Builder input(Path file) {
            return input(file, file.toString());
        }

        /**
         * The same for a file that stands for another.
         *
         * @param shownAs its name in messages
         */
        public Builder input(Path file, String shownAs) {
            inputs.add(new Input(file, shownAs));
            return this;
        }

        /** Wished length of a segment, from 100 ms to 60 s; 4 s by default. */
        public Builder segment(Duration length) {
            if (length.toMillis() < 100 || length.toSeconds() > 60) {
                throw MediaException.invalidArgument("segment length " + length.toMillis() + " ms is not 0.1 to 60 s");
            }
            this.segment = length;
            return this;
        }

        /** What encrypts a rendition, by its name; nothing by default. */
        public Builder protection(Function<String, Optional<SampleProtector>> protectors) {
            this.protection = protectors;
            return this;
        }

        /**
         * Opens the files and works out the cuts.
         *
         * @throws MediaException {@code MALFORMED} or {@code UNSUPPORTED} if a file cannot be read or the renditions do not
         *     align, {@code IO}
         */
        public Mezzanine open() {
            if (inputs.isEmpty()) {
                throw new MediaException(MediaErrorCode.INVALID_ARGUMENT, "a mezzanine needs at least one file");
            }
            return new Mezzanine(this);
        }
    }
}

package io.headend.packaging;

import io.headend.core.AudioFormat;
import io.headend.core.Codec;
import io.headend.core.Cue;
import io.headend.core.EpochGrid;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.Rational;
import io.headend.core.SampleProtector;
import io.headend.core.Timebase;
import io.headend.core.Track;
import io.headend.core.TrackRole;
import io.headend.core.VideoFormat;
import io.headend.core.http.MediaBody;
import io.headend.formats.hls.SegmentProtector;
import io.headend.formats.isobmff.MovieTrack;
import io.headend.formats.mpegts.UnitProtector;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
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

    // half a year in the shortest segments
    private static final int MAX_SEGMENTS = 1 << 22;

    private final List<Mp4File> files = new ArrayList<>();
    private final Map<String, MezzanineRendition> renditions = new LinkedHashMap<>();
    private final Set<Integer> breaks = new TreeSet<>();
    private final List<String> notes = new ArrayList<>();
    private final List<Cue> cues;
    private final Duration wished;
    private final Optional<ThumbnailTrack> thumbnails;
    private final HlsProtection hlsProtection;
    private final SegmentSource source = new SegmentSource();
    private @Nullable Manifests manifests;

    private static Cue moved(Cue cue, long nanos) {
        Timebase base = cue.at().timebase();
        long shift = Timebase.NANOS.convert(nanos, base);
        return new Cue(cue.schemeIdUri(), cue.id(), cue.at().plusTicks(shift), cue.duration(), cue.message());
    }

    /** A text track that has its name. */
    private record Text(Track track, SubtitleText text) {}

    private Mezzanine(Builder builder) {
        this.wished = builder.segment;
        this.hlsProtection = builder.hlsProtection;
        this.thumbnails = Optional.ofNullable(builder.thumbnails).map(ThumbnailTrack::new);
        boolean done = false;
        try {
            for (Builder.Input input : builder.inputs) {
                files.add(Mp4File.open(input.file(), input.shownAs()));
            }
            Set<String> names = new HashSet<>();
            List<SourceTrack> tracks = tracks(names);
            long origin =
                    tracks.stream().mapToLong(SourceTrack::startNanos).min().orElse(0);
            tracks.forEach(track -> track.file().named(() -> track.origin(origin)));
            cues = builder.cues.stream().map(cue -> moved(cue, -origin)).toList();
            long[] cuts = plan(tracks);
            breaks.addAll(FormatChanges.breaks(tracks));
            for (SourceTrack track : tracks) {
                Optional<SampleProtector> protector = builder.protection.apply(track.name());
                Optional<SegmentProtector> whole = hlsProtection.segments().apply(track.name());
                if (whole.isPresent() && (protector.isPresent() || builder.trickPlay)) {
                    throw MediaException.invalidArgument("rendition " + track.name()
                            + " is encrypted in whole segments; it has no encrypted samples and no trick play");
                }
                track.file()
                        .named(() -> renditions.put(
                                track.name(), new SampleRendition(track, source, breaks, protector, whole)));
            }
            if (builder.trickPlay) {
                smallest(tracks).ifPresent(track -> {
                    String name = track.name() + "-trick";
                    renditions.put(name, new TrickRendition(track, name, breaks, builder.protection.apply(name)));
                });
            }
            long end = tracks.stream().mapToLong(SourceTrack::endNanos).max().orElse(0);
            for (Text text : texts(builder.subtitles, names, origin)) {
                renditions.put(text.track().name(), new TextRendition(text.track(), text.text(), cuts, end, breaks));
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

    private List<SourceTrack> tracks(Set<String> names) {
        List<SourceTrack> found = new ArrayList<>();
        Set<String> sounds = new HashSet<>();
        for (Mp4File file : files) {
            file.skipped().forEach(why -> notes.add(file.name() + ": " + why));
            if (file.tracks().isEmpty() && file.skipped().isEmpty()) {
                notes.add(file.name() + ": it has no track");
            }
            boolean muxed = file.tracks().stream().anyMatch(t -> t.track().kind() == Codec.Kind.VIDEO);
            for (MovieTrack track : file.tracks()) {
                if (!isPackaged(track) && !SubtitleText.reads(track)) {
                    notes.add(file.name() + ": track " + track.track().id() + " ("
                            + track.track().format().codec().name() + ") is left out: it is not packaged");
                } else if (track.track().kind() == Codec.Kind.AUDIO && muxed && !sounds.add(soundOf(track, file))) {
                    notes.add(file.name() + ": track " + track.track().id()
                            + " is left out: another input has the same sound");
                } else if (isPackaged(track)) {
                    file.named(() -> found.add(new SourceTrack(nameFor(track.track(), names), file, track)));
                }
            }
        }
        if (found.isEmpty()) {
            throw MediaException.malformed("no input has a track that can be packaged" + (notes.isEmpty() ? "" : ": ")
                    + String.join("; ", notes));
        }
        return found;
    }

    /** Those inside the files, whose times move with the pictures, then those in files of their own, whose times do not. */
    private List<Text> texts(List<Subtitles> beside, Set<String> names, long originNanos) {
        List<Text> found = new ArrayList<>();
        Set<SubtitleText> seen = new HashSet<>();
        for (Mp4File file : files) {
            for (MovieTrack track : file.tracks()) {
                if (SubtitleText.reads(track) && SubtitleText.read(file, track) instanceof SubtitleText.Cues cues) {
                    SubtitleText text = new SubtitleText.Cues(cues.file().moved(-originNanos / 1_000_000));
                    if (seen.add(text)) { // muxed inputs of one ladder repeat it
                        found.add(text(
                                text, track.track().language(), track.track().roles(), names));
                    } else {
                        notes.add(file.name() + ": track " + track.track().id()
                                + " is left out: another track has the same subtitles");
                    }
                }
            }
        }
        for (Subtitles file : beside) {
            found.add(text(SubtitleText.read(file.file()), file.language(), file.roles(), names));
        }
        return found;
    }

    private static Text text(SubtitleText text, @Nullable String language, Set<TrackRole> roles, Set<String> names) {
        Track track = new Track(0, "text", text.format(), Timebase.MPEG, language, roles);
        return new Text(track.withName(nameFor(track, names)), text);
    }

    private static Optional<SourceTrack> smallest(List<SourceTrack> tracks) {
        return tracks.stream()
                .filter(SourceTrack::isVideo)
                .min(Comparator.comparingInt(t -> ((VideoFormat) t.track().format()).height()));
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

    private static String nameFor(Track track, Set<String> taken) {
        String base;
        if (track.format() instanceof VideoFormat video) {
            base = "v" + video.height();
        } else {
            String kind = track.kind() == Codec.Kind.TEXT ? "text" : "audio";
            String language = track.language();
            base = language == null ? kind : kind + "-" + language;
        }
        String name = base;
        for (int i = 2; !taken.add(name); i++) {
            name = base + "-" + i;
        }
        return name;
    }

    private long[] plan(List<SourceTrack> tracks) {
        List<SourceTrack> videos = tracks.stream().filter(SourceTrack::isVideo).toList();
        long[] cuts;
        long frame = 0;
        if (videos.isEmpty()) {
            cuts = evenly(tracks);
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
            cuts = CutPlan.of(
                    closed, wished, FormatChanges.instants(tracks, closed.get(0).nanos()));
            frame = closed.stream().mapToLong(CutPlan.SyncTimes::frame).min().orElse(0);
        }
        for (SourceTrack track : tracks) {
            long common = frame;
            track.file().named(() -> track.cut(cuts, common));
        }
        return cuts;
    }

    private long[] evenly(List<SourceTrack> sounds) {
        SourceTrack longest = sounds.stream()
                .max(Comparator.comparingLong(SourceTrack::endNanos))
                .orElseThrow();
        long end = longest.endNanos();
        long count = Math.max(0, (end - 1) / wished.toNanos());
        if (count > MAX_SEGMENTS) {
            throw MediaException.malformed(
                    "'" + longest.file().name() + "': its index says that it lasts " + end / 1_000_000_000
                            + " s, more than " + MAX_SEGMENTS + " segments; repair it, or ask for longer segments");
        }
        TreeSet<Long> cuts = new TreeSet<>();
        for (int i = 0; i < count; i++) {
            cuts.add(wished.toNanos() * (i + 1));
        }
        for (SourceTrack sound : sounds) {
            for (long change : sound.changes()) {
                // where it changes there is a cut, and none beside it
                cuts.subSet(change - SourceTrack.NEAR, change + SourceTrack.NEAR)
                        .clear();
                cuts.add(change);
            }
        }
        return cuts.stream().mapToLong(Long::longValue).toArray();
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
                .mapToLong(MezzanineRendition::endNanos)
                .max()
                .orElse(0));
    }

    /** Bytes of all samples of pictures and sound. */
    public long sampleBytes() {
        long sum = 0;
        for (MezzanineRendition rendition : renditions.values()) {
            for (int i = 0; i < rendition.size(); i++) {
                sum += rendition.sampleBytes(i);
            }
        }
        return sum;
    }

    /** What manifests say. Sizes of segments that were not made yet are estimates, a fraction of a percent off. */
    public Presentation presentation() {
        return presentation(MezzanineRendition::published);
    }

    private Presentation presentation(Function<MezzanineRendition, PublishedTrack> as) {
        Rational rate = renditions.values().stream()
                .map(r -> r.track().format())
                .filter(VideoFormat.class::isInstance)
                .map(f -> ((VideoFormat) f).frameRate())
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(Rational.of(25, 1));
        EpochGrid grid = EpochGrid.nearest(rate, wished, wished);
        List<PublishedTrack> tracks = renditions.values().stream().map(as).toList();
        ManifestSettings settings = ManifestSettings.vod(SegmentationPolicy.vod(grid));
        if (!cues.isEmpty()) {
            settings = settings.withCueTags();
        }
        return new Presentation(1, settings, Presentation.Breaks.NONE, true, tracks, cues);
    }

    private Manifests made() {
        return Manifests.of(
                presentation(),
                presentation(MezzanineRendition::inHls),
                mpd -> thumbnails.map(track -> track.in(mpd)).orElse(mpd));
    }

    /** Manifests with the sizes that are known when they are first asked for. */
    Manifests manifests() {
        Manifests known = manifests;
        if (known == null) {
            known = made();
            manifests = known;
        }
        return known;
    }

    boolean has(String rendition, long number) {
        MezzanineRendition found = renditions.get(rendition);
        return found != null && number >= 0 && number < found.size();
    }

    String mimeType(String rendition) {
        return MimeTypes.of(find(rendition).track());
    }

    /** An initialisation segment of a rendition, empty where it has none of that name. */
    Optional<ByteBuffer> init(String rendition, String name) {
        MezzanineRendition found = renditions.get(rendition);
        return found == null || !found.inits().contains(name) ? Optional.empty() : Optional.of(found.init(name));
    }

    /**
     * Makes a segment, usually as one chunk.
     *
     * @param to takes each chunk; its bytes are lent until the call returns
     */
    void segment(String rendition, long number, Consumer<Chunk> to) {
        if (!has(rendition, number)) {
            throw MediaException.invalidArgument("rendition " + rendition + " has no segment " + number);
        }
        find(rendition).segment((int) number, to);
    }

    /** A segment of subtitles as HLS lists it; empty where there is none. */
    Optional<ByteBuffer> text(String rendition, long number) {
        return has(rendition, number) ? find(rendition).text((int) number, 0) : Optional.empty();
    }

    private MezzanineRendition find(String rendition) {
        MezzanineRendition found = renditions.get(rendition);
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
        boolean hls = outputs.contains(Output.HLS);
        TsOutput ts = null;
        if (outputs.contains(Output.DASH)
                && renditions.keySet().stream()
                        .anyMatch(name -> hlsProtection.segments().apply(name).isPresent())) {
            throw MediaException.invalidArgument(
                    "DASH has no form for segments that are encrypted as wholes; write HLS alone, or encrypt samples");
        }
        if (outputs.contains(Output.TS)) {
            try {
                ts = new TsOutput(folder, List.copyOf(renditions.values()), breaks, hlsProtection, hls ? "-ts" : "");
                notes.addAll(ts.leftOut());
            } catch (MediaException e) {
                if (!cmaf || e.code() != MediaErrorCode.UNSUPPORTED) {
                    throw e;
                }
                notes.add(String.valueOf(e.getMessage()));
            }
        }
        if (cmaf) {
            renditions.values().forEach(r -> r.inits().forEach(i -> folder.file(r.name() + "/" + i, r.init(i))));
        }
        int most = renditions.values().stream()
                .mapToInt(MezzanineRendition::size)
                .max()
                .orElse(0);
        long done = 0;
        for (int number = 0; number < most; number++) {
            for (MezzanineRendition rendition : renditions.values()) {
                if (number < rendition.size()) {
                    if (cmaf) {
                        segmentFile(folder, rendition, number);
                    }
                    if (hls) {
                        String path = rendition.name() + "/" + number + ".vtt";
                        rendition.text(number, 0).ifPresent(text -> folder.file(path, text));
                    }
                    done += rendition.sampleBytes(number);
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
        thumbnails.ifPresent(track -> track.write(folder, duration()));
        Manifests made = made();
        if (hls) {
            made.inits().forEach((path, init) -> {
                if (init.body() instanceof MediaBody.Bytes bytes) {
                    folder.file(path, bytes.parts().get(0));
                }
            });
        }
        made.documents().forEach((path, document) -> {
            boolean wanted = outputs.contains(path.endsWith(".mpd") ? Output.DASH : Output.HLS);
            if (wanted && document.body() instanceof MediaBody.Bytes text) {
                folder.file(path, text.parts().get(0));
            }
        });
    }

    private static void segmentFile(FolderWriter folder, MezzanineRendition rendition, int number) {
        try (FolderWriter.Open file = folder.open(rendition.name() + "/" + number + ".m4s")) {
            rendition.segment(number, file::append);
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
        private final List<Subtitles> subtitles = new ArrayList<>();
        private @Nullable Thumbnails thumbnails;
        private boolean trickPlay;
        private final List<Cue> cues = new ArrayList<>();
        private Function<String, Optional<SampleProtector>> protection = name -> Optional.empty();
        private HlsProtection hlsProtection = HlsProtection.NONE;

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

        /** Adds subtitles that are a file of their own. */
        public Builder subtitles(Subtitles file) {
            subtitles.add(file);
            return this;
        }

        /** Adds thumbnails; none by default. */
        public Builder thumbnails(Thumbnails pictures) {
            this.thumbnails = pictures;
            return this;
        }

        /** Adds the key pictures of the smallest picture rendition as a rendition of their own, to wind through; not by default. */
        public Builder trickPlay(boolean wanted) {
            this.trickPlay = wanted;
            return this;
        }

        /**
         * Adds a message, such as an SCTE-35 splice; its time is on the clock of the files. Manifests show it, segments do not hold it.
         */
        public Builder cue(Cue message) {
            cues.add(message);
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
         * What encrypts whole segments of a rendition ({@code METHOD=AES-128}), CMAF or transport stream, by its name; nothing by
         * default. HLS only.
         */
        public Builder segmentProtection(Function<String, Optional<SegmentProtector>> protectors) {
            hlsProtection = new HlsProtection(protectors, hlsProtection.units());
            return this;
        }

        /**
         * What encrypts the access units of a track in transport streams ({@code METHOD=SAMPLE-AES}); nothing by default. Asked once for each
         * stream that carries the track.
         */
        public Builder unitProtection(Function<Track, Optional<UnitProtector>> protectors) {
            hlsProtection = new HlsProtection(hlsProtection.segments(), protectors);
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

package io.headend.packaging;

import io.headend.core.AudioFormat;
import io.headend.core.Codec;
import io.headend.core.CodecString;
import io.headend.core.MediaException;
import io.headend.core.Sample;
import io.headend.core.Track;
import io.headend.core.VideoFormat;
import io.headend.formats.CodecStrings;
import io.headend.formats.hls.ByteRange;
import io.headend.formats.hls.Key;
import io.headend.formats.hls.MediaPlaylist;
import io.headend.formats.hls.MediaRendition;
import io.headend.formats.hls.MediaSegment;
import io.headend.formats.hls.MultivariantPlaylist;
import io.headend.formats.hls.SegmentProtector;
import io.headend.formats.hls.VariantStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The transport stream form of a {@link Mezzanine}: each picture rendition with the first sound in its segments, further sound in
 * segments of its own, so that no segment has two (HLS authoring rule 2.17).
 */
final class TsOutput {

    private static final String AUDIO_GROUP = "audio";

    private final FolderWriter folder;
    private final String suffix;
    private final List<Program> programs = new ArrayList<>();
    private final List<Text> texts = new ArrayList<>();
    private final List<String> leftOut = new ArrayList<>();
    private final HlsProtection protection;
    private final Set<Integer> breaks;

    /** Subtitles, and what is known of their segments. */
    private record Text(TextRendition rendition, List<SegmentEntry> entries) {
        PublishedTrack published() {
            return rendition.published().listing(entries, null);
        }
    }

    /** One stream of segments: its tracks, the first of which names it. */
    private static final class Program {
        private final List<SourceTrack> sources;
        private final List<SegmentSource> readers;
        private final List<SegmentEntry> entries = new ArrayList<>();
        private final HlsProtection protection;
        private final Optional<SegmentProtector> whole;
        private List<Track> tracks = List.of();
        private @Nullable TsMuxer muxer;

        Program(List<SourceTrack> sources, HlsProtection protection) {
            this.sources = sources;
            this.protection = protection;
            this.whole = protection.segments().apply(sources.get(0).name());
            this.readers = sources.stream().map(s -> new SegmentSource()).toList();
        }

        SourceTrack first() {
            return sources.get(0);
        }

        List<SourceTrack> sources() {
            return sources;
        }

        List<SegmentSource> readers() {
            return readers;
        }

        List<SegmentEntry> entries() {
            return entries;
        }

        /** The muxer of a segment: another one where a format changes. */
        TsMuxer muxer(int number) {
            List<Track> needed = sources.stream()
                    .map(s -> s.formats()
                            .get(s.format(Math.min(number, s.segments().size() - 1))))
                    .toList();
            TsMuxer present = muxer;
            if (present == null || !needed.equals(tracks)) {
                tracks = needed;
                present = TsMuxer.of(needed, Set.of(), protection.units());
                if (muxer != null) {
                    present.discontinuity();
                }
                muxer = present;
            }
            return present;
        }
    }

    /**
     * @param breaks numbers of the segments with which a format of any rendition begins
     * @param protection what encrypts segments or the units in them
     * @param suffix of the names of playlists, empty where there are no others
     */
    TsOutput(
            FolderWriter folder,
            List<MezzanineRendition> renditions,
            Set<Integer> breaks,
            HlsProtection protection,
            String suffix) {
        this.breaks = breaks;
        this.folder = folder;
        this.protection = protection;
        this.suffix = suffix;
        List<SourceTrack> videos = new ArrayList<>();
        List<SourceTrack> sounds = new ArrayList<>();
        for (MezzanineRendition rendition : renditions) {
            if (rendition instanceof TextRendition text) {
                if (text.isWebVtt()) {
                    texts.add(new Text(text, new ArrayList<>()));
                } else {
                    leftOut.add(text.name() + ": TTML is packaged as CMAF only (HLS authoring rule 5.4)");
                }
                continue;
            }
            if (!(rendition instanceof SampleRendition samples)) {
                continue; // its I-frame playlists are byte ranges
            }
            SourceTrack track = samples.source();
            Codec other = otherCoding(track);
            if (other != null) {
                leftOut.add(track.name() + ": " + other.name() + ", to which it changes, is packaged as CMAF only");
                continue;
            }
            switch (track.track().format().codec().codec()) {
                case AVC -> videos.add(track);
                case AAC, AC3, EAC3, MP3 -> sounds.add(track);
                case HEVC -> leftOut.add(track.name() + ": HEVC is packaged as CMAF only (HLS authoring rule 1.5)");
                default ->
                    leftOut.add(track.name() + ": "
                            + track.track().format().codec().name() + " is not carried in transport streams");
            }
        }
        // what is played where nobody has chosen is with the pictures
        List<Track> all = sounds.stream().map(SourceTrack::track).toList();
        sounds.sort(Comparator.comparing(sound -> !Choice.isDefault(sound.track(), all)));
        for (SourceTrack video : videos) {
            add(sounds.isEmpty() ? List.of(video) : List.of(video, sounds.get(0)));
        }
        for (SourceTrack sound :
                videos.isEmpty() ? sounds : sounds.subList(Math.min(1, sounds.size()), sounds.size())) {
            add(List.of(sound));
        }
        if (programs.isEmpty()) {
            throw MediaException.unsupported(
                    "nothing can be carried in transport streams: " + String.join("; ", leftOut));
        }
    }

    private void add(List<SourceTrack> sources) {
        Program program = new Program(sources, protection);
        sources.get(0).file().named(() -> program.muxer(0));
        programs.add(program);
    }

    /** A coding of a later format that is another than the first, or {@code null}. */
    private static @Nullable Codec otherCoding(SourceTrack track) {
        Codec first = track.track().format().codec().codec();
        return track.formats().stream()
                .map(format -> format.format().codec().codec())
                .filter(codec -> codec != first)
                .findFirst()
                .orElse(null);
    }

    List<String> leftOut() {
        return leftOut;
    }

    /** Writes segment {@code number} of every stream that has it. */
    void segment(int number) {
        for (Program program : programs) {
            if (number < program.first().segments().size()) {
                program.first().file().named(() -> write(program, number));
            }
        }
        for (Text text : texts) {
            if (number < text.rendition().size()) {
                String path = text.rendition().name() + "/" + number + suffix + ".vtt";
                ByteBuffer bytes = text.rendition().text(number, TsMuxer.OFFSET).orElse(ByteBuffer.allocate(0));
                folder.file(path, bytes);
                text.entries().add(text.rendition().inHls().segments().get(number));
            }
        }
    }

    private void write(Program program, int number) {
        List<List<Sample>> samples = new ArrayList<>();
        for (int i = 0; i < program.sources().size(); i++) {
            samples.add(read(program.sources().get(i), program.readers().get(i), number));
        }
        TsMuxer muxer = program.muxer(number);
        List<Key> keys = muxer.beginSegment(number);
        ByteBuffer segment = muxer.segment(samples, List.of());
        Optional<SegmentProtector> whole = program.whole;
        if (whole.isPresent()) {
            keys = List.of(whole.get().key(number));
            segment = whole.get().protect(number, List.of(segment));
        }
        int bytes = segment.remaining();
        try (FolderWriter.Open file = folder.open(program.first().name() + "/" + number + ".ts")) {
            file.append(new ByteBuffer[] {segment}, bytes);
        }
        SourceTrack.Planned planned = program.first().segments().get(number);
        program.entries()
                .add(new SegmentEntry(
                        number,
                        planned.start(),
                        Math.max(1, planned.end() - planned.start()),
                        breaks.contains(number),
                        "",
                        new SegmentEntry.Layout(
                                bytes,
                                // a range of what is encrypted as a whole cannot be decrypted
                                whole.isPresent() ? 0 : muxer.keyFrameBytes(),
                                List.of(),
                                null,
                                keys)));
    }

    private static List<Sample> read(SourceTrack source, SegmentSource reader, int number) {
        if (number >= source.segments().size()) {
            return List.of();
        }
        List<Sample> samples = new ArrayList<>();
        SegmentSource.Stretch whole = (stretch, bytes, next) -> {
            if (next != Segmenter.UNKNOWN) {
                throw MediaException.unsupported("segment " + number + " of " + source.name()
                        + " is too large for a transport stream segment; shorten the segments");
            }
            samples.addAll(stretch);
        };
        source.file().named(() -> reader.read(source, source.segments().get(number), whole));
        return samples;
    }

    /** Writes the playlists, after the last segment. */
    void playlists() {
        List<MediaRendition> renditions = new ArrayList<>();
        List<VariantStream> variants = new ArrayList<>();
        boolean pictures = programs.get(0).first().isVideo();
        List<Program> alone =
                programs.stream().filter(p -> !p.first().isVideo()).toList();
        String group = pictures && !alone.isEmpty() ? AUDIO_GROUP : null;
        if (group != null) {
            Optional<SourceTrack> muxed =
                    programs.get(0).sources().stream().filter(s -> !s.isVideo()).findFirst();
            muxed.ifPresent(sound -> renditions.add(rendition(sound, null)));
            alone.forEach(p -> renditions.add(rendition(p.first(), uri(p))));
        }
        for (Program program : programs) {
            text(uri(program), media(program));
            if (program.first().isVideo() || !pictures) {
                variants.add(variant(program, group));
            }
        }
        for (Text text : texts) {
            PublishedTrack track = text.published();
            renditions.add(HlsMultivariant.subtitles(
                    track, texts.stream().map(Text::published).toList(), HlsMultivariant.SUBTITLES, name(text)));
            MediaPlaylist.Builder playlist =
                    MediaPlaylist.builder(targetDuration()).type(MediaPlaylist.Type.VOD);
            text.entries()
                    .forEach(e -> playlist.segment(
                            broken(MediaSegment.builder(e.number() + suffix + ".vtt", length(track, e)), e)
                                    .build()));
            text(name(text), playlist.build().toText());
        }
        List<VariantStream> iframes = new ArrayList<>();
        for (Program program : programs) {
            if (program.entries().stream().allMatch(e -> e.layout().keyFrameBytes() > 0)) {
                text(iframesUri(program), iframes(program));
                iframes.add(iframesVariant(program));
            }
        }
        text("master" + suffix + ".m3u8", new MultivariantPlaylist(List.of(), renditions, variants, iframes).toText());
    }

    private String name(Text text) {
        return text.rendition().name() + "/media" + suffix + ".m3u8";
    }

    private String iframesUri(Program program) {
        return program.first().name() + "/iframes" + suffix + ".m3u8";
    }

    private String iframes(Program program) {
        PublishedTrack track = published(program);
        MediaPlaylist.Builder playlist = MediaPlaylist.builder(targetDuration())
                .type(MediaPlaylist.Type.VOD)
                .iframesOnly();
        for (SegmentEntry entry : program.entries()) {
            playlist.segment(broken(
                            MediaSegment.builder(entry.number() + ".ts", length(track, entry))
                                    .keys(entry.layout().hlsKeys())
                                    .byteRange(new ByteRange(entry.layout().keyFrameBytes(), 0)),
                            entry)
                    .build());
        }
        return playlist.build().toText();
    }

    private VariantStream iframesVariant(Program program) {
        List<SegmentEntry> pictures = program.entries().stream()
                .map(e -> new SegmentEntry(
                        e.number(),
                        e.start(),
                        e.duration(),
                        false,
                        "",
                        SegmentEntry.Layout.of(e.layout().keyFrameBytes())))
                .toList();
        Track track = program.first().track();
        PublishedTrack published = new PublishedTrack(track, CodecStrings.of(track.format()), null, pictures);
        return new VariantStream(
                iframesUri(program),
                new VariantStream.Bandwidth(published.peakBitrate(), published.averageBitrate()),
                List.of(published.codec()),
                picture(track),
                VariantStream.Groups.NONE);
    }

    private static VariantStream.@Nullable Picture picture(Track track) {
        return track.format() instanceof VideoFormat video
                ? new VariantStream.Picture(video.size(), video.frameRate(), "")
                : null;
    }

    private String uri(Program program) {
        return program.first().name() + "/media" + suffix + ".m3u8";
    }

    private static MediaRendition rendition(SourceTrack sound, @Nullable String uri) {
        String language = sound.track().language();
        MediaRendition.Builder rendition = MediaRendition.builder("AUDIO", AUDIO_GROUP, sound.name())
                .language(language == null ? "und" : language)
                .choice(uri == null, Choice.isAutomatic(sound.track()));
        if (sound.track().format() instanceof AudioFormat audio) {
            rendition.channels(SoundChannels.of(audio));
        }
        return (uri == null ? rendition : rendition.uri(uri)).build();
    }

    private VariantStream variant(Program program, @Nullable String group) {
        PublishedTrack track = published(program);
        List<CodecString> codecs = new ArrayList<>();
        program.sources().stream()
                .flatMap(s -> s.formats().stream())
                .map(format -> CodecStrings.of(format.format()))
                .distinct()
                .forEach(codecs::add);
        texts.forEach(text -> codecs.add(text.published().codec()));
        return new VariantStream(
                uri(program),
                new VariantStream.Bandwidth(
                        track.peakBitrate() + most(PublishedTrack::peakBitrate),
                        track.averageBitrate() + most(PublishedTrack::averageBitrate)),
                codecs,
                picture(program.first().track()),
                new VariantStream.Groups(group, texts.isEmpty() ? null : HlsMultivariant.SUBTITLES, null));
    }

    private long most(ToLongFunction<PublishedTrack> rate) {
        return texts.stream().map(Text::published).mapToLong(rate).max().orElse(0);
    }

    private static PublishedTrack published(Program program) {
        Track track = program.first().track();
        return new PublishedTrack(track, CodecStrings.of(track.format()), null, program.entries());
    }

    private String media(Program program) {
        PublishedTrack track = published(program);
        MediaPlaylist.Builder playlist = MediaPlaylist.builder(targetDuration()).type(MediaPlaylist.Type.VOD);
        for (SegmentEntry entry : program.entries()) {
            playlist.segment(broken(
                            MediaSegment.builder(entry.number() + ".ts", length(track, entry))
                                    .keys(entry.layout().hlsKeys()),
                            entry)
                    .build());
        }
        return playlist.build().toText();
    }

    private static MediaSegment.Builder broken(MediaSegment.Builder segment, SegmentEntry entry) {
        return entry.discontinuity() ? segment.flag(MediaSegment.Flag.DISCONTINUITY) : segment;
    }

    private int targetDuration() {
        int target = 1;
        for (Program program : programs) {
            PublishedTrack track = published(program);
            for (SegmentEntry entry : program.entries()) {
                target = Math.max(target, MediaPlaylist.round(length(track, entry)));
            }
        }
        for (Text text : texts) {
            for (SegmentEntry entry : text.entries()) {
                target = Math.max(target, MediaPlaylist.round(length(text.published(), entry)));
            }
        }
        return target;
    }

    private static Duration length(PublishedTrack track, SegmentEntry entry) {
        return HlsWriter.duration(track.duration(entry));
    }

    private void text(String name, String text) {
        folder.file(name, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }
}

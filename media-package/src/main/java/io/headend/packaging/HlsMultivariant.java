package io.headend.packaging;

import io.headend.core.AudioFormat;
import io.headend.core.CodecString;
import io.headend.core.ColorInfo;
import io.headend.core.Track;
import io.headend.core.TrackRole;
import io.headend.core.VideoFormat;
import io.headend.formats.hls.Key;
import io.headend.formats.hls.MediaRendition;
import io.headend.formats.hls.MultivariantPlaylist;
import io.headend.formats.hls.VariantStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The multivariant playlist of a snapshot: video renditions as variants, sound in a group per coding, text in one. One use. */
final class HlsMultivariant {

    static final String SUBTITLES = "subtitles";
    private static final String CAPTIONS = "captions";

    private final Presentation presentation;
    private final String query;
    private final HlsForm form;
    private final List<PublishedTrack> videos = new ArrayList<>();
    private final List<PublishedTrack> winding = new ArrayList<>();
    private final Map<String, List<PublishedTrack>> texts = new LinkedHashMap<>();
    private final Map<String, List<PublishedTrack>> sounds = new LinkedHashMap<>();

    /** @param query what the playlists that it names are asked with, empty or with its question mark */
    HlsMultivariant(Presentation presentation, String query, HlsForm form) {
        this.form = form;
        this.query = query;
        this.presentation = presentation;
        for (PublishedTrack track : presentation.tracks()) {
            switch (track.track().kind()) {
                case VIDEO -> (track.track().roles().contains(TrackRole.TRICK_PLAY) ? winding : videos).add(track);
                case AUDIO ->
                    sounds.computeIfAbsent("audio-" + track.codec().sampleEntry(), g -> new ArrayList<>())
                            .add(track);
                case TEXT ->
                    texts.computeIfAbsent(track.codec().sampleEntry(), g -> new ArrayList<>())
                            .add(track);
                case DATA -> {}
            }
        }
    }

    MultivariantPlaylist write() {
        List<MediaRendition> renditions = new ArrayList<>();
        List<VariantStream> variants = new ArrayList<>();
        // players choose one coding of subtitles for a group, so each has one of its own
        List<List<PublishedTrack>> codings = texts.isEmpty() ? List.of(List.of()) : List.copyOf(texts.values());
        for (List<PublishedTrack> with : codings) {
            if (videos.isEmpty()) {
                sounds.values().forEach(group -> group.forEach(t -> variants.add(variant(t, null, List.of(), with))));
            }
            for (PublishedTrack video : videos) {
                if (sounds.isEmpty()) {
                    variants.add(variant(video, null, List.of(), with));
                }
                sounds.forEach((name, group) -> variants.add(variant(video, name, group, with)));
            }
            with.forEach(text -> renditions.add(subtitles(text, with, group(text), uri(text))));
        }
        if (!videos.isEmpty()) {
            sounds.forEach((name, group) -> group.forEach(t -> renditions.add(sound(name, t, group))));
            captions(renditions);
        }
        List<VariantStream> iframes = (winding.isEmpty() ? videos : winding)
                .stream().filter(HlsWriter::hasIframes).map(this::iframes).toList();
        return new MultivariantPlaylist(List.of(), renditions, variants, iframes, sessionKeys());
    }

    /** Of key systems that have a player's challenge to make; keys that change with time are not for the whole session. */
    private List<Key> sessionKeys() {
        Set<Key> keys = new LinkedHashSet<>();
        for (PublishedTrack track : presentation.tracks()) {
            if (!track.keysChange()) {
                HlsKeys.of(track.protection()).stream()
                        .filter(key -> !key.keyFormat().isEmpty())
                        .forEach(keys::add);
            }
        }
        return List.copyOf(keys);
    }

    private MediaRendition sound(String group, PublishedTrack track, List<PublishedTrack> all) {
        String language = track.track().language();
        MediaRendition.Builder rendition = MediaRendition.builder("AUDIO", group, Labels.of(track, all))
                .language(language == null ? "und" : language)
                .choice(Choice.isDefault(track.track(), tracks(all)), Choice.isAutomatic(track.track()))
                .characteristics(characteristics(track))
                .uri(uri(track));
        if (track.track().format() instanceof AudioFormat audio) {
            rendition.channels(SoundChannels.of(audio));
        }
        return rendition.build();
    }

    private String group(PublishedTrack text) {
        return texts.size() == 1 ? SUBTITLES : SUBTITLES + "-" + text.codec().sampleEntry();
    }

    static MediaRendition subtitles(PublishedTrack track, List<PublishedTrack> all, String group, String uri) {
        String language = track.track().language();
        return MediaRendition.builder("SUBTITLES", group, Labels.of(track, all))
                .language(language == null ? "und" : language)
                .choice(Choice.isDefault(track.track(), tracks(all)), true)
                .forced(track.track().roles().contains(TrackRole.FORCED))
                .characteristics(characteristics(track))
                .uri(uri)
                .build();
    }

    private static List<Track> tracks(List<PublishedTrack> published) {
        return published.stream().map(PublishedTrack::track).toList();
    }

    private static String characteristics(PublishedTrack track) {
        List<String> said = new ArrayList<>();
        if (track.track().roles().contains(TrackRole.HARD_OF_HEARING)) {
            said.add("public.accessibility.transcribes-spoken-dialog");
            said.add("public.accessibility.describes-music-and-sound");
        }
        if (track.track().roles().contains(TrackRole.AUDIO_DESCRIPTION)) {
            said.add("public.accessibility.describes-video");
        }
        return String.join(",", said);
    }

    private void captions(List<MediaRendition> renditions) {
        for (ClosedCaptions service : presentation.settings().captions()) {
            renditions.add(MediaRendition.builder(
                            "CLOSED-CAPTIONS", CAPTIONS, Labels.of(service.language()) + " " + service.service())
                    .language(service.language())
                    .choice(false, true)
                    .instreamId(service.service())
                    .build());
        }
    }

    private VariantStream variant(
            PublishedTrack track, @Nullable String group, List<PublishedTrack> with, List<PublishedTrack> text) {
        long peak = track.peakBitrate();
        long average = track.averageBitrate();
        List<CodecString> codecs = new ArrayList<>(track.codecs());
        long peakSound = 0;
        long averageSound = 0;
        for (PublishedTrack sound : with) {
            peakSound = Math.max(peakSound, sound.peakBitrate());
            averageSound = Math.max(averageSound, sound.averageBitrate());
            codecs.addAll(sound.codecs());
        }
        long peakText = 0;
        long averageText = 0;
        for (PublishedTrack words : text) {
            peakText = Math.max(peakText, words.peakBitrate());
            averageText = Math.max(averageText, words.averageBitrate());
            codecs.addAll(words.codecs());
        }
        boolean captioned =
                !videos.isEmpty() && !presentation.settings().captions().isEmpty();
        return new VariantStream(
                uri(track),
                new VariantStream.Bandwidth(peak + peakSound + peakText, average + averageSound + averageText),
                codecs,
                picture(track),
                new VariantStream.Groups(
                        group, text.isEmpty() ? null : group(text.get(0)), captioned ? CAPTIONS : null));
    }

    private VariantStream iframes(PublishedTrack track) {
        long peak = 0;
        long bytes = 0;
        for (SegmentEntry entry : track.segments()) {
            long micros = Math.max(1, HlsWriter.duration(track.duration(entry)).toNanos() / 1000);
            peak = Math.max(peak, entry.layout().keyFrameBytes() * 8_000_000 / micros);
            bytes += entry.layout().keyFrameBytes();
        }
        long each = HlsWriter.duration(track.duration(track.segments().get(0))).toNanos() / 1000;
        long average = bytes * 8_000_000 / Math.max(1, each * track.segments().size());
        return new VariantStream(
                track.name() + "/" + form.iframes() + query,
                new VariantStream.Bandwidth(Math.max(1, peak), Math.max(1, Math.min(peak, average))),
                track.codecs(),
                picture(track),
                VariantStream.Groups.NONE);
    }

    private static VariantStream.@Nullable Picture picture(PublishedTrack track) {
        if (!(track.track().format() instanceof VideoFormat video)) {
            return null;
        }
        String range = switch (video.color().transfer()) {
            case ColorInfo.TRANSFER_PQ -> "PQ";
            case ColorInfo.TRANSFER_HLG -> "HLG";
            default -> "";
        };
        return new VariantStream.Picture(video.size(), video.frameRate(), range);
    }

    private String uri(PublishedTrack track) {
        return track.name() + "/" + form.media() + query;
    }
}

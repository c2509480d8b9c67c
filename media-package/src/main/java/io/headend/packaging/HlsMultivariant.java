package io.headend.packaging;

import io.headend.core.AudioFormat;
import io.headend.core.CodecString;
import io.headend.core.ColorInfo;
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

    private static final String SUBTITLES = "subtitles";
    private static final String CAPTIONS = "captions";

    private final Presentation presentation;
    private final String query;
    private final List<PublishedTrack> videos = new ArrayList<>();
    private final List<PublishedTrack> texts = new ArrayList<>();
    private final Map<String, List<PublishedTrack>> sounds = new LinkedHashMap<>();

    /** @param query what the playlists that it names are asked with, empty or with its question mark */
    HlsMultivariant(Presentation presentation, String query) {
        this.query = query;
        this.presentation = presentation;
        for (PublishedTrack track : presentation.tracks()) {
            switch (track.track().kind()) {
                case VIDEO -> videos.add(track);
                case AUDIO ->
                    sounds.computeIfAbsent("audio-" + track.codec().sampleEntry(), g -> new ArrayList<>())
                            .add(track);
                case TEXT -> texts.add(track);
                case DATA -> {}
            }
        }
    }

    MultivariantPlaylist write() {
        List<MediaRendition> renditions = new ArrayList<>();
        List<VariantStream> variants = new ArrayList<>();
        if (videos.isEmpty()) {
            sounds.values().forEach(group -> group.forEach(t -> variants.add(variant(t, null, List.of()))));
        } else {
            sounds.forEach((name, group) -> group.forEach(t -> renditions.add(sound(name, t, group))));
            for (PublishedTrack video : videos) {
                if (sounds.isEmpty()) {
                    variants.add(variant(video, null, List.of()));
                }
                sounds.forEach((name, group) -> variants.add(variant(video, name, group)));
            }
            captions(renditions);
        }
        texts.forEach(text -> renditions.add(subtitles(text)));
        List<VariantStream> iframes =
                videos.stream().filter(HlsWriter::hasIframes).map(this::iframes).toList();
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
                .choice(track.equals(all.get(0)), true)
                .uri(uri(track));
        if (track.track().format() instanceof AudioFormat audio) {
            rendition.channels(Integer.toString(audio.channels()));
        }
        return rendition.build();
    }

    private MediaRendition subtitles(PublishedTrack track) {
        String language = track.track().language();
        return MediaRendition.builder("SUBTITLES", SUBTITLES, Labels.of(track, texts))
                .language(language == null ? "und" : language)
                .choice(false, true)
                .uri(uri(track))
                .build();
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

    private VariantStream variant(PublishedTrack track, @Nullable String group, List<PublishedTrack> with) {
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
        texts.forEach(text -> codecs.addAll(text.codecs()));
        boolean captioned =
                !videos.isEmpty() && !presentation.settings().captions().isEmpty();
        return new VariantStream(
                uri(track),
                new VariantStream.Bandwidth(peak + peakSound, average + averageSound),
                codecs,
                picture(track),
                new VariantStream.Groups(group, texts.isEmpty() ? null : SUBTITLES, captioned ? CAPTIONS : null));
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
                track.name() + "/" + Manifests.IFRAMES + query,
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
        return track.name() + "/" + Manifests.MEDIA + query;
    }
}

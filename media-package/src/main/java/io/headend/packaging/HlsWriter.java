package io.headend.packaging;

import io.headend.core.AudioFormat;
import io.headend.core.CodecString;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import io.headend.core.VideoFormat;
import io.headend.formats.hls.MediaPlaylist;
import io.headend.formats.hls.MediaRendition;
import io.headend.formats.hls.MultivariantPlaylist;
import io.headend.formats.hls.VariantStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** HLS playlists (RFC 8216bis) of a snapshot, as functions of it alone. */
final class HlsWriter {

    private HlsWriter() {}

    /** {@code master.m3u8}: video renditions as variants, sound in a group per coding. */
    static String multivariant(Presentation presentation) {
        List<PublishedTrack> videos = new ArrayList<>();
        Map<String, List<PublishedTrack>> groups = new LinkedHashMap<>();
        for (PublishedTrack track : presentation.tracks()) {
            switch (track.track().kind()) {
                case VIDEO -> videos.add(track);
                case AUDIO ->
                    groups.computeIfAbsent("audio-" + track.codec().sampleEntry(), g -> new ArrayList<>())
                            .add(track);
                case TEXT, DATA -> {}
            }
        }
        List<MediaRendition> renditions = new ArrayList<>();
        List<VariantStream> variants = new ArrayList<>();
        if (videos.isEmpty()) {
            groups.values().forEach(group -> group.forEach(t -> variants.add(variant(t, null, List.of()))));
        } else {
            groups.forEach((name, group) -> group.forEach(t -> renditions.add(rendition(name, t, group))));
            for (PublishedTrack video : videos) {
                if (groups.isEmpty()) {
                    variants.add(variant(video, null, List.of()));
                }
                groups.forEach((name, group) -> variants.add(variant(video, name, group)));
            }
        }
        return new MultivariantPlaylist(renditions, variants).toText();
    }

    private static MediaRendition rendition(String group, PublishedTrack track, List<PublishedTrack> all) {
        String language = track.track().language();
        MediaRendition.Builder rendition = MediaRendition.builder("AUDIO", group, track.name())
                .language(language == null ? "und" : language)
                .choice(track.equals(all.get(0)), true)
                .uri(uri(track));
        if (track.track().format() instanceof AudioFormat audio) {
            rendition.channels(Integer.toString(audio.channels()));
        }
        return rendition.build();
    }

    private static VariantStream variant(PublishedTrack track, @Nullable String group, List<PublishedTrack> sounds) {
        long peak = track.peakBitrate();
        long average = track.averageBitrate();
        List<CodecString> codecs = new ArrayList<>(track.codecs());
        long peakSound = 0;
        long averageSound = 0;
        for (PublishedTrack sound : sounds) {
            peakSound = Math.max(peakSound, sound.peakBitrate());
            averageSound = Math.max(averageSound, sound.averageBitrate());
            codecs.addAll(sound.codecs());
        }
        VideoFormat video = track.track().format() instanceof VideoFormat format ? format : null;
        return new VariantStream(
                uri(track),
                new VariantStream.Bandwidth(peak + peakSound, average + averageSound),
                codecs,
                video == null ? null : new VariantStream.Picture(video.size(), video.frameRate(), ""),
                new VariantStream.Groups(group, null, null));
    }

    private static String uri(PublishedTrack track) {
        return track.name() + "/media.m3u8";
    }

    /** {@code {rendition}/media.m3u8}. Numbers that are not listed appear as gaps, so that the media sequence stays k. */
    static String media(Presentation presentation, PublishedTrack track) {
        return new HlsMedia(presentation, track).write(false).toText();
    }

    /** The same for a client that asks with {@code _HLS_skip=YES}. */
    static String update(Presentation presentation, PublishedTrack track) {
        return new HlsMedia(presentation, track).write(true).toText();
    }

    /**
     * The same for all renditions and all times: what the grid gives plus a long sound frame, or what is listed where that is more.
     */
    static int targetDuration(Presentation presentation) {
        int target = 1;
        if (presentation.isLive()) {
            Duration nominal = duration(presentation.policy().grid().segmentDuration());
            target = Math.max(target, MediaPlaylist.round(nominal.plus(longestSoundFrame(presentation))));
        }
        for (PublishedTrack track : presentation.tracks()) {
            for (SegmentEntry entry : track.segments()) {
                target = Math.max(target, MediaPlaylist.round(duration(track.duration(entry))));
            }
        }
        return target;
    }

    /** At most 2048 samples, as HE-AAC has them, and at least 50 ms, so that common rates do not matter. */
    private static Duration longestSoundFrame(Presentation presentation) {
        long millis = 50;
        for (PublishedTrack track : presentation.tracks()) {
            if (track.track().format() instanceof AudioFormat audio && audio.sampleRate() > 0) {
                millis = Math.max(millis, 2_048_000L / audio.sampleRate());
            }
        }
        return Duration.ofMillis(millis);
    }

    static Duration duration(Timestamp length) {
        return Duration.ofNanos(length.timebase().convert(length.ticks(), Timebase.NANOS));
    }
}

package io.headend.packaging;

import io.headend.core.AudioFormat;
import io.headend.core.CodecString;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import io.headend.core.VideoFormat;
import io.headend.formats.hls.MediaPlaylist;
import io.headend.formats.hls.MediaRendition;
import io.headend.formats.hls.MediaSegment;
import io.headend.formats.hls.MediaSegment.Flag;
import io.headend.formats.hls.MultivariantPlaylist;
import io.headend.formats.hls.VariantStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
        String channels = track.track().format() instanceof AudioFormat audio ? Integer.toString(audio.channels()) : "";
        String language = track.track().language();
        return new MediaRendition(
                "AUDIO",
                group,
                track.name(),
                language == null ? "und" : language,
                channels,
                new MediaRendition.Choice(uri(track), track.equals(all.get(0)), true));
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
                video == null ? null : video.size(),
                video == null ? null : video.frameRate(),
                group);
    }

    private static String uri(PublishedTrack track) {
        return track.name() + "/media.m3u8";
    }

    /** {@code {rendition}/media.m3u8}. Numbers that are not listed appear as gaps, so that the media sequence stays k. */
    static String media(Presentation presentation, PublishedTrack track) {
        List<MediaSegment> segments = new ArrayList<>();
        SegmentEntry before = null;
        for (SegmentEntry entry : track.segments()) {
            if (before != null) {
                gaps(presentation, before, entry, segments);
            }
            boolean dated = before == null || entry.discontinuity() || entry.number() != before.number() + 1;
            segments.add(segment(presentation, track, entry, dated));
            before = entry;
        }
        MediaPlaylist.Type type = presentation.isLive()
                ? presentation.ended() ? MediaPlaylist.Type.ENDED : MediaPlaylist.Type.LIVE
                : MediaPlaylist.Type.VOD;
        return new MediaPlaylist(
                        targetDuration(presentation),
                        presentation.firstNumber(),
                        presentation.breaks().count(),
                        type,
                        null,
                        segments)
                .toText();
    }

    private static void gaps(
            Presentation presentation, SegmentEntry before, SegmentEntry entry, List<MediaSegment> segments) {
        Duration each = duration(presentation.policy().grid().segmentDuration());
        for (long missing = before.number() + 1; missing < entry.number(); missing++) {
            segments.add(
                    new MediaSegment(missing + ".m4s", each, EnumSet.of(Flag.GAP), null, before.init(), List.of()));
        }
    }

    private static MediaSegment segment(
            Presentation presentation, PublishedTrack track, SegmentEntry entry, boolean dated) {
        Set<Flag> flags = EnumSet.noneOf(Flag.class);
        if (entry.discontinuity()) {
            flags.add(Flag.DISCONTINUITY);
        }
        Instant date = presentation.isLive() && dated ? track.start(entry).toInstant() : null;
        return new MediaSegment(
                entry.number() + ".m4s",
                duration(track.duration(entry)),
                flags,
                date,
                entry.init(),
                HlsKeys.of(track.as(entry).protection()));
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

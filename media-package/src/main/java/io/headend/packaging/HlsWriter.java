package io.headend.packaging;

import io.headend.core.AudioFormat;
import io.headend.core.Codec;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import io.headend.formats.hls.MediaPlaylist;
import java.time.Duration;

/** HLS playlists (RFC 8216bis) of a snapshot, as functions of it alone. */
final class HlsWriter {

    private HlsWriter() {}

    /** {@code master.m3u8}. */
    static String multivariant(Presentation presentation) {
        return multivariant(presentation, "");
    }

    /** @param query of the playlists that it names */
    static String multivariant(Presentation presentation, String query) {
        return multivariant(presentation, query, HlsForm.CMAF);
    }

    static String multivariant(Presentation presentation, String query, HlsForm form) {
        return new HlsMultivariant(presentation, query, form).write().toText();
    }

    /** {@code {rendition}/iframes.m3u8}, of a track that {@link #hasIframes}. */
    static String iframes(Presentation presentation, PublishedTrack track) {
        return iframes(presentation, track, HlsForm.CMAF);
    }

    static String iframes(Presentation presentation, PublishedTrack track, HlsForm form) {
        return new HlsMedia(presentation, track, form).iframes().toText();
    }

    /** Whether every segment begins with a picture that can be fetched alone. */
    static boolean hasIframes(PublishedTrack track) {
        return track.track().kind() == Codec.Kind.VIDEO
                && track.segments().stream().allMatch(s -> s.layout().keyFrameBytes() > 0);
    }

    /** {@code {rendition}/media.m3u8}. Numbers that are not listed appear as gaps, so that the media sequence stays k. */
    static String media(Presentation presentation, PublishedTrack track) {
        return new HlsMedia(presentation, track).write(false).toText();
    }

    static String media(Presentation presentation, PublishedTrack track, HlsForm form) {
        return new HlsMedia(presentation, track, form).write(false).toText();
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
            if (presentation.policy().moving()) {
                nominal = nominal.multipliedBy(3).dividedBy(2);
            }
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

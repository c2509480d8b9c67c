package io.headend.packaging;

import io.headend.core.AudioFormat;
import io.headend.core.VideoFormat;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which renditions a manifest names: {@code name:value,value;name:low-high}. A rendition stays when every criterion of its kind
 * holds. What is malformed, unknown, said twice, or leaves nothing is refused, never ignored.
 */
record TrackFilter(Map<String, List<String>> criteria) {

    static final TrackFilter ALL = new TrackFilter(Map.of());

    private static final int MAX_LENGTH = 1024;
    private static final Set<String> RANGES = Set.of(
            "video_height", "video_bitrate", "video_framerate", "audio_bitrate", "audio_channels", "audio_sample_rate");
    private static final Set<String> LISTS =
            Set.of("video_codec", "audio_codec", "audio_language", "subtitle_language");

    static TrackFilter parse(String text) throws PlaylistRequest.Refused {
        if (text.isEmpty() || text.length() > MAX_LENGTH) {
            throw new PlaylistRequest.Refused("A filter has 1 to " + MAX_LENGTH + " characters.");
        }
        Map<String, List<String>> criteria = new LinkedHashMap<>();
        for (String criterion : text.split(";", -1)) {
            int colon = criterion.indexOf(':');
            String name = colon < 0 ? criterion : criterion.substring(0, colon);
            List<String> values = colon < 0
                    ? List.of()
                    : List.of(criterion.substring(colon + 1).split(",", -1));
            if (!RANGES.contains(name) && !LISTS.contains(name)) {
                // only what cannot be anything but a name is said back
                throw new PlaylistRequest.Refused(
                        name.matches("[A-Za-z0-9_]{1,40}")
                                ? "There is no filter '" + name + "'."
                                : "There is no such filter.");
            }
            if (values.isEmpty() || values.stream().anyMatch(v -> !wellFormed(name, v))) {
                throw new PlaylistRequest.Refused("The values of filter '" + name + "' are malformed.");
            }
            if (criteria.put(name, values) != null) {
                throw new PlaylistRequest.Refused("Filter '" + name + "' is said twice.");
            }
        }
        return new TrackFilter(criteria);
    }

    private static boolean wellFormed(String name, String value) {
        if (LISTS.contains(name)) {
            return value.matches("[A-Za-z0-9-]{1,35}");
        }
        if (!value.matches("\\d{1,10}(-\\d{1,10})?")) {
            return false;
        }
        int dash = value.indexOf('-');
        return dash < 0 || Long.parseLong(value.substring(0, dash)) <= Long.parseLong(value.substring(dash + 1));
    }

    /** The presentation with the renditions that stay, or {@code null} where none does. */
    @Nullable
    Presentation of(Presentation whole) {
        if (criteria.isEmpty()) {
            return whole;
        }
        List<PublishedTrack> left = new ArrayList<>();
        for (PublishedTrack track : whole.tracks()) {
            if (criteria.entrySet().stream().allMatch(c -> holds(track, c.getKey(), c.getValue()))) {
                left.add(track);
            }
        }
        return left.isEmpty()
                ? null
                : new Presentation(
                        whole.version(), whole.settings(), whole.breaks(), whole.ended(), left, whole.cues());
    }

    private static boolean holds(PublishedTrack track, String name, List<String> values) {
        String kind = name.substring(0, name.indexOf('_'));
        boolean concerned = switch (track.track().kind()) {
            case VIDEO -> kind.equals("video");
            case AUDIO -> kind.equals("audio");
            case TEXT -> kind.equals("subtitle");
            case DATA -> false;
        };
        if (!concerned) {
            return true;
        }
        VideoFormat video = track.track().format() instanceof VideoFormat v ? v : null;
        AudioFormat audio = track.track().format() instanceof AudioFormat a ? a : null;
        String property = name.substring(name.indexOf('_') + 1);
        return switch (property) {
            case "height" -> video != null && within(video.height(), values);
            case "framerate" ->
                video != null
                        && video.frameRate() != null
                        && within(Math.round(video.frameRate().toDouble()), values);
            case "bitrate" -> within(track.peakBitrate(), values);
            case "channels" -> audio != null && within(audio.channels(), values);
            case "sample_rate" -> audio != null && within(audio.sampleRate(), values);
            case "language" -> {
                String language = track.track().language();
                yield values.stream().anyMatch(v -> v.equalsIgnoreCase(language == null ? "und" : language));
            }
            default -> {
                String codec = track.track().format().codec().codec().name().toLowerCase(Locale.ROOT);
                String entry = track.codec().sampleEntry();
                yield values.stream().anyMatch(v -> v.equalsIgnoreCase(codec) || v.equalsIgnoreCase(entry));
            }
        };
    }

    private static boolean within(long value, List<String> ranges) {
        for (String range : ranges) {
            int dash = range.indexOf('-');
            long low = Long.parseLong(dash < 0 ? range : range.substring(0, dash));
            long high = Long.parseLong(dash < 0 ? range : range.substring(dash + 1));
            if (value >= low && value <= high) {
                return true;
            }
        }
        return false;
    }
}

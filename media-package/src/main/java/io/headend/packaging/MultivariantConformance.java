package io.headend.packaging;

import io.headend.formats.hls.parsed.ParsedMultivariant;
import io.headend.formats.hls.parsed.ParsedMultivariant.Rendition;
import io.headend.formats.hls.parsed.ParsedMultivariant.Variant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rules of a multivariant playlist and of its media playlists taken together. */
final class MultivariantConformance {

    private final HlsConformance check;
    private final String path;
    private final String text;
    private final ParsedMultivariant playlist;
    private final Map<String, CheckedPlaylist> media;

    MultivariantConformance(
            HlsConformance check,
            String path,
            String text,
            ParsedMultivariant playlist,
            Map<String, CheckedPlaylist> media) {
        this.check = check;
        this.path = path;
        this.text = text;
        this.playlist = playlist;
        this.media = media;
    }

    void check() {
        List<Variant> videos =
                playlist.variants().stream().filter(this::isVideo).toList();
        ladder(videos);
        for (Variant variant : playlist.variants()) {
            variant(variant);
        }
        renditions();
        stereo();
        trickPlay(videos);
        independent(videos);
        together();
        for (Variant variant : playlist.variants()) {
            new RateConformance(check, path, playlist, media).check(variant);
        }
    }

    private void ladder(List<Variant> videos) {
        if (videos.isEmpty()) {
            return;
        }
        if (videos.stream().noneMatch(MultivariantConformance::isStandardRange)) {
            violation("1.24", "every variant is of high dynamic range");
        }
        if (videos.stream().map(Variant::bandwidth).distinct().count() < 2) {
            violation("9.9", "there is one video bit rate only");
        }
    }

    private void variant(Variant variant) {
        Map<String, String> attributes = variant.attributes();
        String uri = variant.uri();
        if (variant.codecs().isEmpty()) {
            violation("9.1", uri + " has no CODECS");
        }
        if (!attributes.containsKey("AVERAGE-BANDWIDTH")) {
            violation("9.14", uri + " has no AVERAGE-BANDWIDTH");
        }
        CheckedPlaylist own = media.get(HlsConformance.resolve(path, uri));
        boolean pictures = isVideo(variant) || (own != null && own.hasPictures());
        if (pictures && variant.resolution() == null) {
            violation("9.2", uri + " has no RESOLUTION");
        }
        if (pictures && variant.frameRate() == null) {
            violation("9.15", uri + " has no FRAME-RATE");
        }
        if (own != null) {
            described(variant, own);
        }
    }

    private void described(Variant variant, CheckedPlaylist own) {
        String uri = variant.uri();
        boolean map = own.playlist().segments().stream().anyMatch(s -> s.form().map() != null);
        boolean hevc = variant.codecs().contains("hvc1") || variant.codecs().contains("hev1");
        if (hevc && !map && !own.segments().isEmpty()) {
            violation("1.5", uri + " is HEVC, but not in fragmented MP4");
        }
        boolean highRange = own.segments().stream()
                .anyMatch(s -> s.init() != null
                        && (s.init().transfer() == 16 || s.init().transfer() == 18));
        if (highRange && isStandardRange(variant)) {
            violation("9.16", uri + " is of high dynamic range, but has no VIDEO-RANGE that says so");
        }
        boolean sound = variant.codecs().matches(".*(mp4a|ac-3|ec-3|opus|Opus|flac|fLaC).*");
        String group = variant.group("AUDIO");
        boolean grouped = group != null
                && playlist.renditions().stream()
                        .anyMatch(r -> r.type().equals("AUDIO") && r.groupId().equals(group));
        if (sound && !own.hasSound() && own.hasPictures() && !grouped) {
            violation("8.9", uri + " names sound that is neither in its segments nor in a group of EXT-X-MEDIA");
        }
        captions(variant, own);
    }

    private void captions(Variant variant, CheckedPlaylist own) {
        boolean captioned = own.segments().stream()
                .anyMatch(s -> s.facts() != null
                        && s.facts().picture() != null
                        && s.facts().picture().captions());
        String group = variant.group("CLOSED-CAPTIONS");
        boolean declared = group != null
                && playlist.renditions().stream()
                        .anyMatch(r -> r.type().equals("CLOSED-CAPTIONS")
                                && r.groupId().equals(group)
                                && r.language() != null);
        if (captioned && !declared) {
            violation("4.4", variant.uri() + " has closed captions that no EXT-X-MEDIA with LANGUAGE declares");
        }
    }

    private void renditions() {
        for (Rendition rendition : playlist.renditions()) {
            String name = rendition.type() + " rendition '" + rendition.name() + "'";
            if (!rendition.type().equals("VIDEO") && rendition.language() == null) {
                violation("8.10", name + " has no LANGUAGE");
            }
            if (rendition.type().equals("CLOSED-CAPTIONS") && rendition.language() == null) {
                violation("4.4", name + " has no LANGUAGE");
            }
            boolean description = rendition
                    .attributes()
                    .getOrDefault("CHARACTERISTICS", "")
                    .contains("public.accessibility.describes-video");
            if (description && !"YES".equals(rendition.attributes().get("AUTOSELECT"))) {
                violation("2.13", name + " is an audio description without AUTOSELECT=YES");
            }
        }
    }

    private void stereo() {
        boolean sound = false;
        boolean stereo = false;
        for (Variant variant : playlist.variants()) {
            boolean aac = variant.codecs().contains("mp4a.40");
            sound |= aac || variant.codecs().matches(".*(ac-3|ec-3|opus|Opus|flac|fLaC).*");
            String group = variant.group("AUDIO");
            CheckedPlaylist own = media.get(HlsConformance.resolve(path, variant.uri()));
            stereo |= aac && group == null && own != null && isStereo(own);
            for (Rendition rendition : playlist.renditions()) {
                if (aac
                        && rendition.type().equals("AUDIO")
                        && rendition.groupId().equals(group)) {
                    String channels = rendition.attributes().get("CHANNELS");
                    String uri = rendition.uri();
                    CheckedPlaylist sounds = uri == null ? own : media.get(HlsConformance.resolve(path, uri));
                    stereo |= channels == null ? sounds != null && isStereo(sounds) : channels.equals("2");
                }
            }
        }
        if (sound && !stereo) {
            violation("2.3", "there is no stereo sound in AAC");
        }
    }

    /** Transport streams do not say it in a place that is read here: they count as stereo. */
    private static boolean isStereo(CheckedPlaylist sounds) {
        return sounds.segments().stream()
                .anyMatch(s -> s.init() == null
                        ? s.facts() != null && s.facts().tracks().sounds() > 0
                        : s.init().channels() == 2);
    }

    private void trickPlay(List<Variant> videos) {
        List<Variant> iframes = playlist.iframes();
        if (!videos.isEmpty() && iframes.isEmpty()) {
            violation("6.1", "there is no EXT-X-I-FRAME-STREAM-INF");
            violation("6.16", "there is no SDR trick play stream");
            return;
        }
        if (!videos.isEmpty() && iframes.stream().noneMatch(MultivariantConformance::isStandardRange)) {
            violation("6.16", "there is no SDR trick play stream");
        }
        for (Variant variant : iframes) {
            if (variant.codecs().isEmpty()) {
                violation("9.3", variant.uri() + " has no CODECS");
            }
            if (variant.resolution() == null) {
                violation("9.4", variant.uri() + " has no RESOLUTION");
            }
        }
    }

    private void independent(List<Variant> videos) {
        boolean everywhere = videos.stream()
                .map(v -> media.get(HlsConformance.resolve(path, v.uri())))
                .allMatch(p -> p == null || p.playlist().header().independent());
        if (!videos.isEmpty() && !text.contains("#EXT-X-INDEPENDENT-SEGMENTS") && !everywhere) {
            violation("9.12", "EXT-X-INDEPENDENT-SEGMENTS is neither here nor in all video playlists");
        }
    }

    /** Target durations, lengths and discontinuities of all media playlists. */
    private void together() {
        CheckedPlaylist first = first();
        if (first == null) {
            return;
        }
        Set<String> subtitles = new HashSet<>();
        playlist.renditions().stream()
                .filter(r -> r.type().equals("SUBTITLES") && r.uri() != null)
                .forEach(r -> subtitles.add(HlsConformance.resolve(path, String.valueOf(r.uri()))));
        long target = first.playlist().header().targetDuration();
        List<Double> breaks = breaks(first);
        for (CheckedPlaylist other : media.values()) {
            boolean text = subtitles.contains(other.path());
            if (other.playlist().header().targetDuration() != target) {
                String rule = other.isIframes() ? "6.11" : text ? "5.6" : "8.2";
                if (rule.equals("8.2") || other.isLive()) {
                    check.violation(rule, other.path(), "EXT-X-TARGETDURATION is not " + target + " as elsewhere");
                }
            }
            if (other.isIframes() || text) {
                continue;
            }
            double apart = Math.abs(other.length().minus(first.length()).toMillis() / 1000.0);
            if (!other.isLive() && apart > target) {
                check.violation("8.3", other.path(), "it lasts " + apart + " s more or less than " + first.path());
            }
            if (!sameBreaks(breaks, breaks(other), target)) {
                check.violation("8.15", other.path(), "its discontinuities are not at the times of " + first.path());
            }
        }
    }

    private @Nullable CheckedPlaylist first() {
        for (Variant variant : playlist.variants()) {
            CheckedPlaylist found = media.get(HlsConformance.resolve(path, variant.uri()));
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    /** Seconds from the beginning at which discontinuities are; live from the first date-time. */
    private static List<Double> breaks(CheckedPlaylist playlist) {
        List<Double> times = new ArrayList<>();
        double at = playlist.playlist().segments().stream()
                .map(s -> s.programDateTime())
                .filter(Objects::nonNull)
                .findFirst()
                .map(date -> date.toEpochMilli() / 1000.0)
                .orElse(0.0);
        long sequence = playlist.playlist().header().discontinuitySequence();
        for (var segment : playlist.playlist().segments()) {
            if (segment.place().discontinuitySequence() != sequence) {
                sequence = segment.place().discontinuitySequence();
                times.add(at);
            }
            at += segment.duration().toNanos() / 1e9;
        }
        return times;
    }

    private static boolean sameBreaks(List<Double> one, List<Double> two, long target) {
        if (one.size() != two.size()) {
            return false;
        }
        for (int i = 0; i < one.size(); i++) {
            if (Math.abs(one.get(i) - two.get(i)) > target / 2.0) {
                return false;
            }
        }
        return true;
    }

    private boolean isVideo(Variant variant) {
        return variant.resolution() != null
                || variant.codecs().matches(".*(avc1|avc3|hvc1|hev1|av01|vp09|dvh1|dvhe).*");
    }

    private static boolean isStandardRange(Variant variant) {
        return variant.attributes().getOrDefault("VIDEO-RANGE", "SDR").equals("SDR");
    }

    private void violation(String rule, String what) {
        check.violation(rule, path, what);
    }
}

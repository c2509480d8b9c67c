package io.headend.packaging;

import io.headend.formats.hls.parsed.ParsedMedia;
import io.headend.packaging.CheckedPlaylist.Checked;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rules of one media playlist and its segments in their order. */
final class MediaConformance {

    private static final long NANOS = 1_000_000_000L;
    // Clocks of transport streams are read in 90 kHz, EXTINF is written to a microsecond.
    private static final long ROUNDING = 100_000;
    private static final long WRAP = (long) ((1L << 33) / 90_000.0 * NANOS);

    private final HlsConformance check;

    MediaConformance(HlsConformance check) {
        this.check = check;
    }

    void check(CheckedPlaylist playlist) {
        header(playlist);
        keys(playlist);
        if (playlist.isIframes()) {
            if (!playlist.text().contains("#EXT-X-I-FRAMES-ONLY")) {
                violation("6.8", playlist, "there is no EXT-X-I-FRAMES-ONLY");
            }
            return;
        }
        LowLatencyConformance.check(check, playlist);
        pairs(playlist);
        durations(playlist);
    }

    private void header(CheckedPlaylist playlist) {
        ParsedMedia media = playlist.playlist();
        boolean dated = media.segments().stream().anyMatch(s -> s.programDateTime() != null);
        String type = media.header().type();
        if (playlist.isLive()
                && !type.equals("EVENT")
                && !dated
                && !media.segments().isEmpty()) {
            violation("8.4", playlist, "a live playlist has no EXT-X-PROGRAM-DATE-TIME");
        }
        if (!playlist.isLive() && type.isEmpty() && !dated) {
            violation("8.6", playlist, "content on demand has no EXT-X-PLAYLIST-TYPE:VOD");
        }
        if (type.equals("EVENT") && media.header().mediaSequence() > 0) {
            violation("8.8", playlist, "an EVENT playlist has lost its first segments");
        }
        if (playlist.isLive()
                && type.isEmpty()
                && media.segments().size() + media.header().skipped() < 6) {
            violation(
                    "8.11",
                    playlist,
                    "a live playlist lists " + media.segments().size() + " segments; at least six are needed");
        }
        if (playlist.isLive()
                && playlist.text().contains("#EXT-X-DISCONTINUITY\n")
                && !playlist.text().contains("#EXT-X-DISCONTINUITY-SEQUENCE:")) {
            violation("8.17", playlist, "there are discontinuities, but no EXT-X-DISCONTINUITY-SEQUENCE");
        }
    }

    private void keys(CheckedPlaylist playlist) {
        Set<Map<String, String>> keys = new LinkedHashSet<>();
        playlist.playlist()
                .segments()
                .forEach(segment -> keys.addAll(segment.form().keys()));
        for (Map<String, String> key : keys) {
            String method = key.getOrDefault("METHOD", "");
            String format = key.getOrDefault("KEYFORMAT", "identity");
            boolean fairPlay = format.equals("com.apple.streamingkeydelivery");
            if (fairPlay && !method.equals("SAMPLE-AES")) {
                violation("13.2", playlist, "FairPlay needs METHOD=SAMPLE-AES, not " + method);
            }
            if (!fairPlay && key.getOrDefault("URI", "").startsWith("skd:")) {
                violation("13.3", playlist, "a FairPlay key has KEYFORMAT " + format);
            }
            if (method.equals("SAMPLE-AES-CTR")) {
                violation("13.11", playlist, "METHOD=SAMPLE-AES-CTR is not played by Apple's devices");
            }
        }
    }

    /** Neighbours: continuity, changes of coding, rate and channels. */
    private void pairs(CheckedPlaylist playlist) {
        Checked before = null;
        for (Checked segment : playlist.segments()) {
            if (segment.facts() != null) {
                inside(playlist, segment);
                if (before != null) {
                    pair(playlist, before, segment);
                }
            }
            before = segment.facts() == null ? null : segment;
        }
    }

    private void inside(CheckedPlaylist playlist, Checked segment) {
        SegmentFacts facts = segment.facts();
        if (facts == null) {
            return;
        }
        // the bytes of protected pictures say nothing
        if (facts.picture() != null && !facts.picture().idr() && !playlist.isProtected()) {
            violation("7.4", playlist, segment.listed().uri() + " does not begin with an IDR picture");
        }
        if (facts.tracks().hevc() && facts.isTransportStream()) {
            violation("1.5", playlist, segment.listed().uri() + " carries HEVC in a transport stream");
        }
        long most = playlist.playlist().header().targetDuration() * NANOS + NANOS / 2;
        if (facts.duration() > most + ROUNDING) {
            violation(
                    "7.7",
                    playlist,
                    segment.listed().uri() + " lasts " + seconds(facts.duration())
                            + " s, more than the target duration plus half a second");
        }
    }

    private void pair(CheckedPlaylist playlist, Checked before, Checked segment) {
        SegmentFacts one = before.facts();
        SegmentFacts two = segment.facts();
        if (one == null || two == null) {
            return;
        }
        boolean broken = segment.listed().place().discontinuitySequence()
                != before.listed().place().discontinuitySequence();
        if (broken) {
            return;
        }
        String uri = segment.listed().uri();
        InitFacts oldInit = before.init();
        InitFacts newInit = segment.init();
        if (oldInit != null && newInit != null && !oldInit.description().equals(newInit.description())) {
            if (oldInit.channels() != newInit.channels()) {
                violation("2.11", playlist, "the channel layout changes at " + uri + " without EXT-X-DISCONTINUITY");
            }
            violation("8.13", playlist, "the coding changes at " + uri + " without EXT-X-DISCONTINUITY");
        }
        if (one.frame() > 0
                && two.frame() > 0
                && one.picture() != null
                && Math.abs(one.frame() - two.frame()) * 20 > one.frame()) {
            violation("8.14", playlist, "the frame rate changes at " + uri + " without EXT-X-DISCONTINUITY");
        }
        if (two.isTransportStream()) {
            transport(playlist, one, two, uri);
        } else if (Math.abs(two.start() - one.end()) > ROUNDING) {
            violation(
                    "7.3",
                    playlist,
                    "tfdt of " + uri + " is " + seconds(two.start()) + " s where the segment before ends at "
                            + seconds(one.end()) + " s");
            violation("7.1", playlist, "media are not continuous at " + uri);
        }
    }

    private void transport(CheckedPlaylist playlist, SegmentFacts one, SegmentFacts two, String uri) {
        for (Map.Entry<Integer, Integer> counter : two.tracks().firstCounters().entrySet()) {
            Integer last = one.tracks().lastCounters().get(counter.getKey());
            if (last != null && counter.getValue() != (last + 1 & 15)) {
                violation("7.2", playlist, "the continuity counter of PID " + counter.getKey() + " jumps at " + uri);
            }
        }
        long step = Math.abs(two.start() - one.end());
        long gap = Math.min(step, Math.abs(WRAP - step));
        if (gap > Math.max(one.frame(), ROUNDING) + ROUNDING) {
            violation("7.1", playlist, "media are not continuous at " + uri + ": " + seconds(gap) + " s off");
        }
    }

    /** Sums of EXTINF and of what the segments really last, over each stretch without a discontinuity. */
    private void durations(CheckedPlaylist playlist) {
        long listed = 0;
        long real = 0;
        long frame = 0;
        @Nullable Checked before = null;
        List<String> off = new ArrayList<>();
        for (Checked segment : playlist.segments()) {
            SegmentFacts facts = segment.facts();
            if (before == null
                    || facts == null
                    || segment.listed().place().discontinuitySequence()
                            != before.listed().place().discontinuitySequence()) {
                listed = 0;
                real = 0;
            } else if (before != null) {
                real += correction(before.facts(), facts);
            }
            if (facts != null) {
                listed += segment.listed().duration().toNanos();
                real += facts.duration();
                frame = Math.max(frame, facts.frame() > 0 ? facts.frame() : NANOS / 20);
                if (Math.abs(listed - real)
                        > frame + ROUNDING * (1 + playlist.segments().size() / 10)) {
                    off.add(segment.listed().uri());
                }
            }
            before = segment;
        }
        if (!off.isEmpty()) {
            violation(
                    "8.1",
                    playlist,
                    "from " + off.get(0)
                            + " on, the sum of EXTINF differs from the real duration by more than a frame");
        }
    }

    /** The last packet of sound in a transport stream segment may hold less than others; how long it lasts the next segment tells. */
    private static long correction(@Nullable SegmentFacts before, @Nullable SegmentFacts next) {
        if (before == null || next == null || !before.isTransportStream() || before.picture() != null) {
            return 0;
        }
        long step = Math.floorMod(next.start() - before.end() + WRAP / 2, WRAP) - WRAP / 2;
        return Math.abs(step) <= before.frame() ? step : 0;
    }

    private void violation(String rule, CheckedPlaylist playlist, String what) {
        check.violation(rule, playlist.path(), what);
    }

    static String seconds(long nanos) {
        return Duration.ofMillis(Math.round(nanos / 1e6)).toMillis() / 1000.0 + "";
    }
}

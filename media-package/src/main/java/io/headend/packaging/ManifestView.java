package io.headend.packaging;

import io.headend.core.EpochGrid;
import io.headend.core.Timestamp;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What of a presentation a client asks for by the query of a manifest: {@code begin} and {@code end} (instants, as RFC 3339 or
 * in seconds since 1970), {@code delay} (seconds behind the present), {@code filter} (see {@link TrackFilter}). Edges are
 * whole segments: the one in which {@code begin} lies is the first, the one in which {@code end} lies the last.
 */
record ManifestView(@Nullable Instant begin, @Nullable Instant end, Duration delay, TrackFilter filter) {

    static final ManifestView LIVE = new ManifestView(null, null, Duration.ZERO, TrackFilter.ALL);

    private static final long MAX_DELAY = 14 * 86_400;
    private static final Instant LAST = Instant.parse("2200-01-01T00:00:00Z");
    private static final Set<String> NAMES =
            Set.of("begin", "end", "delay", "filter", "_HLS_msn", "_HLS_part", "_HLS_skip");

    /** @throws PlaylistRequest.Refused if a parameter that has a meaning here is said twice: nobody knows which one is meant */
    static void once(String rawQuery) throws PlaylistRequest.Refused {
        Set<String> seen = new HashSet<>();
        for (String pair : rawQuery.split("&", -1)) {
            String name = pair.substring(0, pair.indexOf('=') < 0 ? pair.length() : pair.indexOf('='));
            if (NAMES.contains(name) && !seen.add(name)) {
                throw new PlaylistRequest.Refused(name + " is said twice.");
            }
        }
    }

    /** @throws PlaylistRequest.Refused if a parameter is not one of those, or not well-formed */
    static ManifestView parse(Map<String, String> query) throws PlaylistRequest.Refused {
        String wanted = query.get("filter");
        String delay = query.getOrDefault("delay", "0");
        if (!delay.matches("\\d{1,7}") || Long.parseLong(delay) > MAX_DELAY) {
            throw new PlaylistRequest.Refused("delay is a whole number of seconds, at most " + MAX_DELAY + ".");
        }
        Instant begin = instant("begin", query.get("begin"));
        Instant end = instant("end", query.get("end"));
        if (end != null && (begin == null || !begin.isBefore(end))) {
            throw new PlaylistRequest.Refused("end needs a begin before it.");
        }
        if (begin != null && !delay.equals("0")) {
            throw new PlaylistRequest.Refused("delay and begin exclude each other.");
        }
        TrackFilter filter = wanted == null ? TrackFilter.ALL : TrackFilter.parse(wanted);
        ManifestView view = new ManifestView(begin, end, Duration.ofSeconds(Long.parseLong(delay)), filter);
        return view.equals(LIVE) ? LIVE : view;
    }

    private static @Nullable Instant instant(String name, @Nullable String value) throws PlaylistRequest.Refused {
        if (value == null) {
            return null;
        }
        try {
            Instant at =
                    value.matches("\\d{1,11}") ? Instant.ofEpochSecond(Long.parseLong(value)) : Instant.parse(value);
            if (!at.isBefore(Instant.EPOCH) && at.isBefore(LAST)) {
                return at;
            }
        } catch (DateTimeException e) {
            // said below
        }
        throw new PlaylistRequest.Refused(name + " is an instant such as 2026-11-22T12:00:00Z, from 1970 to 2199.");
    }

    boolean isLive() {
        return equals(LIVE);
    }

    /** The part of a presentation that is asked for, or {@code null} where it has none of it. */
    @Nullable
    Presentation of(Presentation whole, Instant now) {
        Presentation some = filter.of(whole);
        if (some == null || isLive()) {
            return some;
        }
        EpochGrid grid = whole.policy().grid();
        if (begin != null) {
            return between(some.settled(), grid.segmentAt(Timestamp.of(begin)));
        }
        if (delay.isZero()) {
            return some.latest();
        }
        Presentation settled = some.settled();
        long last = grid.segmentAt(Timestamp.of(now.minus(delay))) - 1;
        return last < settled.firstNumber() ? null : settled.through(last).latest();
    }

    private @Nullable Presentation between(Presentation whole, long first) {
        if (first > whole.lastNumber()) {
            return null;
        }
        Presentation from = whole.from(first);
        Instant until = end;
        if (until == null) {
            return from;
        }
        // the instant before the end, so that an end on a boundary does not begin another segment
        long last = whole.policy().grid().segmentAt(Timestamp.of(until.minusNanos(1)));
        if (last < from.firstNumber()) {
            return null;
        }
        Presentation through = from.through(last);
        boolean complete = whole.lastNumber() >= last || whole.ended();
        return new Presentation(
                through.version(), through.settings(), through.breaks(), complete, through.tracks(), through.cues());
    }

    /** The query that gives the same view, for the playlists that a multivariant playlist names. */
    String query() {
        List<String> parts = new ArrayList<>();
        if (begin != null) {
            parts.add("begin=" + begin);
        }
        if (end != null) {
            parts.add("end=" + end);
        }
        if (!delay.isZero()) {
            parts.add("delay=" + delay.toSeconds());
        }
        return parts.isEmpty() ? "" : "?" + String.join("&", parts);
    }
}

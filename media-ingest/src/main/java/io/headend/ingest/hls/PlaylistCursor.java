package io.headend.ingest.hls;

import io.headend.formats.hls.parsed.ParsedMedia;
import io.headend.formats.hls.parsed.ParsedSegment;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Knows which segments of a playlist that is loaded again and again are new. Pure bookkeeping: no input or output, no time.
 *
 * <p>Segments follow by media sequence number. A playlist whose numbers went back is an old copy where its segments are known, and
 * a stream that began anew where they are not.
 */
final class PlaylistCursor {

    private static final int REMEMBERED = 256;
    /** RFC 8216bis, 6.3.3: a client does not begin nearer to the end. */
    private static final int TARGETS_FROM_END = 3;

    private final Map<Long, String> seen = new LinkedHashMap<>();
    private long next = -1;
    private long lost;
    private @Nullable Instant clock;

    /** What a load brought. */
    record Update(List<Segment> segments, boolean restarted, long lost) {}

    Update update(ParsedMedia playlist, URI base) {
        List<ParsedSegment> all = playlist.segments();
        if (all.isEmpty()) {
            return new Update(List.of(), false, 0);
        }
        long first = number(all, 0);
        long last = number(all, all.size() - 1);
        boolean restarted = false;
        long missed = 0;
        int from;
        if (next < 0) {
            from = start(playlist);
        } else if (last < next - 1 && !isOldCopy(all)) {
            restarted = true;
            from = start(playlist);
        } else if (first - next > REMEMBERED) {
            restarted = true;
            from = start(playlist);
        } else if (first > next) {
            missed = first - next;
            from = 0;
        } else {
            from = (int) Math.min(all.size(), next - first);
            if (from == all.size() && last == next - 1 && !isOldCopy(all)) {
                // The same numbers for other segments: it began anew and has just come as far.
                restarted = true;
                from = start(playlist);
            }
        }
        lost += missed;
        List<Segment> fresh = new ArrayList<>();
        long target = playlist.header().targetDuration() * 1_000_000_000L;
        if (restarted) {
            seen.clear();
        }
        if (next < 0 || restarted || missed > 0) {
            clock = clockAt(all, from);
        }
        for (int i = from; i < all.size(); i++) {
            fresh.add(take(all.get(i), base, target));
        }
        if (!fresh.isEmpty()) {
            next = last + 1;
        }
        return new Update(fresh, restarted, missed);
    }

    private Segment take(ParsedSegment said, URI base, long target) {
        Instant dateTime = said.programDateTime() == null ? clock : said.programDateTime();
        clock = dateTime == null ? null : dateTime.plus(said.duration());
        remember(said);
        return new Segment(said, base, dateTime, target);
    }

    /** Wall clock of a segment as the ones before it tell. */
    private static @Nullable Instant clockAt(List<ParsedSegment> all, int index) {
        Instant at = null;
        for (ParsedSegment said : all.subList(0, index)) {
            Instant start = said.programDateTime() == null ? at : said.programDateTime();
            at = start == null ? null : start.plus(said.duration());
        }
        return at != null ? at : clockBackFrom(all.subList(index, all.size()));
    }

    private static @Nullable Instant clockBackFrom(List<ParsedSegment> all) {
        Duration before = Duration.ZERO;
        for (ParsedSegment said : all) {
            Instant start = said.programDateTime();
            if (start != null) {
                return start.minus(before);
            }
            before = before.plus(said.duration());
        }
        return null;
    }

    private void remember(ParsedSegment said) {
        seen.put(said.place().mediaSequence(), name(said));
        if (seen.size() > REMEMBERED) {
            seen.remove(seen.keySet().iterator().next());
        }
    }

    // Tokens in the query may change with every load.
    private static String name(ParsedSegment said) {
        int query = said.uri().indexOf('?');
        String path = query < 0 ? said.uri() : said.uri().substring(0, query);
        return path.substring(path.lastIndexOf('/') + 1) + said.form().range();
    }

    private boolean isOldCopy(List<ParsedSegment> all) {
        boolean overlap = false;
        for (ParsedSegment said : all) {
            String known = seen.get(said.place().mediaSequence());
            if (known != null) {
                overlap = true;
                if (known.equals(name(said))) {
                    return true;
                }
            }
        }
        return !overlap && number(all, all.size() - 1) >= next - 1;
    }

    private static int start(ParsedMedia playlist) {
        if (playlist.ended()) {
            return 0;
        }
        long wanted = TARGETS_FROM_END * 1_000_000_000L * playlist.header().targetDuration();
        List<ParsedSegment> all = playlist.segments();
        int from = all.size();
        for (long behind = 0; from > 0 && behind < wanted; from--) {
            behind += all.get(from - 1).duration().toNanos();
        }
        return from;
    }

    private static long number(List<ParsedSegment> all, int index) {
        return all.get(index).place().mediaSequence();
    }

    /** Another place is asked for the same stream from here on; it may number otherwise. */
    void moved() {
        seen.clear();
    }

    /** Segments that were gone before they could be seen. */
    long lost() {
        return lost;
    }
}

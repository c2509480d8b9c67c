package io.headend.ingest.hls;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.formats.hls.parsed.ParsedMedia;
import io.headend.formats.hls.parsed.ParsedMultivariant;
import io.headend.formats.hls.parsed.ParsedPlaylist;
import io.headend.formats.hls.parsed.ParsedSegment.InitializationSection;
import io.headend.formats.hls.parsed.PlaylistParser;
import io.headend.ingest.Hls;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows one media playlist: loads it when it is due, fetches what is new, goes to another place when this one fails.
 *
 * <p>A failure is never the end: it is tried again after a pause until the patience is used up. A segment is left out when it cannot be
 * had while a newer one can.
 *
 * <p><b>Threading:</b> one thread.
 */
final class Rendition implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Rendition.class);
    private static final long SHORTEST_PAUSE = 100_000_000L;
    private static final long LONGEST_PAUSE = 1_000_000_000L;
    private static final int TRIES_BEFORE_DOUBT = 3;
    private static final int TARGETS_FROZEN = 3;

    private final Client client;
    private final int index;
    private final List<URI> places;
    private final PlaylistCursor cursor = new PlaylistCursor();
    private final ArrayDeque<Segment> pending = new ArrayDeque<>();
    private final SegmentQueue ready;
    private int place;
    private long targetNanos = LONGEST_PAUSE;
    private long reloadDue;
    private long segmentDue;
    private long lastGood;
    private long lastFresh;
    private int failures;
    private int tries;
    private boolean missing;
    private boolean loaded;
    private boolean recording;
    private boolean ended;
    private int generation;
    private @Nullable InitializationSection mapKey;
    private byte[] map = new byte[0];

    /** @param index 0 for the variant itself, from 1 on for its sound renditions */
    Rendition(Client client, int index, List<URI> places, @Nullable String language) {
        this.client = client;
        this.index = index;
        this.places = new ArrayList<>(places);
        this.ready = new SegmentQueue(client, new AnySegments(client.stop), language);
        long now = client.nanoTime.getAsLong();
        this.reloadDue = now;
        this.segmentDue = now;
        this.lastGood = now;
        this.lastFresh = now;
    }

    SegmentQueue ready() {
        return ready;
    }

    /** Whether everything has been fetched. */
    boolean isDone() {
        return ended && pending.isEmpty();
    }

    /** Whether nothing new has come for so long that the others do not wait any more. */
    boolean isLate(long now) {
        return now - lastFresh > 2 * targetNanos && now - lastGood > targetNanos;
    }

    /** When the next step is due. */
    long due() {
        if (pending.isEmpty()) {
            return reloadDue;
        }
        return tries > 0 && !ended ? Math.min(segmentDue, reloadDue) : segmentDue;
    }

    /**
     * Loads the playlist or fetches a segment.
     *
     * @throws MediaException when patience is used up, or what cannot get better by waiting
     */
    void step() {
        long now = client.nanoTime.getAsLong();
        boolean reload = pending.isEmpty() || (tries > 0 && !ended && reloadDue < segmentDue);
        try {
            if (reload) {
                load(now);
            } else {
                fetch(now);
            }
        } catch (MediaException e) {
            if (client.stop.getAsBoolean()
                    || e.code() == MediaErrorCode.UNSUPPORTED
                    || (!loaded && places.size() == 1)) {
                throw e;
            }
            failed(e, reload);
        }
    }

    private void failed(MediaException failure, boolean reload) {
        client.counters.retries.incrementAndGet();
        long now = client.nanoTime.getAsLong();
        if (now - lastGood >= client.patience.toNanos()) {
            throw failure;
        }
        failures++;
        log.debug("trying again: {}", failure.getMessage());
        if (reload) {
            reloadDue = now + pause(failures, failure);
            if (failures >= 2) {
                moveOn();
            }
            return;
        }
        tries++;
        segmentDue = now + pause(tries, failure);
        boolean gone = failure.code() == MediaErrorCode.NOT_FOUND || failure.code() == MediaErrorCode.MALFORMED;
        if (gone && (missing || (tries >= TRIES_BEFORE_DOUBT && newestCanBeHad()))) {
            leaveOut();
            missing = true;
        } else if (failures >= 2 * TRIES_BEFORE_DOUBT) {
            moveOn();
        }
    }

    private void leaveOut() {
        pending.poll();
        client.counters.segmentsLost.incrementAndGet();
        tries = 0;
        segmentDue = client.nanoTime.getAsLong();
    }

    private boolean newestCanBeHad() {
        Segment newest = pending.size() > 1 ? pending.peekLast() : null;
        if (newest == null) {
            return false;
        }
        try {
            client.fetcher.get(
                    Fetcher.resolve(newest.base(), newest.said().uri()),
                    newest.said().form().range(),
                    Client.MOST_SEGMENT_BYTES);
            return true;
        } catch (MediaException e) {
            return false;
        }
    }

    private long pause(int attempt, MediaException failure) {
        if (failure.code() == MediaErrorCode.TIMEOUT) {
            // It has waited already.
            return SHORTEST_PAUSE;
        }
        long longest = Math.max(SHORTEST_PAUSE, Math.min(LONGEST_PAUSE, targetNanos / 2));
        long whole = Math.min(longest, SHORTEST_PAUSE << Math.min(attempt, 10));
        return whole / 2 + ThreadLocalRandom.current().nextLong(whole / 2 + 1);
    }

    private void moveOn() {
        if (places.size() > 1) {
            place = (place + 1) % places.size();
            failures = 0;
            cursor.moved();
            // What was listed there has to be listed here.
            reloadDue = client.nanoTime.getAsLong();
            client.counters.alternates.incrementAndGet();
            log.info("going to another place of the playlist: {}", Fetcher.shown(places.get(place)));
        }
    }

    private void load(long begun) {
        client.counters.reloads.incrementAndGet();
        Fetcher.Fetched fetched = client.fetcher.get(places.get(place), null, Client.MOST_PLAYLIST_BYTES);
        ParsedPlaylist parsed = PlaylistParser.parse(
                new String(fetched.body(), StandardCharsets.UTF_8), client.variables, query(fetched.location()));
        if (parsed instanceof ParsedMultivariant multivariant) {
            descend(multivariant, fetched.location());
            return;
        }
        ParsedMedia playlist = (ParsedMedia) parsed;
        targetNanos = playlist.header().targetDuration() * 1_000_000_000L;
        client.fetcher.target(targetNanos);
        PlaylistCursor.Update update = cursor.update(playlist, fetched.location());
        recording = !loaded ? playlist.ended() : recording;
        loaded = true;
        lastGood = begun;
        failures = 0;
        if (update.restarted()) {
            client.counters.restarts.incrementAndGet();
            generation = client.restarted(generation);
        } else {
            generation = client.generation();
        }
        client.counters.segmentsLost.addAndGet(update.lost());
        update.segments().forEach(pending::add);
        ended = playlist.ended();
        if (update.segments().isEmpty()) {
            reloadDue = begun + targetNanos / 2;
            frozen(begun);
        } else {
            lastFresh = begun;
            long last = update.segments()
                    .get(update.segments().size() - 1)
                    .said()
                    .duration()
                    .toNanos();
            reloadDue = begun + Math.max(SHORTEST_PAUSE, Math.min(targetNanos, last));
            segmentDue = Math.min(segmentDue, begun);
        }
    }

    private void frozen(long now) {
        if (ended) {
            return;
        }
        if (now - lastFresh >= client.patience.toNanos()) {
            throw new MediaException(
                    MediaErrorCode.TIMEOUT,
                    "the playlist at " + Fetcher.shown(places.get(place)) + " has had no new segment for "
                            + client.patience.toSeconds() + " s");
        }
        if (now - lastFresh > TARGETS_FROZEN * targetNanos) {
            moveOn();
            lastFresh = places.size() > 1 ? now : lastFresh;
        }
    }

    /** An alternate place may be that of the multivariant playlist. */
    private void descend(ParsedMultivariant multivariant, URI base) {
        VariantChoice choice = VariantChoice.of(multivariant, base, Hls.Choice.BEST);
        List<URI> sound = List.copyOf(choice.sound().keySet());
        if (index > sound.size()) {
            places.remove(place);
            place = 0;
            if (places.isEmpty()) {
                throw MediaException.malformed("the alternate playlist has no such rendition");
            }
            return;
        }
        places.set(place, index == 0 ? choice.main().get(0) : sound.get(index - 1));
        reloadDue = client.nanoTime.getAsLong();
    }

    static Map<String, String> query(URI uri) {
        Map<String, String> parameters = new LinkedHashMap<>();
        String query = uri.getQuery();
        if (query != null) {
            for (String pair : query.split("&", 1000)) {
                int equals = pair.indexOf('=');
                parameters.putIfAbsent(
                        equals < 0 ? pair : pair.substring(0, equals), equals < 0 ? "" : pair.substring(equals + 1));
            }
        }
        return parameters;
    }

    private void fetch(long now) {
        Segment segment = pending.element();
        if (segment.said().gap()) {
            client.counters.gaps.incrementAndGet();
            ready.gap(segment);
            pending.poll();
            return;
        }
        byte[] init = map(segment);
        byte[] media = client.cipher.open(
                client.fetcher
                        .get(
                                Fetcher.resolve(segment.base(), segment.said().uri()),
                                segment.said().form().range(),
                                Client.MOST_SEGMENT_BYTES)
                        .body(),
                segment.said().form().keys(),
                segment.base(),
                segment.number());
        ready.add(segment, generation, init, media, client.arrival(recording));
        pending.poll();
        client.counters.segments.incrementAndGet();
        lastGood = now;
        tries = 0;
        failures = 0;
        missing = false;
    }

    private byte[] map(Segment segment) {
        InitializationSection said = segment.said().form().map();
        if (said == null) {
            return new byte[0];
        }
        if (!said.equals(mapKey)) {
            byte[] body = client.fetcher
                    .get(Fetcher.resolve(segment.base(), said.uri()), said.range(), Client.MOST_SEGMENT_BYTES)
                    .body();
            map = client.cipher.open(body, said.keys(), segment.base(), segment.number());
            mapKey = said;
        }
        return map;
    }

    @Override
    public void close() {
        ready.close();
    }
}

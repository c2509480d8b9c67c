package io.headend.ingest.hls;

import io.headend.core.Discontinuity;
import io.headend.core.EndOfStream;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.StreamSink;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import io.headend.formats.hls.parsed.ParsedMultivariant;
import io.headend.formats.hls.parsed.ParsedPlaylist;
import io.headend.formats.hls.parsed.PlaylistParser;
import io.headend.ingest.Hls;
import io.headend.ingest.SourceClock;
import io.headend.ingest.WireSource;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Follows an HLS stream: the chosen variant and its sound renditions, merged in decoding order.
 *
 * <p>Segments are fetched whole, so that one that breaks off leaves nothing half-read. The samples of a stretch between two
 * discontinuities of all renditions come before those of the next, with one {@link Discontinuity} between them. Samples carry
 * the program date-time of the playlist as their arrival where it says one.
 *
 * <p><b>Threading:</b> as {@link WireSource} says; the JDK's HTTP client works on threads of its own.
 */
public final class HlsSource implements WireSource {

    private static final long POLL_NANOS = 20_000_000L;

    private final Hls spec;
    private final Settings settings;
    private final @Nullable Http own;
    private final Fetcher fetcher;
    private final Client client;
    private final List<Rendition> renditions = new CopyOnWriteArrayList<>();
    private volatile boolean closed;
    private boolean wraps = true;
    private @Nullable Timed last;

    /**
     * How to follow.
     *
     * @param http must not follow redirects itself; {@code null} for a client of the source's own
     * @param request longest time for one request, body included
     * @param stop ends every wait
     * @param nanoTime measures time
     * @param arrival wall clock in nanoseconds since 1970, for samples of which the playlist says nothing
     */
    public record Settings(
            @Nullable HttpClient http,
            Duration request,
            BooleanSupplier stop,
            LongSupplier nanoTime,
            LongSupplier arrival) {}

    public HlsSource(Hls spec, Settings settings) {
        this.spec = spec;
        this.settings = new Settings(
                settings.http(),
                settings.request(),
                () -> closed || settings.stop().getAsBoolean(),
                settings.nanoTime(),
                settings.arrival());
        HttpClient given = settings.http();
        this.own = given == null ? new Http(settings.request()) : null;
        this.fetcher = new Fetcher(
                own == null ? Objects.requireNonNull(given) : own.client(),
                spec.uri(),
                settings.request(),
                this.settings.stop());
        this.client = new Client(fetcher, spec.patience(), this.settings);
    }

    @Override
    public void run(StreamSink sink) {
        try {
            open();
            while (!settings.stop().getAsBoolean()) {
                if (deliver(sink)) {
                    sink.accept(new EndOfStream());
                    return;
                }
                advance();
            }
        } catch (MediaException e) {
            if (!settings.stop().getAsBoolean() || e.code() != MediaErrorCode.CLOSED) {
                throw e;
            }
        } finally {
            renditions.forEach(Rendition::close);
            if (own != null) {
                own.close();
            }
        }
    }

    private void open() {
        List<URI> places = new ArrayList<>();
        places.add(spec.uri());
        places.addAll(spec.alternates());
        MediaException failure = null;
        for (int i = 0; i < places.size(); i++) {
            try {
                open(places.remove(0), places);
                return;
            } catch (MediaException e) {
                if (settings.stop().getAsBoolean() || places.isEmpty()) {
                    throw e;
                }
                failure = e;
                places.add(spec.uri());
            }
        }
        throw failure == null ? MediaException.closed("the input") : failure;
    }

    private void open(URI place, List<URI> others) {
        Fetcher.Fetched fetched = fetcher.get(place, null, Client.MOST_PLAYLIST_BYTES);
        ParsedPlaylist playlist = PlaylistParser.parse(
                new String(fetched.body(), StandardCharsets.UTF_8), Map.of(), Rendition.query(fetched.location()));
        if (!(playlist instanceof ParsedMultivariant multivariant)) {
            List<URI> all = new ArrayList<>(List.of(place));
            all.addAll(others);
            renditions.add(new Rendition(client, 0, all, null));
            return;
        }
        client.variables = multivariant.variables();
        VariantChoice choice = VariantChoice.of(multivariant, fetched.location(), spec.choice());
        List<URI> main = new ArrayList<>(choice.main());
        main.addAll(others);
        renditions.add(new Rendition(client, 0, main, null));
        choice.sound().forEach((uri, said) -> {
            List<URI> all = new ArrayList<>(List.of(uri));
            all.addAll(others);
            renditions.add(new Rendition(client, renditions.size(), all, said.language()));
        });
    }

    /** Gives everything whose turn has come; true at the end of all renditions. */
    private boolean deliver(StreamSink sink) {
        while (!settings.stop().getAsBoolean()) {
            Rendition next = null;
            Timed first = null;
            boolean done = true;
            long now = settings.nanoTime().getAsLong();
            for (Rendition rendition : renditions) {
                Timed head = rendition.ready().peek();
                if (head == null) {
                    done &= rendition.isDone();
                    if (!rendition.isDone() && !rendition.isLate(now)) {
                        return false;
                    }
                } else {
                    done = false;
                    if (first == null || head.isBefore(first)) {
                        first = head;
                        next = rendition;
                    }
                }
            }
            if (next == null || first == null) {
                return done;
            }
            give(next.ready().take(), sink);
        }
        return false;
    }

    private void give(Timed timed, StreamSink sink) {
        Timed before = last;
        if (before == null) {
            wraps = timed.wraps();
        } else if (!before.isSameStretch(timed) && before.isBefore(timed)) {
            Timestamp nowhere = Timestamp.of(0, Timebase.NANOS);
            sink.accept(new Discontinuity(Discontinuity.Cause.SIGNALLED, nowhere, nowhere));
        }
        if (before == null || before.isSameStretch(timed) || before.isBefore(timed)) {
            last = timed;
        }
        sink.accept(timed.item());
    }

    /** Takes the step that is due first, of those renditions that the others wait for. */
    private void advance() {
        Rendition next = null;
        for (Rendition rendition : renditions) {
            boolean wanted = rendition.ready().peek() == null && !rendition.isDone();
            if (wanted && (next == null || rendition.due() < next.due())) {
                next = rendition;
            }
        }
        if (next == null) {
            return;
        }
        long due = next.due();
        while (!settings.stop().getAsBoolean()) {
            long left = due - settings.nanoTime().getAsLong();
            if (left <= 0) {
                next.step();
                return;
            }
            LockSupport.parkNanos(this, Math.min(left, POLL_NANOS));
            if (Thread.currentThread().isInterrupted()) {
                throw MediaException.closed("the input");
            }
        }
    }

    @Override
    public SourceClock clock() {
        return wraps ? SourceClock.MPEG_33 : SourceClock.WIRE_64;
    }

    @Override
    public String format() {
        return "hls";
    }

    @Override
    public Map<String, Long> counters() {
        Map<String, Long> all = client.counters.with(fetcher);
        renditions.forEach(
                rendition -> rendition.ready().counters().forEach((name, value) -> all.merge(name, value, Long::sum)));
        return all;
    }

    @Override
    public void close() {
        closed = true;
    }
}

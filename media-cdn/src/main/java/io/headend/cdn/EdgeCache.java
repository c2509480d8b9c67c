package io.headend.cdn;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Policy;
import io.headend.core.MediaException;
import io.headend.core.http.MediaBody;
import io.headend.core.http.MediaHandler;
import io.headend.core.http.MediaRequest;
import io.headend.core.http.MediaResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A shared cache (RFC 9111) in front of an origin: a crowd that asks for the same thing costs the origin one request, and a
 * client that joins while the answer still comes in gets at once what there is of it.
 *
 * <p>Answers are kept as long as {@code Cache-Control} says; errors that say nothing are kept for the negative lifetime;
 * what is {@code private} or sets a cookie is passed through. Answers that are not to be kept are still shared by those
 * who wait for them together. The query is part of the key only as far as its parameters mean something to an origin, in any order.
 * Manifests and other text are kept once as they are and once compressed, if the origin compresses them, each for those who take that; the
 * cache itself codes nothing.
 * Requests with {@code Authorization} and methods other than GET and HEAD go to the origin as they are. Ranges and
 * conditions are the server's: a cache answers them with the whole.
 *
 * <p>Bounded: bytes kept, bytes of one body, and fetches at a time, beyond which requests get a 503.
 *
 * <p><b>Threading:</b> safe for use by any thread; it has none of its own. Answers complete on the thread of the caller or
 * of the origin.
 */
public final class EdgeCache implements MediaHandler {

    private static final Set<String> VIEW = Set.of("begin", "end", "delay", "filter", "publishTime");
    private static final Logger log = LoggerFactory.getLogger(EdgeCache.class);

    private final MediaHandler origin;
    private final Cache<CacheKey, CacheEntry> index;
    private final RequestCollapser collapser;
    private final Predicate<String> keyParameters;
    private final Duration negativeLifetime;
    private final int maxObjectBytes;
    private final LongSupplier ticker;
    private final LongAdder hits = new LongAdder();
    private final LongAdder collapsed = new LongAdder();
    private final LongAdder fetches = new LongAdder();
    private final LongAdder failures = new LongAdder();

    private EdgeCache(Builder builder) {
        origin = builder.origin;
        keyParameters = builder.keyParameters;
        negativeLifetime = builder.negativeLifetime;
        maxObjectBytes = builder.maxObjectBytes;
        ticker = builder.ticker;
        collapser = new RequestCollapser(builder.maxFetches, builder.patience.toNanos());
        Expiry<CacheKey, CacheEntry> lifetimes = Expiry.writing((key, entry) -> entry.lifetime());
        index = Caffeine.newBuilder()
                .maximumWeight(builder.maxBytes)
                .weigher((CacheKey key, CacheEntry entry) -> entry.weight(key))
                .expireAfter(lifetimes)
                .ticker(ticker::getAsLong)
                .executor(Runnable::run)
                .build();
    }

    /** @param origin answers what the cache has not; not closed by it */
    public static Builder builder(MediaHandler origin) {
        return new Builder(origin);
    }

    @Override
    public CompletionStage<MediaResponse> handle(MediaRequest request) {
        boolean reads = request.method().equals("GET") || request.method().equals("HEAD");
        if (!reads || request.headers().first("Authorization").isPresent()) {
            fetches.increment();
            return origin.handle(request);
        }
        CacheKey key = CacheKey.of(request, keyParameters);
        long now = ticker.getAsLong();
        CacheEntry kept = index.getIfPresent(key);
        if (kept != null) {
            return hit(kept, now);
        }
        RequestCollapser.Place place = collapser.join(key, now);
        Fetch fetch = place.fetch();
        if (fetch == null) {
            return CompletableFuture.completedFuture(
                    MediaResponse.error(503, "Too many requests are on their way to the origin; try again.")
                            .withHeader("Retry-After", "1"));
        }
        if (!place.leader()) {
            collapsed.increment();
            return fetch.entry.thenCompose(entry -> entry.isPresent()
                    ? CompletableFuture.completedFuture(entry.get().answer("fwd=miss; collapsed", ticker.getAsLong()))
                    : origin(request));
        }
        // Another fetch may have ended between the look into the index and the join.
        kept = index.getIfPresent(key);
        if (kept != null) {
            collapser.left(key, fetch);
            fetch.entry.complete(Optional.of(kept));
            return hit(kept, now);
        }
        return lead(key, fetch);
    }

    private CompletionStage<MediaResponse> hit(CacheEntry entry, long now) {
        hits.increment();
        return CompletableFuture.completedFuture(entry.answer("hit", now));
    }

    private CompletionStage<MediaResponse> origin(MediaRequest request) {
        fetches.increment();
        try {
            return origin.handle(request);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private CompletionStage<MediaResponse> lead(CacheKey key, Fetch fetch) {
        return origin(key.request()).handle((response, failure) -> {
            if (failure != null || response == null) {
                failures.increment();
                log.warn("the origin failed at {}: {}", key.path(), String.valueOf(failure));
                return share(key, fetch, MediaResponse.error(502, "The origin failed to answer."));
            }
            boolean tooLarge = response.body().length() > maxObjectBytes;
            if (tooLarge || !CacheControl.of(response.headers()).shareable()) {
                collapser.left(key, fetch);
                fetch.entry.complete(Optional.empty());
                return response.withHeader("Cache-Status", "headend; fwd=bypass");
            }
            return share(key, fetch, response);
        });
    }

    /** Gives an answer to the whole crowd and keeps it if it may be kept; returns the leader's. */
    private MediaResponse share(CacheKey key, Fetch fetch, MediaResponse response) {
        long now = ticker.getAsLong();
        Duration lifetime = lifetime(response);
        if (response.body() instanceof MediaBody.Pulled pulled) {
            SharedBody body = new SharedBody(pulled.length());
            MediaResponse head = new MediaResponse(response.status(), response.headers(), MediaBody.empty());
            CacheEntry entry = new CacheEntry(head, body, lifetime, now);
            MediaResponse result = entry.answer("fwd=miss", now);
            fetch.progressed(now);
            fetch.entry.complete(Optional.of(entry));
            // The fetch stays joinable until the body is whole.
            fetch.fill(body, pulled, new Fetch.Limit(maxObjectBytes, ticker), (filled, failure) -> {
                if (failure == null) {
                    keep(key, entry.whole(filled));
                } else {
                    failures.increment();
                    log.warn("the body of {} broke off: {}", key.path(), failure.toString());
                }
                collapser.left(key, fetch);
            });
            return result;
        }
        CacheEntry entry = new CacheEntry(response, null, lifetime, now);
        keep(key, entry);
        collapser.left(key, fetch);
        fetch.entry.complete(Optional.of(entry));
        return entry.answer("fwd=miss", now);
    }

    private void keep(CacheKey key, CacheEntry entry) {
        if (entry.isStorable()) {
            index.put(key, entry);
        }
    }

    private Duration lifetime(MediaResponse response) {
        CacheControl control = CacheControl.of(response.headers());
        if (!control.storable()) {
            return Duration.ZERO;
        }
        if (response.status() >= 400) {
            Duration said = control.lifetime().orElse(negativeLifetime);
            return said.compareTo(negativeLifetime) < 0 ? said : negativeLifetime;
        }
        return response.status() == 200 ? control.lifetime().orElse(Duration.ZERO) : Duration.ZERO;
    }

    /** Forgets everything kept; what is on its way still arrives. */
    public void clear() {
        index.invalidateAll();
    }

    public CacheFigures figures() {
        index.cleanUp();
        long bytes = index.policy()
                .eviction()
                .map(Policy.Eviction::weightedSize)
                .orElseThrow()
                .orElse(0);
        return new CacheFigures(
                hits.sum(), collapsed.sum(), fetches.sum(), failures.sum(), index.estimatedSize(), bytes);
    }

    /** Requests on their way to the origin now. */
    int running() {
        return collapser.running();
    }

    /** Collects the settings of a cache; not safe for use by several threads. */
    public static final class Builder {
        private final MediaHandler origin;
        private long maxBytes = 256L * 1024 * 1024;
        private int maxObjectBytes = 32 * 1024 * 1024;
        private int maxFetches = 256;
        private Duration patience = Duration.ofSeconds(30);
        private Duration negativeLifetime = Duration.ofSeconds(1);
        private Predicate<String> keyParameters = name -> name.startsWith("_HLS_") || VIEW.contains(name);
        private LongSupplier ticker = System::nanoTime;

        private Builder(MediaHandler origin) {
            this.origin = origin;
        }

        /** Bytes kept at most, in heap; 256 MiB unless set. */
        public Builder maxBytes(long bytes) {
            maxBytes = positive("maximal bytes", bytes);
            return this;
        }

        /** Larger bodies are passed through unshared; 32 MiB unless set. */
        public Builder maxObjectBytes(int bytes) {
            maxObjectBytes = (int) positive("maximal object bytes", bytes);
            return this;
        }

        /** Fetches on their way at a time; 256 unless set. */
        public Builder maxFetches(int count) {
            maxFetches = (int) positive("maximal fetches", count);
            return this;
        }

        /** After how long a fetch of which nothing comes no longer gathers a crowd; 30 s unless set. */
        public Builder patience(Duration time) {
            patience = time;
            return this;
        }

        /** How long an error is kept at most; 1 s unless set, zero for never. */
        public Builder negativeLifetime(Duration time) {
            negativeLifetime = time;
            return this;
        }

        /** Which query parameters, by their undecoded name, are part of the key and shown to the origin; unless set {@code _HLS_*} and
         * those by which an origin shows part of a channel: {@code begin}, {@code end}, {@code delay}, {@code filter}, {@code publishTime}. */
        public Builder keyParameters(Predicate<String> names) {
            keyParameters = names;
            return this;
        }

        /** Monotonic nanoseconds, {@link System#nanoTime} unless set. */
        public Builder ticker(LongSupplier nanos) {
            ticker = nanos;
            return this;
        }

        public EdgeCache build() {
            return new EdgeCache(this);
        }

        private static long positive(String name, long value) {
            if (value <= 0) {
                throw MediaException.invalidArgument(name + " must be positive, not " + value);
            }
            return value;
        }
    }
}

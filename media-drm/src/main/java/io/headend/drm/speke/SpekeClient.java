package io.headend.drm.speke;

import io.headend.core.MediaException;
import io.headend.core.ProtectionScheme;
import io.headend.core.http.Headers;
import io.headend.drm.ContentKey;
import io.headend.drm.FairPlay;
import io.headend.drm.KeyProvider;
import io.headend.drm.PlayReadyHeader;
import io.headend.drm.WidevineHeader;
import io.headend.drm.cpix.CpixDocument;
import io.headend.drm.cpix.CpixEncoding;
import io.headend.drm.cpix.CpixKeys;
import io.headend.drm.cpix.CpixRecipient;
import io.headend.drm.service.KeyServiceCall;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Keys from a SPEKE 2.0 service. All tracks of a content and crypto period are asked for at once and kept, the last {@value
 * #MAX_KEPT} documents; key ids follow from content, track type and period, so that two packagers ask for the same keys.
 *
 * <p><b>Threading:</b> any number of threads; one asks the service, the others wait, each no longer than the timeout.
 */
public final class SpekeClient implements KeyProvider {

    private static final int MAX_KEPT = 32;

    private final KeyServiceCall service;
    private final Tracks tracks;
    private final Set<UUID> systems;
    private final @Nullable CpixRecipient recipient;
    private final Map<Content, CpixKeys> kept = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Content, CpixKeys> eldest) {
            return size() > MAX_KEPT;
        }
    };

    /** What is asked for at once. */
    record Content(String id, ProtectionScheme scheme, long period) {}

    /** Which tracks have a key of their own ("encryption presets" of SPEKE). */
    public enum Tracks {
        /** One key for everything. */
        SHARED,
        /** One for pictures, one for sound. */
        VIDEO_AND_AUDIO,
        /** One each for SD, HD, UHD1 and UHD2 pictures, one for sound. */
        BY_SIZE
    }

    private SpekeClient(Builder builder) {
        Headers headers = builder.headers.toBuilder()
                .set("Content-Type", "application/xml")
                .set(SpekeVersion.VERSION_HEADER, SpekeVersion.V2_0.text())
                .set(SpekeVersion.USER_AGENT_HEADER, SpekeVersion.USER_AGENT)
                .build();
        this.service = new KeyServiceCall(builder.service, headers, builder.timeout);
        this.tracks = builder.tracks;
        this.systems = builder.systems;
        this.recipient = builder.recipient;
    }

    /** Begins a client of the service at that URL. */
    public static Builder builder(URI service) {
        return new Builder(service);
    }

    /**
     * {@inheritDoc}
     *
     * @throws MediaException ACCESS_DENIED, NOT_FOUND, TIMEOUT or IO from the service; MALFORMED if its answer is no CPIX
     *     document or leaves keys out
     */
    @Override
    public ContentKey key(Query query) {
        Content content = new Content(query.contentId(), query.scheme(), query.period());
        return service.inTurn(deadline -> {
            CpixKeys keys = kept.get(content);
            if (keys == null) {
                keys = fetch(content, deadline);
                kept.put(content, keys);
            }
            return keys.key(query);
        });
    }

    private CpixKeys fetch(Content content, long deadline) {
        CpixDocument request = new KeyRequest(tracks, systems).document(content);
        CpixEncoding encoding = CpixEncoding.plain();
        if (recipient != null) {
            encoding.encryptFor(recipient.certificate());
        }
        byte[] answer = service.post(encoding.encode(request), deadline);
        CpixDocument filled = recipient == null ? CpixDocument.parse(answer) : CpixDocument.parse(answer, recipient);
        if (!filled.contentId().equals(content.id())) {
            throw MediaException.malformed("The key service answers for another content than it was asked for.");
        }
        return CpixKeys.of(filled);
    }

    /** What to ask for, and how. */
    public static final class Builder {
        private final URI service;
        private Headers headers = Headers.EMPTY;
        private Duration timeout = Duration.ofSeconds(10);
        private Tracks tracks = Tracks.VIDEO_AND_AUDIO;
        private Set<UUID> systems = Set.of(WidevineHeader.SYSTEM_ID, PlayReadyHeader.SYSTEM_ID);
        private @Nullable CpixRecipient recipient;

        private Builder(URI service) {
            this.service = service;
        }

        /** Added to every request, such as an authorisation. */
        public Builder headers(Headers added) {
            headers = added;
            return this;
        }

        /** For a request with its repetitions; 10 s unless said otherwise, at most 5 minutes. */
        public Builder timeout(Duration limit) {
            timeout = limit;
            return this;
        }

        /** {@link Tracks#VIDEO_AND_AUDIO} unless said otherwise. */
        public Builder tracks(Tracks preset) {
            tracks = preset;
            return this;
        }

        /** Widevine and PlayReady unless said otherwise; {@link FairPlay} is asked for with {@code cbcs} only. */
        public Builder systems(Set<UUID> ids) {
            systems = Set.copyOf(ids);
            return this;
        }

        /** Has the keys encrypted on their way. */
        public Builder recipient(CpixRecipient keyHolder) {
            recipient = keyHolder;
            return this;
        }

        public SpekeClient build() {
            return new SpekeClient(this);
        }
    }
}

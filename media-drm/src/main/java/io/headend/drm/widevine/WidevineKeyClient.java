package io.headend.drm.widevine;

import io.headend.core.ContentProtection.DrmSystem;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.ProtectionScheme;
import io.headend.core.http.Headers;
import io.headend.drm.ContentKey;
import io.headend.drm.KeyProvider;
import io.headend.drm.PsshBox;
import io.headend.drm.WidevineHeader;
import io.headend.drm.json.JsonReader;
import io.headend.drm.json.JsonValue;
import io.headend.drm.json.JsonWriter;
import io.headend.drm.service.KeyServiceCall;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Keys from a service that speaks the Common Encryption interface of Widevine. All track types are asked for at once, with key
 * rotation {@value #PERIODS_AT_ONCE} crypto periods at once, and kept: the last {@value #MAX_KEPT} answers.
 *
 * <p><b>Threading:</b> any number of threads; one asks the service, the others wait, each no longer than the timeout.
 */
public final class WidevineKeyClient implements KeyProvider {

    private static final int PERIODS_AT_ONCE = 10;
    private static final int MAX_KEPT = 16;
    private static final List<String> TYPES = List.of("SD", "HD", "UHD1", "UHD2", "AUDIO");

    private final KeyServiceCall service;
    private final RequestSigner signer;
    private final String policy;
    private final long periodSeconds;
    private final Map<Batch, Map<Wanted, ContentKey>> kept = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Batch, Map<Wanted, ContentKey>> eldest) {
            return size() > MAX_KEPT;
        }
    };

    private record Batch(String contentId, ProtectionScheme scheme, long firstPeriod) {}

    private record Wanted(String type, long period) {}

    private WidevineKeyClient(Builder builder) {
        this.service =
                new KeyServiceCall(builder.service, Headers.of("Content-Type", "application/json"), builder.timeout);
        this.signer = builder.signer;
        this.policy = builder.policy;
        this.periodSeconds = builder.periodSeconds;
    }

    /** Begins a client of the service at that URL; requests carry the signature of this signer. */
    public static Builder builder(URI service, RequestSigner signer) {
        return new Builder(service, signer);
    }

    /**
     * {@inheritDoc}
     *
     * @throws MediaException ACCESS_DENIED, NOT_FOUND, TIMEOUT or IO from the service; MALFORMED if its answer cannot be read or
     *     leaves keys out
     */
    @Override
    public ContentKey key(Query query) {
        long first = query.period() == NO_PERIOD
                ? NO_PERIOD
                : Math.floorDiv(query.period(), PERIODS_AT_ONCE) * PERIODS_AT_ONCE;
        Batch batch = new Batch(query.contentId(), query.scheme(), first);
        return service.inTurn(deadline -> {
            Map<Wanted, ContentKey> keys = kept.get(batch);
            if (keys == null) {
                keys = parse(service.post(SignedEnvelope.seal(request(batch), signer), deadline));
                kept.put(batch, keys);
            }
            ContentKey key = keys.get(new Wanted(query.label(), query.period()));
            if (key == null) {
                throw new MediaException(
                        MediaErrorCode.NOT_FOUND,
                        "The key service has no key for " + query.label() + " of '" + query.contentId() + "'.");
            }
            return key;
        });
    }

    /** Members in the order in which shaka-packager sends them. */
    private String request(Batch batch) {
        Map<String, Object> request = new LinkedHashMap<>();
        request.put(
                "content_id",
                Base64.getEncoder().encodeToString(batch.contentId().getBytes(StandardCharsets.UTF_8)));
        request.put("policy", policy);
        request.put("tracks", TYPES.stream().map(type -> Map.of("type", type)).toList());
        request.put("drm_types", List.of("WIDEVINE"));
        if (batch.firstPeriod() != NO_PERIOD) {
            request.put("first_crypto_period_index", batch.firstPeriod());
            request.put("crypto_period_count", PERIODS_AT_ONCE);
            if (periodSeconds > 0) {
                request.put("crypto_period_seconds", periodSeconds);
            }
        }
        request.put("protection_scheme", batch.scheme() == ProtectionScheme.CENC ? "CENC" : "CBCS");
        return JsonWriter.write(request);
    }

    private static Map<Wanted, ContentKey> parse(byte[] envelope) {
        String response = JsonReader.read(envelope).text("response").orElse("");
        JsonValue answer = JsonReader.read(SignedEnvelope.base64(response));
        String status = answer.text("status").orElse("");
        if (!status.equals("OK")) {
            boolean passing = status.equals("INTERNAL_ERROR");
            throw new MediaException(
                    passing ? MediaErrorCode.IO : MediaErrorCode.ACCESS_DENIED,
                    "The key service refuses the request" + (passing ? ": it failed inside." : "."),
                    null,
                    passing);
        }
        Map<Wanted, ContentKey> keys = new HashMap<>();
        for (JsonValue track : answer.elements("tracks")) {
            long period = track.integer("crypto_period_index").orElse(NO_PERIOD);
            keys.put(new Wanted(track.text("type").orElse(""), period), key(track));
        }
        return keys;
    }

    private static ContentKey key(JsonValue track) {
        ByteBuffer id =
                ByteBuffer.wrap(SignedEnvelope.base64(track.text("key_id").orElse("")));
        byte[] secret = SignedEnvelope.base64(track.text("key").orElse(""));
        if (id.remaining() != 16 || secret.length != 16) {
            throw MediaException.malformed("The key service gives a key or an id that has not 16 bytes.");
        }
        UUID keyId = new UUID(id.getLong(), id.getLong());
        ContentKey key = ContentKey.of(keyId, secret);
        Arrays.fill(secret, (byte) 0);
        byte[] vector = SignedEnvelope.base64(track.text("iv").orElse(""));
        if (vector.length == 16) {
            key = key.withIv(vector);
        }
        List<DrmSystem> systems = track.elements("pssh").stream()
                .filter(pssh -> pssh.text("drm_type").orElse("").equals("WIDEVINE"))
                .map(pssh ->
                        ByteBuffer.wrap(SignedEnvelope.base64(pssh.text("data").orElse(""))))
                .map(data -> new PsshBox(WidevineHeader.SYSTEM_ID, List.of(), data))
                .map(box -> new DrmSystem(WidevineHeader.SYSTEM_ID, box.toByteBuffer(), ""))
                .toList();
        return key.withSystems(systems);
    }

    /** How to ask. */
    public static final class Builder {
        private final URI service;
        private final RequestSigner signer;
        private Duration timeout = Duration.ofSeconds(10);
        private String policy = "";
        private long periodSeconds;

        private Builder(URI service, RequestSigner signer) {
            this.service = service;
            this.signer = signer;
        }

        /** For a request with its repetitions; 10 s unless said otherwise, at most 5 minutes. */
        public Builder timeout(Duration limit) {
            timeout = limit;
            return this;
        }

        /** Name of a policy that the service knows; none unless said otherwise. */
        public Builder policy(String name) {
            policy = name;
            return this;
        }

        /** Length of a crypto period, which a service may want to know; unsaid by default. */
        public Builder cryptoPeriod(Duration length) {
            periodSeconds = length.toSeconds();
            return this;
        }

        public WidevineKeyClient build() {
            return new WidevineKeyClient(this);
        }
    }
}

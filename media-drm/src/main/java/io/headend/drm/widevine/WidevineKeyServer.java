package io.headend.drm.widevine;

import io.headend.core.MediaException;
import io.headend.core.ProtectionScheme;
import io.headend.core.http.MediaHandler;
import io.headend.core.http.MediaRequest;
import io.headend.core.http.MediaResponse;
import io.headend.drm.ContentKey;
import io.headend.drm.KeyProvider;
import io.headend.drm.WidevineHeader;
import io.headend.drm.json.JsonValue;
import io.headend.drm.json.JsonWriter;
import io.headend.drm.service.Refusals;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;

/**
 * Gives packagers keys by the Common Encryption interface of Widevine: for each track type, and with key rotation for each crypto
 * period, an id, a key and a {@code pssh}.
 *
 * <p>Answers 403 to a request that none of the signers signed. The content id, which the interface carries as bytes, is given to the
 * provider as UTF-8 where it is that, else in hexadecimal.
 *
 * <p><b>Threading:</b> any number of threads; computes on the caller's.
 */
public final class WidevineKeyServer implements MediaHandler {

    private static final int MAX_BYTES = 64 << 10;
    private static final int MAX_KEYS = 500;
    private static final int MAX_CONTENT_ID = 256;
    private static final Pattern TYPE = Pattern.compile("[A-Za-z0-9_-]{1,32}");

    private final KeyProvider keys;
    private final List<RequestSigner> signers;

    /**
     * A server of keys.
     *
     * @param keys asked for each track type and period on the requests' threads
     * @param signers whose requests are answered
     */
    public WidevineKeyServer(KeyProvider keys, List<RequestSigner> signers) {
        this.keys = keys;
        this.signers = List.copyOf(signers);
    }

    @Override
    public CompletionStage<MediaResponse> handle(MediaRequest request) {
        return Refusals.post(request, Refusals.Content.JSON, MAX_BYTES, body -> {
            String answer = answer(SignedEnvelope.open(body, signers));
            Map<String, Object> envelope =
                    Map.of("response", Base64.getEncoder().encodeToString(answer.getBytes(StandardCharsets.UTF_8)));
            return MediaResponse.ok(
                            "application/json",
                            ByteBuffer.wrap(JsonWriter.write(envelope).getBytes(StandardCharsets.UTF_8)))
                    .withHeader("Cache-Control", "no-store");
        });
    }

    private String answer(JsonValue request) {
        byte[] contentId = SignedEnvelope.base64(request.text("content_id").orElse(""));
        if (contentId.length == 0 || contentId.length > MAX_CONTENT_ID) {
            throw MediaException.invalidArgument(
                    "The request must have a content_id of 1 to " + MAX_CONTENT_ID + " bytes in Base64.");
        }
        ProtectionScheme scheme = scheme(request.text("protection_scheme").orElse("CENC"));
        List<String> types = new ArrayList<>();
        for (JsonValue track : request.elements("tracks")) {
            String type = track.text("type").orElse("");
            if (!TYPE.matcher(type).matches() || types.contains(type) || types.size() == MAX_KEYS) {
                throw MediaException.invalidArgument("The tracks of the request have types such as HD, each once.");
            }
            types.add(type);
        }
        OptionalLong first = request.integer("first_crypto_period_index");
        long periods =
                first.isPresent() ? request.integer("crypto_period_count").orElse(1) : 1;
        if (types.isEmpty() || periods < 1 || periods > MAX_KEYS / types.size() || outside(first, periods)) {
            throw MediaException.invalidArgument(
                    "The request must ask for 1 to " + MAX_KEYS + " keys in tracks and crypto periods.");
        }
        List<Map<String, Object>> tracks = new ArrayList<>();
        for (long i = 0; i < periods; i++) {
            long period = first.isPresent() ? first.getAsLong() + i : KeyProvider.NO_PERIOD;
            for (String type : types) {
                tracks.add(track(contentId, type, scheme, period));
            }
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("status", "OK");
        answer.put("drm", List.of(Map.of("type", "WIDEVINE", "system_id", hex(WidevineHeader.SYSTEM_ID))));
        answer.put("tracks", tracks);
        return JsonWriter.write(answer);
    }

    private static boolean outside(OptionalLong first, long periods) {
        return first.isPresent() && (first.getAsLong() < 0 || first.getAsLong() > Long.MAX_VALUE - periods);
    }

    private Map<String, Object> track(byte[] contentId, String type, ProtectionScheme scheme, long period) {
        KeyProvider.Query query = new KeyProvider.Query(ContentIds.text(contentId), type, scheme, period);
        ContentKey key = Refusals.ofKeys(() -> keys.key(query));
        WidevineHeader header = new WidevineHeader(
                List.of(key.id()),
                "",
                ByteBuffer.wrap(contentId),
                period == KeyProvider.NO_PERIOD ? OptionalLong.empty() : OptionalLong.of(period),
                Optional.of(scheme));
        Map<String, Object> pssh = new LinkedHashMap<>();
        pssh.put("drm_type", "WIDEVINE");
        pssh.put("data", base64(header.toByteBuffer()));
        pssh.put("boxes", base64(header.pssh().toByteBuffer()));
        Map<String, Object> track = new LinkedHashMap<>();
        track.put("type", type);
        track.put("key_id", base64(ContentIds.bytes(key.id())));
        byte[] secret = key.secret().getEncoded();
        track.put("key", Base64.getEncoder().encodeToString(secret));
        Arrays.fill(secret, (byte) 0);
        if (key.iv().hasRemaining()) {
            track.put("iv", base64(key.iv()));
        }
        track.put("pssh", List.of(pssh));
        if (period != KeyProvider.NO_PERIOD) {
            track.put("crypto_period_index", period);
        }
        return track;
    }

    private static ProtectionScheme scheme(String name) {
        return switch (name) {
            case "CENC" -> ProtectionScheme.CENC;
            case "CBCS" -> ProtectionScheme.CBCS;
            default -> throw MediaException.unsupported("Keys are given for CENC and CBCS.");
        };
    }

    private static String hex(UUID id) {
        return id.toString().replace("-", "");
    }

    private static String base64(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return Base64.getEncoder().encodeToString(copy);
    }
}

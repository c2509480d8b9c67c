package io.headend.drm.clearkey;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.http.MediaHandler;
import io.headend.core.http.MediaRequest;
import io.headend.core.http.MediaResponse;
import io.headend.drm.ContentKey;
import io.headend.drm.KeyLookup;
import io.headend.drm.json.JsonReader;
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
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.BiPredicate;

/**
 * A W3C ClearKey licence server (Encrypted Media Extensions, 9.1): a player posts key ids, the answer is a JSON Web Key set. For HLS,
 * whose playlists name a key by URL (RFC 8216bis, 4.4.4.4, key format {@code identity}), {@code GET} with the key id as {@code kid} gives
 * the 16 bytes of the key.
 *
 * <p>Answers 403 where the host does not allow a key, 404 where none of the keys is known; unknown keys among known ones are left out.
 *
 * <p><b>Threading:</b> any number of threads; computes on the caller's.
 */
public final class ClearKeyLicenseServer implements MediaHandler {

    private static final int MAX_BYTES = 16 << 10;
    private static final int MAX_KEYS = 64;

    private final KeyLookup keys;
    private final BiPredicate<MediaRequest, UUID> authorisation;

    /**
     * A server of licences.
     *
     * @param keys finds keys by id
     * @param authorisation whether a request may have the key of an id
     */
    public ClearKeyLicenseServer(KeyLookup keys, BiPredicate<MediaRequest, UUID> authorisation) {
        this.keys = keys;
        this.authorisation = authorisation;
    }

    @Override
    public CompletionStage<MediaResponse> handle(MediaRequest request) {
        if (request.method().equals("GET")) {
            return Refusals.answering(() -> key(request));
        }
        return Refusals.post(request, Refusals.Content.JSON, MAX_BYTES, body -> {
                    String license = license(request, JsonReader.read(body));
                    return MediaResponse.ok(
                                    "application/json", ByteBuffer.wrap(license.getBytes(StandardCharsets.UTF_8)))
                            .withHeader("Cache-Control", "no-store");
                })
                .thenApply(answer -> answer.status() == 405 ? answer.withHeader("Allow", "GET, POST") : answer);
    }

    private MediaResponse key(MediaRequest request) {
        UUID id = hexadecimal(parameter(request));
        allow(request, id);
        ContentKey key = Refusals.ofKeys(() -> keys.find(id))
                .orElseThrow(() -> new MediaException(MediaErrorCode.NOT_FOUND, "This key is not known here."));
        return MediaResponse.ok(
                        "application/octet-stream", ByteBuffer.wrap(key.secret().getEncoded()))
                .withHeader("Cache-Control", "no-store");
    }

    private static String parameter(MediaRequest request) {
        try {
            return request.query("kid").orElse("");
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private void allow(MediaRequest request, UUID id) {
        if (!authorisation.test(request, id)) {
            throw new MediaException(MediaErrorCode.ACCESS_DENIED, "There is no licence for this request.");
        }
    }

    private static UUID hexadecimal(String digits) {
        if (digits.length() != 32 || !digits.chars().allMatch(c -> Character.digit(c, 16) >= 0)) {
            throw MediaException.malformed("A key is asked for as kid= and 32 hexadecimal digits.");
        }
        return new UUID(Long.parseUnsignedLong(digits, 0, 16, 16), Long.parseUnsignedLong(digits, 16, 32, 16));
    }

    private String license(MediaRequest request, JsonValue wanted) {
        List<JsonValue> ids = wanted.elements("kids");
        if (ids.isEmpty() || ids.size() > MAX_KEYS) {
            throw MediaException.invalidArgument("A ClearKey request lists 1 to " + MAX_KEYS + " key ids in 'kids'.");
        }
        List<Map<String, Object>> found = new ArrayList<>();
        for (JsonValue value : ids) {
            UUID id = keyId(value.asText());
            allow(request, id);
            Refusals.ofKeys(() -> keys.find(id)).ifPresent(key -> found.add(webKey(key)));
        }
        if (found.isEmpty()) {
            throw new MediaException(MediaErrorCode.NOT_FOUND, "None of these keys is known here.");
        }
        Map<String, Object> license = new LinkedHashMap<>();
        license.put("keys", found);
        license.put("type", "temporary");
        return JsonWriter.write(license);
    }

    private static UUID keyId(String base64url) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(base64url);
            if (bytes.length == 16) {
                ByteBuffer id = ByteBuffer.wrap(bytes);
                return new UUID(id.getLong(), id.getLong());
            }
        } catch (IllegalArgumentException e) {
            // Said below.
        }
        throw MediaException.malformed("A key id of a ClearKey request is 16 bytes in Base64url.");
    }

    private static Map<String, Object> webKey(ContentKey key) {
        Base64.Encoder base64url = Base64.getUrlEncoder().withoutPadding();
        ByteBuffer id = ByteBuffer.allocate(16)
                .putLong(key.id().getMostSignificantBits())
                .putLong(key.id().getLeastSignificantBits());
        byte[] secret = key.secret().getEncoded();
        Map<String, Object> webKey = new LinkedHashMap<>();
        webKey.put("kty", "oct");
        webKey.put("kid", base64url.encodeToString(id.array()));
        webKey.put("k", base64url.encodeToString(secret));
        Arrays.fill(secret, (byte) 0);
        return webKey;
    }
}

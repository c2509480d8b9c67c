package io.headend.drm.widevine;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.http.Headers;
import io.headend.core.http.MediaHandler;
import io.headend.core.http.MediaRequest;
import io.headend.core.http.MediaResponse;
import io.headend.drm.json.JsonReader;
import io.headend.drm.json.JsonValue;
import io.headend.drm.json.JsonWriter;
import io.headend.drm.service.KeyServiceCall;
import io.headend.drm.service.Refusals;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Predicate;

/**
 * Stands between players and Google's licence service: takes a player's challenge, asks the host whether it may have a licence,
 * signs it with the provider's key and gives back the licence.
 *
 * <p>Not proved against Google's service. Answers 403 where the host says no or the service refuses, 502 where it cannot be reached.
 *
 * <p><b>Threading:</b> any number of threads; waits for the service on threads of the given executor, which bounds how many
 * requests are under way.
 */
public final class WidevineLicenseProxy implements MediaHandler {

    private static final int MAX_CHALLENGE = 64 << 10;

    private final KeyServiceCall service;
    private final RequestSigner signer;
    private final Predicate<MediaRequest> authorisation;
    private final Executor executor;

    /**
     * A proxy.
     *
     * @param service URL of the licence service, ending with the provider's name
     * @param signer the provider and its key
     * @param authorisation whether a request may have a licence
     * @param executor waits for the service; it may refuse, which is answered 503
     */
    public WidevineLicenseProxy(
            URI service, RequestSigner signer, Predicate<MediaRequest> authorisation, Executor executor) {
        this.service =
                new KeyServiceCall(service, Headers.of("Content-Type", "application/json"), Duration.ofSeconds(10));
        this.signer = signer;
        this.authorisation = authorisation;
        this.executor = executor;
    }

    @Override
    public CompletionStage<MediaResponse> handle(MediaRequest request) {
        return Refusals.postOn(executor, request, Refusals.Content.BYTES, MAX_CHALLENGE, challenge -> {
            if (!authorisation.test(request)) {
                throw new MediaException(MediaErrorCode.ACCESS_DENIED, "There is no licence for this request.");
            }
            return MediaResponse.ok("application/octet-stream", ByteBuffer.wrap(license(challenge)))
                    .withHeader("Cache-Control", "no-store");
        });
    }

    private byte[] license(byte[] challenge) {
        if (challenge.length == 0) {
            throw MediaException.invalidArgument("The request has no challenge of a Widevine player.");
        }
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("payload", Base64.getEncoder().encodeToString(challenge));
        message.put("provider", signer.name());
        message.put("allowed_track_types", "SD_UHD1");
        byte[] asked = SignedEnvelope.seal(JsonWriter.write(message), signer);
        try {
            JsonValue answer = JsonReader.read(service.post(asked));
            if (!answer.text("status").orElse("").equals("OK")) {
                throw new MediaException(
                        MediaErrorCode.ACCESS_DENIED, "The licence service gives no licence for this challenge.");
            }
            return SignedEnvelope.base64(answer.text("license").orElse(""));
        } catch (MediaException e) {
            if (e.code() == MediaErrorCode.MALFORMED || e.code() == MediaErrorCode.EXHAUSTED) {
                // The player is not to blame for what comes from behind.
                throw new MediaException(MediaErrorCode.IO, "The licence service gives an answer that is none.", e);
            }
            throw e;
        }
    }
}

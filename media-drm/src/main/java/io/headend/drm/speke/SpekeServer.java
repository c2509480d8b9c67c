package io.headend.drm.speke;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.http.Headers;
import io.headend.core.http.MediaBody;
import io.headend.core.http.MediaHandler;
import io.headend.core.http.MediaRequest;
import io.headend.core.http.MediaResponse;
import io.headend.drm.ContentKey;
import io.headend.drm.DrmSystems;
import io.headend.drm.KeyLookup;
import io.headend.drm.cpix.CpixDocument;
import io.headend.drm.cpix.CpixEncoding;
import io.headend.drm.cpix.CpixKey;
import io.headend.drm.service.Refusals;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * A key service that speaks SPEKE 2.0 and 2.1: fills in the keys and the signalling that an encryptor's document asks for, in the
 * clear or, where the document names recipients, encrypted for them.
 *
 * <p>Who may ask is the host's matter: put an authorising handler in front. Answers 405 to anything but {@code POST}, 413 beyond a
 * megabyte, 422 to a version that is not known, 400 to a document that breaks the contract, 404 where a key is not to be had, 507
 * where none can be kept any more.
 *
 * <p><b>Threading:</b> any number of threads; computes on the caller's.
 */
public final class SpekeServer implements MediaHandler {

    private final KeyLookup keys;
    private final DrmSystems systems;

    /**
     * A server of keys.
     *
     * @param keys gives the key of each id that a document lists; called on the requests' threads
     * @param systems which systems it fills in, with their licence URLs
     */
    public SpekeServer(KeyLookup keys, DrmSystems systems) {
        this.keys = keys;
        this.systems = systems;
    }

    @Override
    public CompletionStage<MediaResponse> handle(MediaRequest request) {
        return Refusals.post(
                request, Refusals.Content.XML, SpekeVersion.MAX_BYTES, body -> answer(request.headers(), body));
    }

    private MediaResponse answer(Headers headers, byte[] body) {
        String asked = headers.first(SpekeVersion.VERSION_HEADER).orElse("");
        SpekeVersion version = SpekeVersion.of(asked).orElse(null);
        if (version == null) {
            return MediaResponse.error(
                    422, "Unsupported SPEKE version: send " + SpekeVersion.VERSION_HEADER + " 2.0 or 2.1.");
        }
        CpixDocument document = CpixDocument.parse(body);
        if (document.version() != version.cpix()) {
            return MediaResponse.error(422, "Unsupported SPEKE version: SPEKE 2.0 goes with CPIX 2.3, 2.1 with 2.4.");
        }
        EncryptionContract.check(document);
        List<CpixKey> filled = document.keys().stream().map(this::fill).toList();
        CpixDocument answer = document.withKeys(filled).withSystems(new SignalFilling(filled, systems).of(document));
        CpixEncoding encoding = CpixEncoding.plain();
        for (X509Certificate recipient : CpixEncoding.recipients(body)) {
            encoding.encryptFor(recipient);
        }
        return new MediaResponse(
                200,
                Headers.of(
                        "Content-Type",
                        "application/xml; charset=utf-8",
                        "Cache-Control",
                        "no-store",
                        SpekeVersion.VERSION_HEADER,
                        version.text(),
                        SpekeVersion.USER_AGENT_HEADER,
                        SpekeVersion.USER_AGENT),
                new MediaBody.Bytes(ByteBuffer.wrap(encoding.encode(answer))));
    }

    private CpixKey fill(CpixKey asked) {
        ContentKey key = Refusals.ofKeys(() -> keys.find(asked.id()))
                .orElseThrow(() -> new MediaException(
                        MediaErrorCode.NOT_FOUND, "There is no key with the id " + asked.id() + "."));
        // With one vector per key a FairPlay licence and the packager agree without more words.
        boolean pattern = asked.scheme().equals("cbcs") && !key.iv().hasRemaining();
        return new CpixKey(asked.id(), asked.scheme(), Optional.of(pattern ? key.withConstantIv() : key));
    }
}

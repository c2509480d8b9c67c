package io.headend.examples;

import io.headend.core.http.MediaHandler;
import io.headend.core.http.MediaRequest;
import io.headend.core.http.MediaResponse;
import io.headend.drm.KeyLookup;
import io.headend.drm.clearkey.ClearKeyLicenseServer;
import java.util.concurrent.CompletionStage;

/** A licence server at a path of its own, in front of everything else. Gives every key to whoever asks. */
final class ClearKeyDoor implements MediaHandler {

    static final String PATH = "/license";

    private final MediaHandler licenses;
    private final MediaHandler others;

    private ClearKeyDoor(MediaHandler licenses, MediaHandler others) {
        this.licenses = licenses;
        this.others = others;
    }

    static MediaHandler of(KeyLookup keys, MediaHandler others) {
        return new ClearKeyDoor(new ClearKeyLicenseServer(keys, (request, id) -> true), others);
    }

    @Override
    public CompletionStage<MediaResponse> handle(MediaRequest request) {
        return (request.path().equals(PATH) ? licenses : others).handle(request);
    }
}

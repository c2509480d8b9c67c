package io.headend.drm.fairplay;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.http.MediaHandler;
import io.headend.core.http.MediaRequest;
import io.headend.core.http.MediaResponse;
import io.headend.drm.ContentKey;
import io.headend.drm.KeyLookup;
import io.headend.drm.service.Refusals;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A FairPlay Streaming licence server: a player posts an SPC as it is, and gets a CKC as it is. The asset id is the key id, as
 * {@code skd://KEY-ID} in playlists says it.
 *
 * <p>Answers 400 to what cannot be read, 403 to a context for another certificate or one that was changed, and where the host says no,
 * 404 for an unknown key, 409 to a context that came before, 503 where the executor takes no more.
 *
 * <p><b>Threading:</b> any number of threads; computes on the executor, since RSA takes a millisecond.
 */
public final class KeySecurityModule implements MediaHandler {

    private static final int MAX_SPC = 64 << 10;
    private static final Pattern ASSET =
            Pattern.compile("(?:skd://)?(\\p{XDigit}{8}(?:-\\p{XDigit}{4}){3}-\\p{XDigit}{12})");

    private final ProviderCertificate certificate;
    private final ApplicationSecret secret;
    private final KeyLookup keys;
    private final BiPredicate<MediaRequest, UUID> authorisation;
    private final Executor executor;
    private final OptionalInt leaseSeconds;
    private final SeenContexts seen = new SeenContexts();
    private final SecureRandom random = new SecureRandom();

    private KeySecurityModule(Builder builder) {
        this.certificate = builder.certificate;
        this.secret = builder.secret;
        this.keys = builder.keys;
        this.authorisation = builder.authorisation;
        this.executor = builder.executor;
        this.leaseSeconds = builder.lease == null
                ? OptionalInt.empty()
                : OptionalInt.of(Math.toIntExact(builder.lease.toSeconds()));
    }

    /**
     * Begins a module.
     *
     * @param keys finds keys by the id that the player names as asset
     */
    public static Builder builder(ProviderCertificate certificate, ApplicationSecret secret, KeyLookup keys) {
        return new Builder(certificate, secret, keys);
    }

    @Override
    public CompletionStage<MediaResponse> handle(MediaRequest request) {
        return Refusals.postOn(
                executor,
                request,
                Refusals.Content.BYTES,
                MAX_SPC,
                spc -> MediaResponse.ok("application/octet-stream", ByteBuffer.wrap(answer(request, spc)))
                        .withHeader("Cache-Control", "no-store"));
    }

    private byte[] answer(MediaRequest request, byte[] spc) {
        ServerPlaybackContext context = ServerPlaybackContext.parse(spc, certificate, secret);
        UUID asset = asset(context.assetId());
        if (!authorisation.test(request, asset)) {
            throw new MediaException(MediaErrorCode.ACCESS_DENIED, "There is no licence for this request.");
        }
        ContentKey key = Refusals.ofKeys(() -> keys.find(asset))
                .orElseThrow(() -> new MediaException(MediaErrorCode.NOT_FOUND, "There is no key for this asset."));
        if (!seen.add(context.r1())) {
            throw new MediaException(MediaErrorCode.CONFLICT, "This SPC was answered before; make a new one.");
        }
        return new ContentKeyContext(context, random).encode(key, leaseSeconds);
    }

    private static UUID asset(byte[] bytes) {
        Matcher id = ASSET.matcher(new String(bytes, StandardCharsets.UTF_8));
        if (!id.matches()) {
            throw MediaException.malformed("The asset id of an SPC is a key id such as skd://KEY-ID names it.");
        }
        return UUID.fromString(id.group(1));
    }

    /** Settings of a {@link KeySecurityModule}. */
    public static final class Builder {
        private final ProviderCertificate certificate;
        private final ApplicationSecret secret;
        private final KeyLookup keys;
        private BiPredicate<MediaRequest, UUID> authorisation = (request, asset) -> true;
        private Executor executor = Runnable::run;
        private @Nullable Duration lease;

        private Builder(ProviderCertificate certificate, ApplicationSecret secret, KeyLookup keys) {
            this.certificate = certificate;
            this.secret = secret;
            this.keys = keys;
        }

        /** Whether a request may have the key of an asset; every request may unless said otherwise. */
        public Builder authorisation(BiPredicate<MediaRequest, UUID> allowed) {
            authorisation = allowed;
            return this;
        }

        /** Runs the answers, and bounds how many are under way; the caller's thread unless said otherwise. */
        public Builder executor(Executor answers) {
            executor = answers;
            return this;
        }

        /** For how long a player may use a key, 1 s to a year; unbounded unless said otherwise. */
        public Builder lease(Duration time) {
            if (time.toSeconds() < 1 || time.compareTo(Duration.ofDays(366)) > 0) {
                throw MediaException.invalidArgument("A lease lasts 1 s to a year, not " + time + ".");
            }
            lease = time;
            return this;
        }

        public KeySecurityModule build() {
            return new KeySecurityModule(this);
        }
    }
}

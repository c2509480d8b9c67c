package io.headend.examples;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.http.MediaHandler;
import io.headend.core.http.MediaRequest;
import io.headend.core.http.MediaResponse;
import io.headend.drm.DerivedKeys;
import io.headend.drm.DrmSystems;
import io.headend.drm.FileKeyStore;
import io.headend.drm.KeyLookup;
import io.headend.drm.KeyProvider;
import io.headend.drm.clearkey.ClearKeyLicenseServer;
import io.headend.drm.fairplay.ApplicationSecret;
import io.headend.drm.fairplay.KeySecurityModule;
import io.headend.drm.fairplay.ProviderCertificate;
import io.headend.drm.speke.SpekeServer;
import io.headend.drm.widevine.RequestSigner;
import io.headend.drm.widevine.WidevineKeyServer;
import io.headend.drm.widevine.WidevineLicenseProxy;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The servers of {@code keys}, and the options that say what they serve. */
final class KeyServers {

    @Option(
            names = "--secret-file",
            paramLabel = "FILE",
            description = "32 to 128 hexadecimal digits that keys follow from")
    @Nullable
    Path secretFile;

    @Option(names = "--store", paramLabel = "FILE", description = "a file of keys instead; keys that it lacks are made")
    @Nullable
    Path store;

    @Option(names = "--passphrase-file", paramLabel = "FILE", description = "what opens the file of keys")
    @Nullable
    Path passphraseFile;

    @Mixin
    SignerOptions signer = new SignerOptions();

    @Option(names = "--license-service", paramLabel = "URL", description = "Widevine licence service behind the proxy")
    @Nullable
    URI licenseService;

    @Option(
            names = "--fairplay",
            paramLabel = "CLASS",
            description = "a class on the class path that implements io.headend.drm.fairplay.ApplicationSecret: Apple's"
                    + " secret and function, which Headend does not have")
    @Nullable
    String fairPlay;

    @Option(
            names = "--fairplay-certificate",
            paramLabel = "FILE",
            description = "PKCS #12 with the certificate and its key")
    @Nullable
    Path certificate;

    @Option(names = "--fairplay-passphrase-file", paramLabel = "FILE", description = "what opens the PKCS #12 file")
    @Nullable
    Path certificatePassphrase;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli fills it in before call
    CommandSpec spec;

    /**
     * The servers by path.
     *
     * @param allowed whether a request may have keys
     * @param computing where answers are made, away from the threads that serve connections
     * @param waiting where answers are waited for
     */
    Map<String, MediaHandler> handlers(Predicate<MediaRequest> allowed, Executor computing, Executor waiting) {
        KeyProvider keys;
        KeyLookup byId;
        KeyLookup named;
        if (store != null) {
            if (passphraseFile == null || secretFile != null) {
                throw usage("--store goes with --passphrase-file, and without --secret-file");
            }
            FileKeyStore file = FileKeyStore.open(
                    store, SmallFile.text(passphraseFile).strip().toCharArray());
            keys = file.making();
            byId = file;
            named = file.makingById();
        } else {
            DerivedKeys derived = SecretFile.keys(secretFile);
            keys = derived;
            byId = derived;
            named = derived;
        }
        Map<String, MediaHandler> handlers = new LinkedHashMap<>();
        handlers.put("/license", new ClearKeyLicenseServer(byId, (request, id) -> allowed.test(request)));
        handlers.put("/speke", guarded(on(computing, new SpekeServer(named, DrmSystems.all())), allowed));
        if (signer.isWanted()) {
            RequestSigner known = signer.signer();
            handlers.put("/widevine", on(computing, new WidevineKeyServer(keys, List.of(known))));
            if (licenseService != null) {
                handlers.put("/widevine-license", new WidevineLicenseProxy(licenseService, known, allowed, waiting));
            }
        } else if (licenseService != null) {
            throw usage("--license-service needs --signer or --signer-file");
        }
        if (fairPlay != null) {
            handlers.put(
                    "/fairplay",
                    KeySecurityModule.builder(fairPlayCertificate(), applicationSecret(fairPlay), byId)
                            .authorisation((request, id) -> allowed.test(request))
                            .executor(computing)
                            .build());
        }
        return handlers;
    }

    private static MediaHandler on(Executor executor, MediaHandler server) {
        return request -> {
            try {
                return CompletableFuture.supplyAsync(() -> server.handle(request), executor)
                        .thenCompose(answer -> answer);
            } catch (RejectedExecutionException e) {
                request.body().close();
                return CompletableFuture.completedFuture(
                        MediaResponse.error(503, "The server is busy; ask again later.")
                                .withHeader("Retry-After", "1"));
            }
        };
    }

    private static MediaHandler guarded(MediaHandler server, Predicate<MediaRequest> allowed) {
        return request -> {
            if (allowed.test(request)) {
                return server.handle(request);
            }
            request.body().close();
            return CompletableFuture.completedFuture(
                    MediaResponse.error(401, "This server needs a token.").withHeader("WWW-Authenticate", "Bearer"));
        };
    }

    private ApplicationSecret applicationSecret(String name) {
        try {
            return Class.forName(name)
                    .asSubclass(ApplicationSecret.class)
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException | ClassCastException e) {
            throw usage(
                    "--fairplay " + name + " is no class on the class path that implements ApplicationSecret and has a"
                            + " public constructor without parameters");
        }
    }

    private ProviderCertificate fairPlayCertificate() {
        if (certificate == null || certificatePassphrase == null) {
            throw usage("--fairplay goes with --fairplay-certificate and --fairplay-passphrase-file");
        }
        char[] passphrase = SmallFile.text(certificatePassphrase).strip().toCharArray();
        try {
            KeyStore pkcs12 = KeyStore.getInstance("PKCS12");
            pkcs12.load(new ByteArrayInputStream(SmallFile.bytes(certificate)), passphrase);
            String alias = pkcs12.aliases().nextElement();
            if (pkcs12.getKey(alias, passphrase) instanceof PrivateKey key) {
                return ProviderCertificate.of(pkcs12.getCertificate(alias).getEncoded(), key);
            }
        } catch (GeneralSecurityException | IOException | NoSuchElementException e) {
            throw new MediaException(
                    MediaErrorCode.ACCESS_DENIED, certificate + " does not open with this passphrase as PKCS #12", e);
        }
        throw MediaException.malformed(certificate + " has no private key");
    }

    private ParameterException usage(String sentence) {
        return new ParameterException(spec.commandLine(), sentence);
    }
}

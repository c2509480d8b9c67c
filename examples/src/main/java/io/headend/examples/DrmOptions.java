package io.headend.examples;

import io.headend.drm.DrmSystems;
import io.headend.drm.FairPlay;
import io.headend.drm.KeyProvider;
import io.headend.drm.KeyRing;
import io.headend.drm.KeysAhead;
import io.headend.drm.PlayReadyHeader;
import io.headend.drm.PsshBox;
import io.headend.drm.WidevineHeader;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say how the output is protected; shared by all commands that package. */
final class DrmOptions {

    private static final Logger log = LoggerFactory.getLogger(DrmOptions.class);
    private static final double MOST_SECONDS = 86_400;
    private static final int MOST_WAITING = 64;

    @Option(
            names = "--drm",
            paramLabel = "SCHEME",
            description = "encrypt with one of: ${COMPLETION-CANDIDATES}. cenc and cbcs are signalled for Widevine,"
                    + " PlayReady, FairPlay (cbcs) and ClearKey; aes-128 (whole segments, HLS alone) and sample-aes"
                    + " (samples; in CMAF the same as cbcs) are played with the key at --license, without a DRM system")
    @Nullable
    DrmMethod method;

    @Mixin
    KeyOptions keys = new KeyOptions();

    @Option(
            names = "--key-period",
            paramLabel = "SECONDS",
            description = "change keys so often, at the nearest segment boundary (default: never)")
    double keyPeriod;

    @Option(
            names = "--key-grace",
            paramLabel = "SECONDS",
            description = "live, how long a key is used beyond its period where the key service does not answer; then"
                    + " nothing is listed (default: 60)")
    double keyGrace = 60;

    @Option(
            names = "--content-id",
            paramLabel = "NAME",
            description = "what key services know the content by (default: the name of the channel or 'vod')")
    @Nullable
    String contentId;

    @Option(
            names = "--license",
            paramLabel = "URL",
            description = "where players ask for W3C ClearKey licences, and HLS players for keys")
    @Nullable
    String license;

    @Option(names = "--widevine-license", paramLabel = "URL", description = "where players ask for Widevine licences")
    String widevineLicense = "";

    @Option(names = "--playready-license", paramLabel = "URL", description = "where players ask for PlayReady licences")
    String playReadyLicense = "";

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli fills it in before call
    CommandSpec spec;

    /**
     * What encrypts the output; empty where it stays clear.
     *
     * @param content name of the content unless the user says another
     * @throws ParameterException if the options do not go together
     */
    Optional<Protection> protection(String content) {
        return protection(content, false, false, () -> "");
    }

    /**
     * The same for a channel.
     *
     * @param makesKeys whether keys of chance will do where the user gives none
     * @param server where a licence server of our own will be, once asked
     */
    Optional<Protection> channel(String content, boolean makesKeys, Supplier<String> server) {
        return protection(content, true, makesKeys, server);
    }

    private Optional<Protection> protection(String content, boolean live, boolean makesKeys, Supplier<String> server) {
        if (method == null) {
            boolean others = keys.isWanted() || license != null || !widevineLicense.isEmpty();
            if (others || !playReadyLicense.isEmpty() || contentId != null || keyPeriod != 0) {
                throw usage("say --drm cenc or --drm cbcs with the other options of protection");
            }
            return Optional.empty();
        }
        if (isHls()) {
            checkHls(makesKeys);
        }
        checkPeriods();
        String id = contentId == null ? content : contentId;
        Duration period = Duration.ofMillis(Math.round(keyPeriod * 1000));
        KeyProvider provider = keys.provider(makesKeys, period);
        if (live && keys.isService() && !period.isZero()) {
            provider = KeysAhead.builder(provider, asking())
                    .grace(Duration.ofMillis(Math.round(keyGrace * 1000)))
                    .events(event -> log.warn("{}: {}", event.origin(), event.message()))
                    .build();
        }
        Supplier<String> clearKey = license == null ? server : () -> Objects.requireNonNullElse(license, "");
        return Optional.of(new Protection(method, id, KeyRing.of(provider), () -> systems(clearKey.get()), period));
    }

    private void checkPeriods() {
        if (!(keyPeriod >= 0 && keyPeriod <= MOST_SECONDS)) {
            throw usage("--key-period is up to a day in seconds");
        }
        if (keyPeriod > 0 && !keys.canRotate()) {
            throw usage(
                    "--key-period needs keys for each period: --secret-file, --cpix, --speke or --widevine, not --key");
        }
        if (!(keyGrace >= 0 && keyGrace <= MOST_SECONDS)) {
            throw usage("--key-grace is up to a day in seconds");
        }
    }

    /** Whether the method is one that HLS alone knows. */
    boolean isHls() {
        return method != null && method.scheme() == null;
    }

    /** @param served whether a server of our own gives the keys, where the user names none */
    private void checkHls(boolean served) {
        String address = license == null ? "" : license;
        if (address.isEmpty() && !served) {
            throw usage("--drm " + method + " needs --license: the URL where players fetch the key");
        }
        if (address.chars().anyMatch(c -> c <= ' ' || c == '"' || c > '~')) {
            throw usage("--license is a URL without spaces and quotation marks");
        }
        if (!widevineLicense.isEmpty() || !playReadyLicense.isEmpty()) {
            throw usage("--drm " + method + " plays without a DRM system; its keys are at --license");
        }
        if (keys.isByTrack()) {
            throw usage("--drm " + method + " has one key for all tracks: --key KID:KEY");
        }
    }

    private static Executor asking() {
        return new ThreadPoolExecutor(1, 1, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>(MOST_WAITING), work -> {
            Thread thread = new Thread(work, "keys-ahead");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** A key service says how its keys are signalled; what it leaves out would lead players nowhere. */
    private DrmSystems systems(String clearKeyUrl) {
        Set<UUID> wanted = new HashSet<>(List.of(PsshBox.COMMON));
        if (!keys.isService() && !isHls()) {
            wanted.addAll(List.of(WidevineHeader.SYSTEM_ID, PlayReadyHeader.SYSTEM_ID, FairPlay.SYSTEM_ID));
        }
        if (!clearKeyUrl.isEmpty()) {
            wanted.add(PsshBox.CLEAR_KEY);
        }
        return new DrmSystems(wanted, widevineLicense, playReadyLicense, clearKeyUrl);
    }

    private ParameterException usage(String sentence) {
        return new ParameterException(spec.commandLine(), sentence);
    }
}

package io.headend.examples;

import io.headend.core.MediaException;
import io.headend.core.http.Headers;
import io.headend.drm.ContentKey;
import io.headend.drm.KeyProvider;
import io.headend.drm.cpix.CpixDocument;
import io.headend.drm.cpix.CpixKeys;
import io.headend.drm.speke.SpekeClient;
import io.headend.drm.widevine.WidevineKeyClient;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say where content keys come from. Messages never repeat a key. */
final class KeyOptions {

    private static final Pattern LABELLED = Pattern.compile("(?:([A-Z0-9]{1,16})=)?([^=]+)");
    private static final List<String> LABELS = List.of("SD", "HD", "UHD", "UHD1", "UHD2", "VIDEO", "AUDIO", "");

    @Option(
            names = "--key",
            paramLabel = "[TRACKS=]KID:KEY[:IV]",
            description = "a key in hex, for all tracks or for SD, HD, UHD, VIDEO or AUDIO; may be repeated."
                    + " Other users of the machine see it: --key-file hides it")
    List<String> keys = new ArrayList<>();

    @Option(names = "--key-file", paramLabel = "FILE", description = "a file with lines like those of --key")
    @Nullable
    Path keyFile;

    @Option(
            names = "--secret-file",
            paramLabel = "FILE",
            description = "32 to 128 hexadecimal digits that keys follow from, as in ./headend keys")
    @Nullable
    Path secretFile;

    @Option(names = "--cpix", paramLabel = "FILE", description = "a CPIX document with the keys in the clear")
    @Nullable
    Path cpix;

    @Option(names = "--speke", paramLabel = "URL", description = "a SPEKE 2.0 key service")
    @Nullable
    URI speke;

    @Option(
            names = "--speke-authorization",
            paramLabel = "FILE",
            description = "a file with the Authorization header for the SPEKE service, such as 'Bearer abc'")
    @Nullable
    Path authorization;

    @Option(names = "--widevine", paramLabel = "URL", description = "a Widevine key service; needs --signer-file")
    @Nullable
    URI widevine;

    @Mixin
    SignerOptions signer = new SignerOptions();

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli fills it in before call
    CommandSpec spec;

    /** Whether any was given. */
    boolean isWanted() {
        return sources() > 0 || authorization != null || signer.isWanted();
    }

    private long sources() {
        boolean given = !keys.isEmpty() || keyFile != null;
        return Stream.of(given, secretFile != null, cpix != null, speke != null, widevine != null)
                .filter(wanted -> wanted)
                .count();
    }

    /** Whether the keys come from somebody who also says how they are signalled. */
    boolean isService() {
        return cpix != null || speke != null || widevine != null;
    }

    /** Whether keys can differ from crypto period to crypto period. */
    boolean canRotate() {
        return keys.isEmpty() && keyFile == null;
    }

    /**
     * Where the keys come from.
     *
     * @param makes whether keys of chance will do where none are given
     * @param period length of a crypto period, or {@link Duration#ZERO}
     */
    KeyProvider provider(boolean makes, Duration period) {
        if (sources() > 1 || (sources() == 0 && !makes)) {
            throw usage(
                    "--drm needs keys from one source: --key or --key-file, --secret-file, --cpix, --speke or --widevine");
        }
        if (authorization != null && speke == null) {
            throw usage("--speke-authorization goes with --speke");
        }
        if (signer.isWanted() && widevine == null) {
            throw usage("--signer and --signer-file go with --widevine");
        }
        if (cpix != null) {
            return CpixKeys.of(CpixDocument.parse(SmallFile.bytes(cpix)));
        }
        if (speke != null) {
            SpekeClient.Builder client = SpekeClient.builder(speke);
            if (authorization != null) {
                client.headers(Headers.of(
                        "Authorization", SmallFile.text(authorization).strip()));
            }
            return client.build();
        }
        if (widevine != null) {
            WidevineKeyClient.Builder client = WidevineKeyClient.builder(widevine, signer.signer());
            return (period.isZero() ? client : client.cryptoPeriod(period)).build();
        }
        return sources() == 0 || secretFile != null ? SecretFile.keys(secretFile) : given();
    }

    /** Whether keys are given for some kinds of tracks only. */
    boolean isByTrack() {
        return (!keys.isEmpty() || keyFile != null) && !byLabel().keySet().equals(Set.of(""));
    }

    private KeyProvider given() {
        return KeyProvider.raw(byLabel());
    }

    private Map<String, ContentKey> byLabel() {
        Map<String, ContentKey> byLabel = new TreeMap<>();
        keys.forEach(text -> add(byLabel, text, "--key"));
        if (keyFile != null) {
            int number = 0;
            for (String line : SmallFile.text(keyFile).lines().toList()) {
                number++;
                if (!line.isBlank() && !line.startsWith("#")) {
                    add(byLabel, line.strip(), keyFile + ", line " + number);
                }
            }
        }
        if (byLabel.isEmpty()) {
            throw MediaException.invalidArgument(keyFile + " has no keys; write lines like KID:KEY or HD=KID:KEY");
        }
        return byLabel;
    }

    private void add(Map<String, ContentKey> byLabel, String text, String where) {
        Matcher parts = LABELLED.matcher(text);
        String label = parts.matches() && parts.group(1) != null ? parts.group(1) : "";
        if (!parts.matches() || !LABELS.contains(label)) {
            throw usage(where + ": a key is written KID:KEY[:IV] or TRACKS=KID:KEY[:IV] with TRACKS one of"
                    + " SD, HD, UHD, VIDEO, AUDIO");
        }
        try {
            if (byLabel.put(label, ContentKey.parse(parts.group(2))) != null) {
                throw usage(where + ": there are two keys for " + (label.isEmpty() ? "all tracks" : label));
            }
        } catch (MediaException e) {
            throw usage(where + ": " + e.getMessage());
        }
    }

    private ParameterException usage(String sentence) {
        return new ParameterException(spec.commandLine(), sentence);
    }
}

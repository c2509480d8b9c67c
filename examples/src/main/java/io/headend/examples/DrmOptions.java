package io.headend.examples;

import io.headend.core.ProtectionScheme;
import io.headend.core.SampleProtector;
import io.headend.drm.CencEncryptor;
import io.headend.drm.ContentKey;
import io.headend.drm.KeyProvider;
import io.headend.drm.PsshBox;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say how the output is protected. */
final class DrmOptions {

    @Option(names = "--drm", paramLabel = "SCHEME", description = "encrypt with one of: ${COMPLETION-CANDIDATES}")
    @Nullable
    ProtectionScheme scheme;

    @Option(names = "--key", paramLabel = "KID:KEY[:IV]", description = "the key for all renditions, in hex")
    @Nullable
    String key;

    @Option(names = "--license", paramLabel = "URL", description = "where players ask for the key (ClearKey)")
    @Nullable
    String license;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli fills it in before call
    CommandSpec spec;

    /**
     * What encrypts one rendition; empty where it stays clear.
     *
     * @param contentId names the content to key services and in vectors
     */
    Optional<SampleProtector> protector(String contentId) {
        if (scheme == null && key == null && license == null) {
            return Optional.empty();
        }
        if (scheme == null || key == null || license == null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--drm, --key and --license go together: --drm cbcs --key KID:KEY --license https://keys.example/");
        }
        ContentKey content = ContentKey.parse(key);
        return Optional.of(CencEncryptor.builder(scheme, KeyProvider.single(content))
                .contentId(contentId)
                .system(PsshBox.commonSystem(content.id()))
                .system(PsshBox.clearKeySystem(license))
                .build());
    }
}

package io.headend.examples;

import io.headend.core.ProtectionScheme;
import org.jspecify.annotations.Nullable;

/** What {@code --drm} takes: the schemes of common encryption, and the two methods that HLS alone knows. */
enum DrmMethod {
    CENC("cenc", ProtectionScheme.CENC),
    CBCS("cbcs", ProtectionScheme.CBCS),
    /** Whole segments. */
    AES_128("aes-128", null),
    /** Samples in transport streams; in CMAF those of {@code cbcs}, without a DRM system. */
    SAMPLE_AES("sample-aes", null);

    private final String word;
    private final @Nullable ProtectionScheme scheme;

    DrmMethod(String word, @Nullable ProtectionScheme scheme) {
        this.word = word;
        this.scheme = scheme;
    }

    /** The scheme of common encryption, or null. */
    @Nullable
    ProtectionScheme scheme() {
        return scheme;
    }

    /** The word on the command line. */
    @Override
    public String toString() {
        return word;
    }
}

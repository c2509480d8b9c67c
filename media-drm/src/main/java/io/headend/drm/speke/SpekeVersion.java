package io.headend.drm.speke;

import io.headend.drm.cpix.CpixDocument;
import java.util.Optional;

/** The versions of the interface and the CPIX that goes with each. */
enum SpekeVersion {
    V2_0("2.0", CpixDocument.Version.V2_3),
    V2_1("2.1", CpixDocument.Version.V2_4);

    static final String VERSION_HEADER = "X-Speke-Version";
    static final String USER_AGENT_HEADER = "X-Speke-User-Agent";
    static final String USER_AGENT = "Headend";
    static final int MAX_BYTES = 1 << 20;

    private final String text;
    private final CpixDocument.Version cpix;

    SpekeVersion(String text, CpixDocument.Version cpix) {
        this.text = text;
        this.cpix = cpix;
    }

    String text() {
        return text;
    }

    CpixDocument.Version cpix() {
        return cpix;
    }

    static Optional<SpekeVersion> of(String text) {
        for (SpekeVersion version : values()) {
            if (version.text.equals(text)) {
                return Optional.of(version);
            }
        }
        return Optional.empty();
    }
}

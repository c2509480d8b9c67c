package io.headend.formats.dash;

import java.nio.ByteBuffer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * {@code ContentProtection} (ISO/IEC 23009-1, 5.8.4.1; DASH-IF IOP, 7.6).
 *
 * @param schemeIdUri {@code urn:mpeg:dash:mp4protection:2011} or {@code urn:uuid:} and a system id
 * @param value scheme ({@code cenc}, {@code cbcs}) or {@code null}
 * @param defaultKeyId {@code cenc:default_KID} or {@code null}
 * @param pssh whole {@code pssh} box, for PlayReady written as {@code mspr:pro} too; empty to leave it out; each call gives a view of its own
 * @param licenseUrl {@code dashif:Laurl}, empty to leave it out
 */
public record Protection(
        String schemeIdUri,
        @Nullable String value,
        @Nullable UUID defaultKeyId,
        ByteBuffer pssh,
        String licenseUrl) {

    public Protection {
        pssh = pssh.slice().asReadOnlyBuffer();
    }

    @Override
    public ByteBuffer pssh() {
        return pssh.duplicate();
    }
}

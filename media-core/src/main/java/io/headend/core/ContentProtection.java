package io.headend.core;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;

/**
 * How a track is protected, as far as a manifest or an initialisation segment must tell it. Holds no key.
 *
 * @param scheme protection scheme
 * @param keyId default key id of the track
 * @param ivSize bytes of the per-sample initialisation vector: 8 or 16, or 0 where {@code constantIv} is used
 * @param constantIv 16 bytes where {@code ivSize} is 0, else empty
 * @param pattern crypt and skip blocks of ten ({@code {1, 9}}), or {@code {0, 0}} where every block is encrypted
 * @param systems one per DRM system
 */
public record ContentProtection(
        ProtectionScheme scheme,
        UUID keyId,
        int ivSize,
        ByteBuffer constantIv,
        Pattern pattern,
        List<DrmSystem> systems) {

    public ContentProtection {
        if (ivSize != 0 && ivSize != 8 && ivSize != 16) {
            throw new IllegalArgumentException("initialisation vector of " + ivSize + " bytes is none of 0, 8, 16");
        }
        if (constantIv.remaining() != (ivSize == 0 ? 16 : 0)) {
            throw new IllegalArgumentException("a constant initialisation vector of 16 bytes goes with ivSize 0 only");
        }
        constantIv = CodecConfig.copyOf(constantIv);
        systems = List.copyOf(systems);
    }

    @Override
    public ByteBuffer constantIv() {
        return constantIv.duplicate();
    }

    /** Encrypted and clear 16-byte blocks in turn (ISO/IEC 23001-7, 9.6). */
    public record Pattern(int crypt, int skip) {
        public static final Pattern NONE = new Pattern(0, 0);
        public static final Pattern ONE_IN_TEN = new Pattern(1, 9);
    }

    /**
     * One DRM system's share of the signalling.
     *
     * @param systemId as registered with DASH-IF
     * @param pssh a whole {@code pssh} box, or empty; read-only
     * @param licenseUrl where a player asks for a licence, or empty
     */
    public record DrmSystem(UUID systemId, ByteBuffer pssh, String licenseUrl) {
        public DrmSystem {
            pssh = CodecConfig.copyOf(pssh);
        }

        @Override
        public ByteBuffer pssh() {
            return pssh.duplicate();
        }
    }
}

package io.headend.drm.fairplay;

import io.headend.core.MediaException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.interfaces.RSAPrivateKey;

/** The certificate that Apple signs for a content provider, with its private key. Immutable. */
public final class ProviderCertificate {

    private final RSAPrivateKey privateKey;
    private final byte[] sha1;

    private ProviderCertificate(RSAPrivateKey privateKey, byte[] sha1) {
        this.privateKey = privateKey;
        this.sha1 = sha1;
    }

    /**
     * A certificate.
     *
     * @param der the certificate, whose SHA-1 players put into each SPC; not kept
     * @param key its private key, RSA of 1024 to 4096 bits
     */
    public static ProviderCertificate of(byte[] der, PrivateKey key) {
        if (!(key instanceof RSAPrivateKey rsa)
                || rsa.getModulus().bitLength() < 1024
                || rsa.getModulus().bitLength() > 4096) {
            throw MediaException.invalidArgument("The key of a FairPlay certificate is RSA of 1024 to 4096 bits.");
        }
        try {
            return new ProviderCertificate(
                    rsa, MessageDigest.getInstance("SHA-1").digest(der));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }

    RSAPrivateKey privateKey() {
        return privateKey;
    }

    byte[] sha1() {
        return sha1;
    }

    @Override
    public String toString() {
        return "ProviderCertificate[" + privateKey.getModulus().bitLength() + " bits]";
    }
}

package io.headend.drm.cpix;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;

/**
 * Somebody for whom documents are encrypted.
 *
 * @param certificate names the recipient in the document
 * @param privateKey opens the document's key
 */
public record CpixRecipient(X509Certificate certificate, PrivateKey privateKey) {

    /** The subject alone. */
    @Override
    public String toString() {
        return "CpixRecipient[" + certificate.getSubjectX500Principal() + "]";
    }
}

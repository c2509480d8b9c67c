package io.headend.drm.cpix;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Document;

/** How to write a document for others: encrypted for recipients, signed by a sender. Not for several threads. */
public final class CpixEncoding {

    private static final int MAX_RECIPIENTS = 16;
    private static final int MAX_RSA_BITS = 8192;

    private final List<X509Certificate> recipients = new ArrayList<>();
    private @Nullable PrivateKey signingKey;
    private @Nullable X509Certificate signer;

    private CpixEncoding() {}

    /** Keys in the clear and no signature, until said otherwise. */
    public static CpixEncoding plain() {
        return new CpixEncoding();
    }

    /** Encrypts the keys, also for this recipient, whose certificate holds an RSA key. */
    public CpixEncoding encryptFor(X509Certificate recipient) {
        recipients.add(recipient);
        return this;
    }

    /** Signs the whole document with an RSA key. */
    public CpixEncoding signWith(PrivateKey key, X509Certificate certificate) {
        signingKey = key;
        signer = certificate;
        return this;
    }

    /** The document as UTF-8. */
    public byte[] encode(CpixDocument document) {
        DocumentSecret secret = recipients.isEmpty() ? null : DocumentSecret.create(recipients, new SecureRandom());
        Document xml = new CpixWriter(document, secret).document();
        PrivateKey key = signingKey;
        X509Certificate certificate = signer;
        byte[] unsigned = CpixXml.write(xml);
        if (key == null || certificate == null) {
            return unsigned;
        }
        // A tree made in memory has no namespace declarations, and they count in a canonical form.
        Document declared = CpixXml.parse(unsigned).getOwnerDocument();
        CpixSigner.sign(declared, key, certificate);
        return CpixXml.write(declared);
    }

    /** Whether the whole document is signed by the holder of this certificate. */
    public static boolean isSigned(byte[] xml, X509Certificate by) {
        return CpixSigner.isSignedBy(CpixXml.parse(xml), by);
    }

    /**
     * Certificates of those that a document is to be, or is, encrypted for, each once.
     *
     * @throws MediaException EXHAUSTED if there are more than {@value #MAX_RECIPIENTS}, UNSUPPORTED if one has another key than RSA of up
     *     to {@value #MAX_RSA_BITS} bits: each is a public-key operation
     */
    public static List<X509Certificate> recipients(byte[] xml) {
        List<X509Certificate> recipients = named(xml);
        if (recipients.size() > MAX_RECIPIENTS) {
            throw new MediaException(
                    MediaErrorCode.EXHAUSTED, "A CPIX document is for at most " + MAX_RECIPIENTS + " recipients.");
        }
        for (X509Certificate recipient : recipients) {
            if (!(recipient.getPublicKey() instanceof RSAKey key)
                    || key.getModulus().bitLength() > MAX_RSA_BITS) {
                throw MediaException.unsupported(
                        "A recipient of a CPIX document has an RSA key of up to " + MAX_RSA_BITS + " bits.");
            }
        }
        return recipients;
    }

    private static List<X509Certificate> named(byte[] xml) {
        return CpixXml.child(CpixXml.parse(xml), CpixXml.CPIX, "DeliveryDataList").stream()
                .flatMap(list -> CpixXml.children(list, CpixXml.CPIX, "DeliveryData").stream())
                .flatMap(data -> DocumentSecret.certificates(data).stream())
                .distinct()
                .toList();
    }
}

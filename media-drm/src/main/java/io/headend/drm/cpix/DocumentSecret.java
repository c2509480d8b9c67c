package io.headend.drm.cpix;

import static io.headend.drm.cpix.CpixXml.CPIX;
import static io.headend.drm.cpix.CpixXml.DSIG;
import static io.headend.drm.cpix.CpixXml.PSKC;
import static io.headend.drm.cpix.CpixXml.XENC;
import static io.headend.drm.cpix.CpixXml.append;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.MGF1ParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;
import org.w3c.dom.Element;

/**
 * The document key and the key of its authentication codes (CPIX 2.3, 6.1): content keys are encrypted by AES-256-CBC, those two
 * by RSA-OAEP for each recipient, and HMAC-SHA-512 covers each encrypted value.
 */
final class DocumentSecret {

    private static final String AES_256_CBC = XENC + "aes256-cbc";
    private static final String RSA_OAEP = XENC + "rsa-oaep-mgf1p";
    private static final String HMAC_SHA_512 = "http://www.w3.org/2001/04/xmldsig-more#hmac-sha512";
    private static final int DOCUMENT_KEY_BYTES = 32;
    private static final int MAC_KEY_BYTES = 64;
    private static final int BLOCK = 16;
    private static final OAEPParameterSpec OAEP =
            new OAEPParameterSpec("SHA-1", "MGF1", MGF1ParameterSpec.SHA1, PSource.PSpecified.DEFAULT);

    private final SecretKey documentKey;
    private final Optional<SecretKey> macKey;
    private final List<X509Certificate> recipients;

    private DocumentSecret(SecretKey documentKey, Optional<SecretKey> macKey, List<X509Certificate> recipients) {
        this.documentKey = documentKey;
        this.macKey = macKey;
        this.recipients = recipients;
    }

    /** A new secret for some recipients. */
    static DocumentSecret create(List<X509Certificate> recipients, SecureRandom random) {
        return new DocumentSecret(
                random(random, DOCUMENT_KEY_BYTES, "AES"),
                Optional.of(random(random, MAC_KEY_BYTES, "HmacSHA512")),
                List.copyOf(recipients));
    }

    private static SecretKey random(SecureRandom random, int size, String algorithm) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        SecretKey key = new SecretKeySpec(bytes, algorithm);
        Arrays.fill(bytes, (byte) 0);
        return key;
    }

    /** Opens the delivery of a document that is for this recipient. */
    static DocumentSecret open(Element root, CpixRecipient recipient) {
        Element delivery = CpixXml.child(root, CPIX, "DeliveryDataList").stream()
                .flatMap(list -> CpixXml.children(list, CPIX, "DeliveryData").stream())
                .filter(data -> certificates(data).contains(recipient.certificate()))
                .findFirst()
                .orElseThrow(() -> denied("The CPIX document has no delivery for this recipient."));
        Element encryptedKey = CpixXml.child(delivery, CPIX, "DocumentKey")
                .flatMap(key -> CpixXml.child(key, CPIX, "Data"))
                .flatMap(data -> CpixXml.child(data, PSKC, "Secret"))
                .flatMap(secret -> CpixXml.child(secret, PSKC, "EncryptedValue"))
                .orElseThrow(() -> MediaException.malformed("The delivery of the CPIX document has no document key."));
        Optional<SecretKey> macKey = CpixXml.child(delivery, CPIX, "MACMethod")
                .flatMap(method -> CpixXml.child(method, PSKC, "MACKey").or(() -> CpixXml.child(method, CPIX, "Key")))
                .map(key -> unwrap(key, recipient, "HmacSHA512"));
        return new DocumentSecret(unwrap(encryptedKey, recipient, "AES"), macKey, List.of(recipient.certificate()));
    }

    /** The certificates of the recipients that a document names. */
    static List<X509Certificate> certificates(Element deliveryData) {
        return CpixXml.child(deliveryData, CPIX, "DeliveryKey").stream()
                .flatMap(key -> CpixXml.children(key, DSIG, "X509Data").stream())
                .flatMap(data -> CpixXml.children(data, DSIG, "X509Certificate").stream())
                .map(element -> Certificates.parse(CpixReader.base64(element.getTextContent())))
                .toList();
    }

    private static SecretKey unwrap(Element encrypted, CpixRecipient recipient, String algorithm) {
        requireAlgorithm(encrypted, RSA_OAEP);
        try {
            Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
            cipher.init(Cipher.DECRYPT_MODE, recipient.privateKey(), OAEP);
            byte[] bytes = cipher.doFinal(cipherValue(encrypted));
            SecretKey key = new SecretKeySpec(bytes, algorithm);
            Arrays.fill(bytes, (byte) 0);
            return key;
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw denied("The private key does not open the document key of the CPIX document.");
        }
    }

    /** The bytes of an encrypted {@code Secret}; the code is checked before anything is decrypted. */
    byte[] decrypt(Element secret) {
        Element encrypted = CpixXml.child(secret, PSKC, "EncryptedValue")
                .orElseThrow(() -> MediaException.malformed("A Secret of CPIX has a PlainValue or an EncryptedValue."));
        requireAlgorithm(encrypted, AES_256_CBC);
        byte[] value = cipherValue(encrypted);
        if (macKey.isPresent()) {
            byte[] code = CpixXml.child(secret, PSKC, "ValueMAC")
                    .map(element -> CpixReader.base64(element.getTextContent()))
                    .orElseThrow(() -> denied("An encrypted key of the CPIX document has no ValueMAC."));
            if (!MessageDigest.isEqual(code, mac(macKey.get(), value))) {
                throw denied("The ValueMAC of a key does not agree; the CPIX document was changed.");
            }
        }
        try {
            if (value.length < 2 * BLOCK) {
                throw MediaException.malformed("An encrypted key of the CPIX document is too short.");
            }
            Cipher cipher = Cipher.getInstance("AES/CBC/NoPadding");
            cipher.init(Cipher.DECRYPT_MODE, documentKey, new IvParameterSpec(value, 0, BLOCK));
            byte[] padded = cipher.doFinal(value, BLOCK, value.length - BLOCK);
            // XML Encryption 1.1, 5.2: only the last byte of the padding has a meaning.
            int padding = padded[padded.length - 1];
            if (padding < 1 || padding > BLOCK) {
                throw denied("A key of the CPIX document cannot be decrypted by its document key.");
            }
            byte[] clear = Arrays.copyOf(padded, padded.length - padding);
            Arrays.fill(padded, (byte) 0);
            return clear;
        } catch (GeneralSecurityException e) {
            throw denied("A key of the CPIX document cannot be decrypted by its document key.");
        }
    }

    /** Puts the encrypted value and its code below {@code secret}. */
    void encrypt(Element secret, byte[] clear) {
        try {
            Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
            cipher.init(Cipher.ENCRYPT_MODE, documentKey);
            byte[] vector = cipher.getIV();
            byte[] body = cipher.doFinal(clear);
            byte[] value = Arrays.copyOf(vector, vector.length + body.length);
            System.arraycopy(body, 0, value, vector.length, body.length);
            encrypted(append(secret, PSKC, "pskc:EncryptedValue"), AES_256_CBC, value);
            macKey.ifPresent(key -> append(secret, PSKC, "pskc:ValueMAC").setTextContent(base64(mac(key, value))));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES/CBC/PKCS5Padding", e);
        }
    }

    /** Puts the deliveries for all recipients below the root. */
    void writeTo(Element root) {
        Element list = append(root, CPIX, "cpix:DeliveryDataList");
        for (X509Certificate recipient : recipients) {
            Element delivery = append(list, CPIX, "cpix:DeliveryData");
            Element x509 = append(append(delivery, CPIX, "cpix:DeliveryKey"), DSIG, "ds:X509Data");
            append(x509, DSIG, "ds:X509Certificate").setTextContent(base64(Certificates.encoded(recipient)));
            Element data = append(append(delivery, CPIX, "cpix:DocumentKey"), CPIX, "cpix:Data");
            wrap(append(append(data, PSKC, "pskc:Secret"), PSKC, "pskc:EncryptedValue"), documentKey, recipient);
            macKey.ifPresent(key -> {
                Element method = append(delivery, CPIX, "cpix:MACMethod");
                method.setAttribute("Algorithm", HMAC_SHA_512);
                wrap(append(method, PSKC, "pskc:MACKey"), key, recipient);
            });
        }
    }

    private static void wrap(Element element, SecretKey key, X509Certificate recipient) {
        try {
            Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
            cipher.init(Cipher.ENCRYPT_MODE, recipient.getPublicKey(), OAEP);
            byte[] bytes = key.getEncoded();
            encrypted(element, RSA_OAEP, cipher.doFinal(bytes));
            Arrays.fill(bytes, (byte) 0);
        } catch (GeneralSecurityException e) {
            throw new MediaException(
                    MediaErrorCode.INVALID_ARGUMENT,
                    "The certificate of a recipient holds no RSA key that a document key can be encrypted with.",
                    e);
        }
    }

    private static void encrypted(Element element, String algorithm, byte[] value) {
        append(element, XENC, "xenc:EncryptionMethod").setAttribute("Algorithm", algorithm);
        append(append(element, XENC, "xenc:CipherData"), XENC, "xenc:CipherValue")
                .setTextContent(base64(value));
    }

    private static void requireAlgorithm(Element encrypted, String wanted) {
        String algorithm = CpixXml.child(encrypted, XENC, "EncryptionMethod")
                .map(method -> method.getAttribute("Algorithm"))
                .orElse(wanted);
        if (!algorithm.equals(wanted)) {
            throw MediaException.unsupported("The CPIX document encrypts by another algorithm than " + wanted + ".");
        }
    }

    private static byte[] cipherValue(Element encrypted) {
        return CpixXml.child(encrypted, XENC, "CipherData")
                .flatMap(data -> CpixXml.child(data, XENC, "CipherValue"))
                .map(value -> CpixReader.base64(value.getTextContent()))
                .orElseThrow(() -> MediaException.malformed("An encrypted value of CPIX has no CipherValue."));
    }

    private static byte[] mac(SecretKey key, byte[] value) {
        try {
            Mac mac = Mac.getInstance("HmacSHA512");
            mac.init(key);
            return mac.doFinal(value);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA512", e);
        }
    }

    private static MediaException denied(String sentence) {
        return new MediaException(MediaErrorCode.ACCESS_DENIED, sentence);
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** X.509 between bytes and objects. */
    private static final class Certificates {

        static X509Certificate parse(byte[] der) {
            try {
                return (X509Certificate)
                        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
            } catch (CertificateException e) {
                throw MediaException.malformed("A delivery of the CPIX document names no X.509 certificate.");
            }
        }

        static byte[] encoded(X509Certificate certificate) {
            try {
                return certificate.getEncoded();
            } catch (CertificateException e) {
                throw new IllegalStateException("a certificate that was read can be written", e);
            }
        }
    }
}

package io.headend.drm.widevine;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The signature of a request: by a shared AES key (AES-CBC of the SHA-1 of the request), or by an RSA key (RSASSA-PSS with SHA-1
 * and 20 bytes of salt), as a provider and its key service agreed.
 *
 * <p><b>Threading:</b> any number of threads.
 */
public abstract sealed class RequestSigner {

    private final String name;

    private RequestSigner(String name) {
        if (name.isEmpty()) {
            throw MediaException.invalidArgument("A signer of Widevine requests has a name.");
        }
        this.name = name;
    }

    /**
     * Signs and checks by a shared key; both arrays are copied.
     *
     * @param key 16, 24 or 32 bytes
     * @param iv 16 bytes
     */
    public static RequestSigner aes(String name, byte[] key, byte[] iv) {
        if ((key.length != 16 && key.length != 24 && key.length != 32) || iv.length != 16) {
            throw MediaException.invalidArgument("A signing key has 16, 24 or 32 bytes, and its vector has 16.");
        }
        return new Aes(name, new SecretKeySpec(key, "AES"), new IvParameterSpec(iv));
    }

    /** Signs by an RSA key, and checks where the key tells its public half (PKCS #8 does). */
    public static RequestSigner rsa(String name, PrivateKey key) {
        return new RsaPrivate(name, key);
    }

    /** Checks signatures of an RSA key, and cannot sign. */
    public static RequestSigner rsa(String name, PublicKey key) {
        return new RsaPublic(name, key);
    }

    /** The {@code signer} of a request. */
    public String name() {
        return name;
    }

    abstract byte[] sign(byte[] request);

    abstract boolean verify(byte[] request, byte[] signature);

    /** The name alone. */
    @Override
    public String toString() {
        return "RequestSigner[" + name + "]";
    }

    private static final class Aes extends RequestSigner {
        private final SecretKey key;
        private final IvParameterSpec iv;

        Aes(String name, SecretKey key, IvParameterSpec iv) {
            super(name);
            this.key = key;
            this.iv = iv;
        }

        @Override
        byte[] sign(byte[] request) {
            try {
                Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
                cipher.init(Cipher.ENCRYPT_MODE, key, iv);
                return cipher.doFinal(MessageDigest.getInstance("SHA-1").digest(request));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every Java platform has AES/CBC/PKCS5Padding and SHA-1", e);
            }
        }

        @Override
        boolean verify(byte[] request, byte[] signature) {
            return MessageDigest.isEqual(sign(request), signature);
        }
    }

    private static Signature pss() throws GeneralSecurityException {
        Signature signature = Signature.getInstance("RSASSA-PSS");
        signature.setParameter(new PSSParameterSpec("SHA-1", "MGF1", MGF1ParameterSpec.SHA1, 20, 1));
        return signature;
    }

    private static final class RsaPrivate extends RequestSigner {
        private final PrivateKey key;

        RsaPrivate(String name, PrivateKey key) {
            super(name);
            this.key = key;
        }

        @Override
        byte[] sign(byte[] request) {
            try {
                Signature signature = pss();
                signature.initSign(key);
                signature.update(request);
                return signature.sign();
            } catch (GeneralSecurityException e) {
                throw new MediaException(
                        MediaErrorCode.INVALID_ARGUMENT, "The private key of a signer must be an RSA key.", e);
            }
        }

        @Override
        boolean verify(byte[] request, byte[] signature) {
            if (!(key instanceof RSAPrivateCrtKey pair)) {
                throw new MediaException(
                        MediaErrorCode.INVALID_STATE, "A signer with a private key alone cannot check signatures.");
            }
            try {
                PublicKey half = KeyFactory.getInstance("RSA")
                        .generatePublic(new RSAPublicKeySpec(pair.getModulus(), pair.getPublicExponent()));
                return new RsaPublic(name(), half).verify(request, signature);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every Java platform has RSA", e);
            }
        }
    }

    private static final class RsaPublic extends RequestSigner {
        private final PublicKey key;

        RsaPublic(String name, PublicKey key) {
            super(name);
            this.key = key;
        }

        @Override
        byte[] sign(byte[] request) {
            throw new MediaException(MediaErrorCode.INVALID_STATE, "A signer with a public key alone cannot sign.");
        }

        @Override
        boolean verify(byte[] request, byte[] signature) {
            try {
                Signature check = pss();
                check.initVerify(key);
                check.update(request);
                return check.verify(signature);
            } catch (GeneralSecurityException e) {
                return false;
            }
        }
    }
}

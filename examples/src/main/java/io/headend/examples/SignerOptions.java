package io.headend.examples;

import io.headend.drm.widevine.RequestSigner;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Who signs requests to a Widevine service. Messages never repeat a key. */
final class SignerOptions {

    private static final Pattern SHARED = Pattern.compile("([^:\\s]{1,64}):(\\p{XDigit}+):(\\p{XDigit}{32})");
    private static final Pattern RSA = Pattern.compile(
            "([^:\\s]{1,64})\\s+-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    @Option(
            names = "--signer",
            paramLabel = "NAME:KEY:IV",
            description = "who signs requests to the Widevine service, with an AES key and vector in hex")
    @Nullable
    String shared;

    @Option(
            names = "--signer-file",
            paramLabel = "FILE",
            description = "the same out of a file, or the name and on the next lines an RSA key in PEM (PKCS #8)")
    @Nullable
    Path file;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli fills it in before call
    CommandSpec spec;

    boolean isWanted() {
        return shared != null || file != null;
    }

    RequestSigner signer() {
        if ((shared == null) == (file == null)) {
            throw usage("a Widevine service needs --signer or --signer-file");
        }
        String text = (shared != null ? shared : SmallFile.text(file)).strip();
        Matcher aes = SHARED.matcher(text);
        if (aes.matches() && (aes.group(2).length() == 32 || aes.group(2).length() == 64)) {
            return RequestSigner.aes(
                    aes.group(1),
                    HexFormat.of().parseHex(aes.group(2)),
                    HexFormat.of().parseHex(aes.group(3)));
        }
        Matcher rsa = RSA.matcher(text);
        if (rsa.matches()) {
            try {
                byte[] key = Base64.getMimeDecoder().decode(rsa.group(2));
                return RequestSigner.rsa(
                        rsa.group(1), KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(key)));
            } catch (GeneralSecurityException | IllegalArgumentException e) {
                // Said below, without the reason, which may hold digits of the key.
            }
        }
        throw usage("a signer is written NAME:KEY:IV, the key 32 or 64 and the vector 32 hexadecimal digits,"
                + " or as a name and an RSA key in PEM (PKCS #8)");
    }

    private ParameterException usage(String sentence) {
        return new ParameterException(spec.commandLine(), sentence);
    }
}

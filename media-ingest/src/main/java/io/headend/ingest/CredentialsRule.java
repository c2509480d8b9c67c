package io.headend.ingest;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.function.Function;

/** Checks user and password; see {@link PublishAuth#credentials}. */
final class CredentialsRule implements Function<PublishRequest, PublishDecision> {

    private static final PublishDecision WRONG = PublishDecision.reject("user or password is wrong");

    private final Map<String, String> passwords;

    CredentialsRule(Map<String, String> passwords) {
        this.passwords = Map.copyOf(passwords);
    }

    @Override
    public PublishDecision apply(PublishRequest request) {
        String user = request.parameters().getOrDefault("user", "");
        String given = request.parameters().getOrDefault("pass", "");
        String right = passwords.get(user);
        boolean equal = MessageDigest.isEqual(
                (right == null ? "" : right).getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
        return equal && right != null ? PublishDecision.ACCEPT : WRONG;
    }
}

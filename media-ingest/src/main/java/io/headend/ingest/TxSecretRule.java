package io.headend.ingest;

import io.headend.core.MediaException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.HexFormat;
import java.util.function.Function;

/** Checks {@code txSecret} and {@code txTime}; see {@link PublishAuth#txSecret}. */
final class TxSecretRule implements Function<PublishRequest, PublishDecision> {

    private static final PublishDecision MISSING = PublishDecision.reject("the URL has no usable txSecret and txTime");
    private static final PublishDecision EXPIRED = PublishDecision.reject("the txTime of the URL has passed");
    private static final PublishDecision WRONG = PublishDecision.reject("the txSecret does not fit this stream");

    private final String primary;
    private final String backup;
    private final Clock clock;

    TxSecretRule(String primary, String backup, Clock clock) {
        if (primary.isEmpty()) {
            throw MediaException.invalidArgument(
                    "the key for txSecret is empty; a key that everybody knows protects nothing");
        }
        this.primary = primary;
        this.backup = backup.isEmpty() ? primary : backup;
        this.clock = clock;
    }

    @Override
    public PublishDecision apply(PublishRequest request) {
        String secret = request.parameters().getOrDefault("txSecret", "");
        String time = request.parameters().getOrDefault("txTime", "");
        long until = seconds(time);
        if (until < 0 || !secret.matches("[0-9A-Fa-f]{32}|[0-9A-Fa-f]{64}")) {
            return MISSING;
        }
        byte[] given = HexFormat.of().parseHex(secret);
        String algorithm = secret.length() == 32 ? "MD5" : "SHA-256";
        String signed = request.stream() + time;
        // Both are always compared, so that the time taken does not tell which key is in use.
        boolean first = MessageDigest.isEqual(digest(algorithm, primary + signed), given);
        boolean second = MessageDigest.isEqual(digest(algorithm, backup + signed), given);
        if (!first && !second) {
            return WRONG;
        }
        return clock.instant().getEpochSecond() > until ? EXPIRED : PublishDecision.ACCEPT;
    }

    private static long seconds(String time) {
        if (time.matches("[0-9A-Fa-f]{1,8}")) {
            return Long.parseLong(time, 16);
        }
        return time.matches("[0-9]{9,12}") ? Long.parseLong(time) : -1;
    }

    private static byte[] digest(String algorithm, String text) {
        try {
            return MessageDigest.getInstance(algorithm).digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + algorithm, e);
        }
    }
}

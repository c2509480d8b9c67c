package io.headend.ingest;

import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Decides who may publish what. Implementations answer at once or later, never block and never throw for what a stranger sends;
 * a stage that fails is a rejection. Called by many threads.
 */
@FunctionalInterface
public interface PublishAuth {

    CompletionStage<PublishDecision> decide(PublishRequest request);

    /** Everybody may publish everything. */
    static PublishAuth open() {
        return of(request -> PublishDecision.ACCEPT);
    }

    /** From a function that answers at once. */
    static PublishAuth of(Function<PublishRequest, PublishDecision> rule) {
        return request -> {
            try {
                return CompletableFuture.completedFuture(rule.apply(request));
            } catch (RuntimeException e) {
                return CompletableFuture.failedFuture(e);
            }
        };
    }

    /**
     * Signed URLs as Tencent Cloud's: {@code ?txSecret=HEX&txTime=TIME}, where the secret is MD5 or SHA-256 of key, stream name and
     * time as they stand in the URL. 32 hexadecimal digits of either case are MD5, 64 SHA-256. The time, up to which publishing may
     * begin, is in seconds since 1970: hexadecimal with up to 8 digits, decimal with 9 or more.
     *
     * @param primaryKey the key
     * @param backupKey a second one that is good too, or empty
     */
    static PublishAuth txSecret(String primaryKey, String backupKey, Clock clock) {
        return of(new TxSecretRule(primaryKey, backupKey, clock));
    }

    /**
     * {@code ?user=NAME&pass=PASSWORD}.
     *
     * @param passwords by user
     */
    static PublishAuth credentials(Map<String, String> passwords) {
        return of(new CredentialsRule(passwords));
    }

    /**
     * Publishers from some networks only.
     *
     * @param blocks such as {@code 10.0.0.0/8}, {@code 2001:db8::/32} or a single address
     */
    static PublishAuth cidr(Collection<String> blocks) {
        return of(new CidrRule(blocks));
    }

    /** All of them, asked in order until one rejects. */
    static PublishAuth all(PublishAuth... rules) {
        List<PublishAuth> list = List.of(rules);
        return request -> {
            CompletionStage<PublishDecision> answer = CompletableFuture.completedFuture(PublishDecision.ACCEPT);
            for (PublishAuth rule : list) {
                answer = answer.thenCompose(
                        soFar -> soFar.accepted() ? rule.decide(request) : CompletableFuture.completedFuture(soFar));
            }
            return answer;
        };
    }
}

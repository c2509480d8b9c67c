package io.headend.ingest;

/**
 * The answer to a {@link PublishRequest}.
 *
 * @param accepted whether the stream may be published
 * @param reason one sentence for the publisher and the log; empty where accepted
 */
public record PublishDecision(boolean accepted, String reason) {

    public static final PublishDecision ACCEPT = new PublishDecision(true, "");

    public static PublishDecision reject(String reason) {
        return new PublishDecision(false, reason);
    }
}

package io.headend.drm.service;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.http.MediaRequest;
import io.headend.core.http.MediaResponse;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.function.Supplier;

/** How servers of keys take a posted body, and say no. */
public final class Refusals {

    private static final Set<String> PLAIN = Set.of("", "text/plain", "application/octet-stream");

    private Refusals() {}

    /** What a server is sent. */
    public enum Content {
        /** A document. */
        XML("application/xml", "text/xml", "+xml"),
        /** An object. */
        JSON("application/json", "text/json", "+json"),
        /** Bytes as a player's decryption module makes them. */
        BYTES("application/octet-stream", "binary/octet-stream", "+octet-stream");

        private final String mediaType;
        private final String alias;
        private final String suffix;

        Content(String mediaType, String alias, String suffix) {
            this.mediaType = mediaType;
            this.alias = alias;
            this.suffix = suffix;
        }

        /** Players and scripts often say nothing, or what their HTTP library puts in. */
        private boolean accepts(String contentType) {
            int end = contentType.indexOf(';');
            String type = (end < 0 ? contentType : contentType.substring(0, end))
                    .strip()
                    .toLowerCase(Locale.ROOT);
            return PLAIN.contains(type) || type.equals(mediaType) || type.equals(alias) || type.endsWith(suffix);
        }
    }

    /**
     * Answers a posted body: 405 to other methods, 415 to another content type and compressed ones, 413 beyond the limit, and the status that fits where the
     * answer fails.
     *
     * @param limit most bytes of the body
     */
    public static CompletionStage<MediaResponse> post(
            MediaRequest request, Content content, int limit, Function<byte[], MediaResponse> answer) {
        return postOn(Runnable::run, request, content, limit, answer);
    }

    /**
     * The same for answers that wait, on threads of an executor; 503 where it takes no more.
     *
     * @param executor runs the answers
     */
    public static CompletionStage<MediaResponse> postOn(
            Executor executor,
            MediaRequest request,
            Content content,
            int limit,
            Function<byte[], MediaResponse> answer) {
        if (!request.method().equals("POST")) {
            request.body().close();
            return CompletableFuture.completedFuture(MediaResponse.error(405, "Requests to this server are POSTed.")
                    .withHeader("Allow", "POST"));
        }
        if (!content.accepts(request.headers().first("Content-Type").orElse(""))) {
            request.body().close();
            return CompletableFuture.completedFuture(
                    MediaResponse.error(415, "Requests to this server carry " + content.mediaType + "."));
        }
        if (request.headers().first("Content-Encoding").isPresent()) {
            request.body().close();
            return CompletableFuture.completedFuture(
                    MediaResponse.error(415, "Requests to this server are not compressed."));
        }
        return request.body().collect(limit).thenApplyAsync(answer, executor).exceptionally(Refusals::refusal);
    }

    /** Answers at once, with the status that fits where the answer fails. */
    public static CompletionStage<MediaResponse> answering(Supplier<MediaResponse> answer) {
        return CompletableFuture.supplyAsync(answer, Runnable::run).exceptionally(Refusals::refusal);
    }

    /**
     * Asks for keys. What is wrong there is no fault of who asks the server: 507 where no room is left for another key, 502 where a service
     * behind refuses, or gives what cannot be read.
     */
    public static <T> T ofKeys(Supplier<T> asked) {
        try {
            return asked.get();
        } catch (MediaException e) {
            throw new Behind(e);
        }
    }

    /** A failure of what the server itself asks. */
    private static final class Behind extends MediaException {
        private static final long serialVersionUID = 1;

        Behind(MediaException cause) {
            super(cause.code(), Objects.requireNonNullElse(cause.getMessage(), ""), cause);
        }

        int status() {
            return switch (code()) {
                case EXHAUSTED -> 507;
                case MALFORMED, INVALID_ARGUMENT, ACCESS_DENIED -> 502;
                default -> Refusals.status(code());
            };
        }
    }

    private static MediaResponse refusal(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof MediaException refused) {
            return MediaResponse.error(
                    refused instanceof Behind behind ? behind.status() : status(refused.code()),
                    Objects.requireNonNullElse(refused.getMessage(), "The request is refused."));
        }
        if (cause instanceof RejectedExecutionException) {
            return MediaResponse.error(503, "The server is busy; ask again later.")
                    .withHeader("Retry-After", "1");
        }
        // A defect: the HTTP server logs it and answers 500.
        throw new CompletionException(cause);
    }

    private static int status(MediaErrorCode code) {
        return switch (code) {
            case MALFORMED, INVALID_ARGUMENT -> 400;
            case ACCESS_DENIED -> 403;
            case NOT_FOUND -> 404;
            case CONFLICT -> 409;
            case EXHAUSTED -> 413;
            case UNSUPPORTED -> 422;
            case IO -> 502;
            case TIMEOUT -> 504;
            default -> 500;
        };
    }
}

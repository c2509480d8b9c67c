package io.headend.core.http;

import java.util.concurrent.CompletionStage;

/**
 * Answers requests. It never blocks the calling thread: an answer that has to wait (a playlist reload of LL-HLS) completes
 * later. Called by many threads. A failure of the stage is the server's 500.
 */
@FunctionalInterface
public interface MediaHandler {

    CompletionStage<MediaResponse> handle(MediaRequest request);
}

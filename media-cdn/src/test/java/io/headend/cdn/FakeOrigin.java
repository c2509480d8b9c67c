package io.headend.cdn;

import io.headend.core.http.MediaHandler;
import io.headend.core.http.MediaRequest;
import io.headend.core.http.MediaResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** An origin that remembers what it was asked and answers when it is told to. */
final class FakeOrigin implements MediaHandler {

    final List<MediaRequest> requests = new CopyOnWriteArrayList<>();
    final List<CompletableFuture<MediaResponse>> answers = new CopyOnWriteArrayList<>();

    @Override
    public CompletionStage<MediaResponse> handle(MediaRequest request) {
        CompletableFuture<MediaResponse> answer = new CompletableFuture<>();
        answers.add(answer);
        requests.add(request);
        return answer;
    }

    void answer(MediaResponse response) {
        answers.get(answers.size() - 1).complete(response);
    }
}

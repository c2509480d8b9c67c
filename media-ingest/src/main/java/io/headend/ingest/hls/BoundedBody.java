package io.headend.ingest.hls;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Collects a body up to a bound; a longer one fails without being read further. */
final class BoundedBody implements BodySubscriber<byte[]> {

    private final CompletableFuture<byte[]> body = new CompletableFuture<>();
    private final List<byte[]> pieces = new ArrayList<>();
    private final long most;
    private final Runnable progress;
    private long size;
    private Flow.@Nullable Subscription subscription;

    /** @param progress is told whenever bytes come */
    BoundedBody(long most, Runnable progress) {
        this.most = most;
        this.progress = progress;
    }

    @Override
    public CompletionStage<byte[]> getBody() {
        return body;
    }

    @Override
    public void onSubscribe(Flow.Subscription newSubscription) {
        subscription = newSubscription;
        newSubscription.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        progress.run();
        Flow.Subscription open = subscription;
        for (ByteBuffer buffer : buffers) {
            size += buffer.remaining();
            if (size > most) {
                if (open != null) {
                    open.cancel();
                }
                pieces.clear();
                body.completeExceptionally(new IOException("the body is longer than " + most + " bytes"));
                return;
            }
            byte[] piece = new byte[buffer.remaining()];
            buffer.get(piece);
            pieces.add(piece);
        }
        if (open != null) {
            open.request(1);
        }
    }

    @Override
    public void onError(Throwable failure) {
        body.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        byte[] whole = new byte[(int) size];
        int at = 0;
        for (byte[] piece : pieces) {
            System.arraycopy(piece, 0, whole, at, piece.length);
            at += piece.length;
        }
        body.complete(whole);
    }
}

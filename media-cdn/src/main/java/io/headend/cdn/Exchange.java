package io.headend.cdn;

import io.headend.core.http.MediaBody;
import io.headend.core.http.MediaRequest;
import io.headend.core.http.MediaResponse;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DateFormatter;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.util.Date;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request and its answer on a connection; used on the connection's event loop only. */
final class Exchange {

    /** What the connection does after an answer. */
    enum Outcome {
        KEEP,
        CLOSE,
        /** The answer is incomplete: only a cut connection tells the client. */
        ABORT
    }

    private static final Logger log = LoggerFactory.getLogger(Exchange.class);

    private final ChannelHandlerContext ctx;
    private final EdgeSettings settings;
    private final MediaRequest request;
    private final boolean http10;
    private @Nullable BodySender sender;
    private boolean abandoned;

    Exchange(ChannelHandlerContext ctx, EdgeSettings settings, MediaRequest request, boolean http10) {
        this.ctx = ctx;
        this.settings = settings;
        this.request = request;
        this.http10 = http10;
    }

    /** Whether the head of the answer is not yet sent. */
    boolean isUnanswered() {
        return sender == null;
    }

    /**
     * Sends an answer.
     *
     * @param answer owned from here on
     * @param keepAlive whether the client may use the connection again
     * @param end hears, once, how the connection goes on; not called after {@link #abandon()}
     */
    void send(MediaResponse answer, boolean keepAlive, Consumer<Outcome> end) {
        if (abandoned || sender != null) {
            answer.body().close();
            return;
        }
        MediaResponse response = Selection.of(request, answer);
        FileChannel file = null;
        boolean bodiless = request.method().equals("HEAD") || response.status() == 204 || response.status() == 304;
        if (!bodiless) {
            try {
                file = BodySender.open(response.body());
            } catch (NoSuchFileException e) {
                // A store lets its oldest files go while they are asked for.
                response.body().close();
                response = MediaResponse.error(404, "The file behind this answer is gone.");
            } catch (IOException e) {
                log.warn("{} cannot be sent: {}", request.path(), e.toString());
                response.body().close();
                response = MediaResponse.error(500, "The file behind this answer cannot be read.");
            }
        }
        HttpResponse head = head(response, bodiless);
        boolean chunked = !bodiless && response.body().length() < 0;
        boolean reusable = keepAlive && !(chunked && http10);
        if (chunked && !http10) {
            head.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
        if (!reusable) {
            head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        } else if (http10) {
            head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
        }
        MediaBody body = response.body();
        if (bodiless) {
            body.close();
            body = MediaBody.empty();
        }
        sender = new BodySender(ctx, body, settings.limits().timeouts().response(), settings.counters(), failure -> {
            if (failure != null) {
                log.debug("{} was cut short: {}", request.path(), failure.toString());
            }
            end.accept(failure != null ? Outcome.ABORT : reusable ? Outcome.KEEP : Outcome.CLOSE);
        });
        ctx.write(head).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
        sender.start(file);
    }

    private HttpResponse head(MediaResponse response, boolean bodiless) {
        HttpResponse head =
                new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(response.status()));
        HttpHeaders headers = head.headers();
        response.headers().forEach(headers::add);
        headers.remove(HttpHeaderNames.TRANSFER_ENCODING);
        headers.remove(HttpHeaderNames.CONTENT_LENGTH);
        headers.remove(HttpHeaderNames.CONNECTION);
        headers.set(
                HttpHeaderNames.DATE,
                DateFormatter.format(Date.from(settings.clock().instant())));
        settings.cors().apply(headers);
        long length = response.body().length();
        // An empty answer to HEAD says nothing of the length that GET would have.
        boolean unknown = length < 0 || (bodiless && response.body() instanceof MediaBody.Empty);
        if (!unknown && response.status() != 204 && response.status() != 304) {
            headers.set(HttpHeaderNames.CONTENT_LENGTH, length);
        }
        return head;
    }

    void pump() {
        if (sender != null) {
            sender.pump();
        }
    }

    void abandon() {
        abandoned = true;
        if (sender != null) {
            sender.abandon();
        }
    }
}

package io.headend.cdn;

import io.headend.core.MediaErrorCode;
import io.headend.core.http.MediaRequest;
import io.headend.core.http.MediaResponse;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.timeout.IdleState;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client: reads a request, has it answered, then reads the next.
 *
 * <p>While a request is being answered at most one further read of the socket is taken in, enough to notice that the client
 * has gone and to keep what it pipelined; the rest waits in the kernel. A refused request ends the connection: the answer is
 * sent, our side is shut, and what the client still sends is thrown away for a moment, because closing a socket with unread
 * bytes would destroy the answer on its way.
 *
 * <p><b>Threading:</b> all on the connection's event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed close or write ends in channelInactive
final class ClientConnection extends ChannelInboundHandlerAdapter {

    private enum State {
        IDLE,
        RECEIVING,
        ANSWERING,
        LINGERING
    }

    private static final Logger log = LoggerFactory.getLogger(ClientConnection.class);
    private static final Duration LINGER = Duration.ofSeconds(1);

    private final EdgeSettings settings;
    private final Deque<HttpObject> pending = new ArrayDeque<>();
    private State state = State.IDLE;
    private @Nullable RequestReader reader;
    private @Nullable Upload upload;
    private @Nullable Exchange exchange;
    private @Nullable ScheduledFuture<?> timer;
    private boolean looping;
    private boolean closing;

    ClientConnection(EdgeSettings settings) {
        this.settings = settings;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        deadline(ctx, settings.limits().timeouts().idle());
        ctx.read();
    }

    /** Bytes came in, perhaps not yet a whole head. */
    void bytesArrived(ChannelHandlerContext ctx) {
        if (state == State.IDLE) {
            state = State.RECEIVING;
            deadline(ctx, settings.limits().timeouts().request());
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (state == State.LINGERING || !(message instanceof HttpObject object)) {
            ReferenceCountUtil.release(message);
        } else if (upload != null && upload.isOpen() && object instanceof HttpContent content) {
            uploaded(ctx, upload, content);
        } else if (state == State.ANSWERING || !pending.isEmpty()) {
            pending.add(object);
        } else {
            receive(ctx, object);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        boolean held = upload != null && upload.isOpen() && !upload.isWanted() && state != State.LINGERING;
        if (pending.isEmpty() && !held) {
            ctx.read();
        }
    }

    private void uploaded(ChannelHandlerContext ctx, Upload current, HttpContent content) {
        try {
            RequestReader.checkContent(content);
            deadline(ctx, settings.limits().timeouts().response());
            current.add(content.content());
            if (content instanceof LastHttpContent) {
                current.complete();
            }
        } catch (RefusedRequest e) {
            answerNow(ctx, e.status(), e.sentence());
            current.fail(e.status() == 413 ? MediaErrorCode.EXHAUSTED : MediaErrorCode.MALFORMED, e.sentence());
        } finally {
            ReferenceCountUtil.release(content);
        }
    }

    /** The handler waits for bytes of an upload: from now on it is the client's time that runs. */
    private void demanded(ChannelHandlerContext ctx, Upload current) {
        Exchange unanswered = exchange;
        if (state == State.ANSWERING && unanswered != null && unanswered.isUnanswered()) {
            Duration stall = settings.limits().timeouts().request();
            long left = Math.max(1_000_000, current.left());
            deadline(ctx, left < stall.toNanos() ? Duration.ofNanos(left) : stall);
        }
        ctx.read();
    }

    /** Answers in the handler's place, whose own answer then comes too late. */
    private void answerNow(ChannelHandlerContext ctx, int status, String sentence) {
        Exchange current = exchange;
        closing = true;
        upload = null;
        if (current != null && current.isUnanswered()) {
            send(ctx, current, MediaResponse.error(status, sentence), false);
        }
    }

    private void receive(ChannelHandlerContext ctx, HttpObject object) {
        try {
            if (object instanceof HttpRequest head) {
                state = State.RECEIVING;
                reader = new RequestReader(head, settings.limits());
                if (reader.expectsContinue()) {
                    ctx.writeAndFlush(RequestReader.continueResponse())
                            .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
                }
            }
            RequestReader current = reader;
            if (current != null && object instanceof HttpRequest && current.isUpload()) {
                reader = null;
                begin(ctx, current);
            } else if (current != null && object instanceof HttpContent content) {
                current.add(content);
                if (object instanceof LastHttpContent) {
                    reader = null;
                    answer(ctx, current.request(), current.keepsAlive(), current.isHttp10());
                }
            }
        } catch (RefusedRequest e) {
            refuse(ctx, e);
        } finally {
            ReferenceCountUtil.release(object);
        }
    }

    private void begin(ChannelHandlerContext ctx, RequestReader head) {
        EdgeLimits.Uploads limits = settings.limits().uploads();
        if (limits == null) {
            throw new IllegalStateException("uploads are not taken here");
        }
        Upload body = new Upload(
                ctx,
                () -> {
                    if (upload != null) {
                        demanded(ctx, upload);
                    }
                },
                limits.maxBytes(),
                limits.longest());
        upload = body;
        answer(ctx, head.request(body), head.keepsAlive(), head.isHttp10());
    }

    private void refuse(ChannelHandlerContext ctx, RefusedRequest refusal) {
        settings.counters().malformed.increment();
        reader = null;
        state = State.ANSWERING;
        closing = true;
        deadline(ctx, null);
        MediaRequest nothing = MediaRequest.get("/");
        Exchange current = new Exchange(ctx, settings, nothing, false);
        exchange = current;
        current.send(MediaResponse.error(refusal.status(), refusal.sentence()), false, outcome -> ended(ctx, outcome));
    }

    private void answer(ChannelHandlerContext ctx, MediaRequest request, boolean keepAlive, boolean http10) {
        state = State.ANSWERING;
        Exchange current = new Exchange(ctx, settings, request, http10);
        exchange = current;
        deadline(ctx, settings.limits().timeouts().response());
        if (Cors.isPreflight(request)) {
            send(ctx, current, settings.cors().preflight(request), keepAlive);
            return;
        }
        settings.counters().requests.increment();
        CompletionStage<MediaResponse> stage;
        try {
            stage = settings.handler().handle(request);
        } catch (RuntimeException e) {
            send(ctx, current, failed(request, e), keepAlive);
            return;
        }
        stage.whenComplete((response, failure) -> {
            MediaResponse result = failure == null && response != null ? response : failed(request, failure);
            if (ctx.executor().inEventLoop()) {
                send(ctx, current, result, keepAlive);
                return;
            }
            try {
                ctx.executor().execute(() -> send(ctx, current, result, keepAlive));
            } catch (RejectedExecutionException e) {
                result.body().close();
            }
        });
    }

    private static MediaResponse failed(MediaRequest request, @Nullable Throwable failure) {
        log.warn("{} {} failed", request.method(), request.path(), failure);
        return MediaResponse.error(500, "The server failed to answer this request.");
    }

    private void send(ChannelHandlerContext ctx, Exchange current, MediaResponse response, boolean keepAlive) {
        if (exchange == current && state == State.ANSWERING) {
            deadline(ctx, null);
        }
        boolean unread = upload != null && upload.isOpen();
        current.send(response, keepAlive && !closing && !unread, outcome -> ended(ctx, outcome));
        ctx.flush();
    }

    private void ended(ChannelHandlerContext ctx, Exchange.Outcome outcome) {
        exchange = null;
        if (upload != null) {
            upload.fail(MediaErrorCode.CLOSED, "the request was answered before its body had come");
            upload = null;
        }
        if (outcome == Exchange.Outcome.ABORT) {
            ctx.close();
        } else if (outcome == Exchange.Outcome.CLOSE || closing) {
            linger(ctx);
        } else {
            state = State.IDLE;
            deadline(ctx, settings.limits().timeouts().idle());
            next(ctx);
        }
    }

    // A loop, not a recursion: answers at hand end inside receive(), and a client may have pipelined hundreds.
    private void next(ChannelHandlerContext ctx) {
        if (looping) {
            return;
        }
        looping = true;
        try {
            while (state == State.IDLE || state == State.RECEIVING) {
                HttpObject object = pending.poll();
                if (object == null) {
                    ctx.read();
                    break;
                }
                receive(ctx, object);
            }
        } finally {
            looping = false;
        }
    }

    private void linger(ChannelHandlerContext ctx) {
        state = State.LINGERING;
        dropPending();
        deadline(ctx, LINGER);
        if (ctx.channel() instanceof DuplexChannel channel) {
            channel.shutdownOutput();
            ctx.read();
        } else {
            ctx.close();
        }
    }

    private void deadline(ChannelHandlerContext ctx, @Nullable Duration within) {
        if (timer != null) {
            timer.cancel(false);
        }
        timer = within == null
                ? null
                : ctx.executor().schedule(() -> expired(ctx), within.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void expired(ChannelHandlerContext ctx) {
        timer = null;
        Exchange current = exchange;
        if (state == State.RECEIVING) {
            refuse(ctx, new RefusedRequest(408, "The request did not arrive in time."));
        } else if (state == State.ANSWERING && current != null && current.isUnanswered()) {
            Upload body = upload;
            if (body != null && body.isWanted()) {
                answerNow(ctx, 408, "The body of the request does not go on.");
                body.fail(MediaErrorCode.TIMEOUT, "the body of the request does not go on");
                return;
            }
            // The late answer, should it come, is closed by the exchange, which is answered by then.
            send(ctx, current, MediaResponse.error(503, "The answer did not come in time."), false);
        } else {
            ctx.close();
        }
    }

    /** Ends the connection after what is being answered, at once if there is nothing. */
    void shutdown(ChannelHandlerContext ctx) {
        closing = true;
        if (state != State.ANSWERING) {
            ctx.close();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (exchange != null && ctx.channel().isWritable()) {
            exchange.pump();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof IdleStateEvent idle && idle.state() == IdleState.WRITER_IDLE && isStuck(ctx.channel())) {
            log.debug("{} takes no bytes; closing", ctx.channel().remoteAddress());
            ctx.close();
        }
    }

    private static boolean isStuck(Channel channel) {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        return buffer != null && !buffer.isEmpty();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        deadline(ctx, null);
        dropPending();
        reader = null;
        if (upload != null) {
            upload.fail(MediaErrorCode.IO, "the client went away in the middle of the request's body");
            upload = null;
        }
        if (exchange != null) {
            exchange.abandon();
            exchange = null;
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // Mostly resets by clients: their affair.
        log.debug("{}: {}", ctx.channel().remoteAddress(), cause.toString());
        ctx.close();
    }

    private void dropPending() {
        pending.forEach(ReferenceCountUtil::release);
        pending.clear();
    }
}

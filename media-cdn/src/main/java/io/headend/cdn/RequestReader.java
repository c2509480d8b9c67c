package io.headend.cdn;

import io.headend.core.MediaException;
import io.headend.core.http.Headers;
import io.headend.core.http.MediaBody;
import io.headend.core.http.MediaRequest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Map;

/** Gathers one request from what the decoder gives; memory grows with the bytes that come, not with those announced. */
final class RequestReader {

    private static final long NO_LENGTH = -1;

    private final String method;
    private final RequestTarget target;
    private final Headers headers;
    private final boolean keepAlive;
    private final boolean http10;
    private final boolean expectsContinue;
    private final long maxBody;
    private final long length;
    private final boolean uploads;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream(0);

    RequestReader(HttpRequest head, EdgeLimits limits) throws RefusedRequest {
        check(head);
        HttpVersion version = head.protocolVersion();
        if (version.majorVersion() != 1) {
            throw new RefusedRequest(505, "This server speaks HTTP/1.1.");
        }
        http10 = version.minorVersion() == 0;
        int hosts = head.headers().getAll(HttpHeaderNames.HOST).size();
        if (hosts > 1 || (hosts == 0 && !http10)) {
            throw new RefusedRequest(400, "A request needs exactly one Host field.");
        }
        method = head.method().name();
        keepAlive = HttpUtil.isKeepAlive(head);
        length = HttpUtil.getContentLength(head, NO_LENGTH);
        uploads = limits.uploads() != null && (length > 0 || HttpUtil.isTransferEncodingChunked(head));
        maxBody = uploads && limits.uploads() != null ? limits.uploads().maxBytes() : limits.bodyBytes();
        if (length > maxBody) {
            throw tooLarge();
        }
        String expect = head.headers().get(HttpHeaderNames.EXPECT);
        expectsContinue = expect != null && !http10;
        if (expectsContinue && !HttpHeaderValues.CONTINUE.contentEqualsIgnoreCase(expect)) {
            throw new RefusedRequest(417, "This server knows no expectation but 100-continue.");
        }
        try {
            boolean server = head.uri().equals("*") && method.equals("OPTIONS");
            target = server ? new RequestTarget("/", "") : RequestTarget.parse(head.uri());
            headers = headers(head);
        } catch (MediaException | IllegalArgumentException e) {
            throw new RefusedRequest(400, String.valueOf(e.getMessage()));
        }
    }

    private static Headers headers(HttpRequest head) {
        Headers.Builder builder = Headers.builder();
        for (Map.Entry<String, String> field : head.headers()) {
            builder.add(field.getKey(), field.getValue());
        }
        return builder.build();
    }

    private static void check(HttpObject object) throws RefusedRequest {
        DecoderResult result = object.decoderResult();
        if (result.isSuccess()) {
            return;
        }
        if (result.cause() instanceof TooLongHttpLineException) {
            throw new RefusedRequest(414, "The request target is too long.");
        }
        if (result.cause() instanceof TooLongHttpHeaderException) {
            throw new RefusedRequest(431, "The request fields are too large.");
        }
        throw new RefusedRequest(400, "The request is not HTTP/1.1.");
    }

    private static RefusedRequest tooLarge() {
        return new RefusedRequest(413, "The request body is too large.");
    }

    void add(HttpContent content) throws RefusedRequest {
        check(content);
        ByteBuf bytes = content.content();
        if (bytes.readableBytes() > maxBody - body.size()) {
            throw tooLarge();
        }
        if (bytes.isReadable()) {
            byte[] copy = new byte[bytes.readableBytes()];
            bytes.readBytes(copy);
            body.writeBytes(copy);
        }
    }

    MediaRequest request() {
        MediaBody payload =
                body.size() == 0 ? MediaBody.empty() : new MediaBody.Bytes(ByteBuffer.wrap(body.toByteArray()));
        return new MediaRequest(method, target.path(), target.rawQuery(), headers, payload);
    }

    /** Whether the handler gets the body while it comes. */
    boolean isUpload() {
        return uploads;
    }

    MediaRequest request(Upload upload) {
        return new MediaRequest(
                method, target.path(), target.rawQuery(), headers, new MediaBody.Pulled(upload, length));
    }

    static void checkContent(HttpContent content) throws RefusedRequest {
        check(content);
    }

    boolean keepsAlive() {
        return keepAlive;
    }

    boolean isHttp10() {
        return http10;
    }

    boolean expectsContinue() {
        return expectsContinue;
    }

    static FullHttpResponse continueResponse() {
        return new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER);
    }
}

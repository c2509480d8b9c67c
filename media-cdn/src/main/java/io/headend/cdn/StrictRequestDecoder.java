package io.headend.cdn;

import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;

/** Refuses what two servers could read as two different requests (RFC 9112, 6.1). */
final class StrictRequestDecoder extends HttpRequestDecoder {

    StrictRequestDecoder(EdgeLimits limits) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(limits.uriBytes())
                .setMaxHeaderSize(limits.headerBytes())
                .setMaxChunkSize(64 * 1024)
                .setAllowDuplicateContentLengths(false));
    }

    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("a request has both Content-Length and Transfer-Encoding");
    }
}

package io.headend.ingest.rtmp;

import io.headend.core.MediaException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;

/** C0 C1 C2 (RTMP 1.0, 5.2), simple or signed; then it removes itself and the chunks follow. */
final class ServerHandshake extends ByteToMessageDecoder {

    private static final int VERSION = 3;

    private boolean answered;

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (!answered) {
            if (in.readableBytes() >= 1 && in.getByte(in.readerIndex()) != VERSION) {
                throw MediaException.unsupported(
                        "the peer asks for RTMP version " + in.getByte(in.readerIndex()) + "; 3 is spoken here");
            }
            if (in.readableBytes() < 1 + HandshakeDigest.SIZE) {
                return;
            }
            in.skipBytes(1);
            byte[] c1 = new byte[HandshakeDigest.SIZE];
            in.readBytes(c1);
            answered = true;
            answer(ctx, c1);
        }
        if (in.readableBytes() >= HandshakeDigest.SIZE) {
            in.skipBytes(HandshakeDigest.SIZE);
            ctx.pipeline().remove(this);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a failed write ends in channelInactive
    private static void answer(ChannelHandlerContext ctx, byte[] c1) {
        boolean versioned = (c1[4] | c1[5] | c1[6] | c1[7]) != 0;
        int scheme = versioned ? HandshakeDigest.schemeOfClient(c1) : -1;
        ByteBuf out = ctx.alloc().buffer(1 + 2 * HandshakeDigest.SIZE);
        out.writeByte(VERSION);
        if (scheme < 0) {
            out.writeBytes(HandshakeDigest.plainBlock()).writeBytes(c1);
        } else {
            out.writeBytes(HandshakeDigest.serverBlock(scheme)).writeBytes(HandshakeDigest.serverAnswer(c1, scheme));
        }
        ctx.writeAndFlush(out);
    }
}

package io.headend.ingest.rtmp;

import io.headend.core.MediaException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;

/** The client's side of the handshake, signed; servers that do not check take it for the simple one. Then it removes itself. */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write ends in channelInactive
final class ClientHandshake extends ByteToMessageDecoder {

    /** Fired when the server may be talked to. */
    static final Object DONE = new Object();

    private static final int SCHEME = 1;

    /** Sends C0 and C1; once the connection, with TLS if any, stands. */
    void begin(ChannelHandlerContext ctx) {
        ByteBuf out = ctx.alloc().buffer(1 + HandshakeDigest.SIZE);
        ctx.writeAndFlush(out.writeByte(3).writeBytes(HandshakeDigest.clientBlock(SCHEME)));
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (in.readableBytes() < 1 + 2 * HandshakeDigest.SIZE) {
            return;
        }
        int version = in.readByte();
        if (version != 3) {
            throw MediaException.unsupported("the server speaks RTMP version " + version + "; 3 is spoken here");
        }
        byte[] s1 = new byte[HandshakeDigest.SIZE];
        in.readBytes(s1);
        in.skipBytes(HandshakeDigest.SIZE);
        int scheme = HandshakeDigest.schemeOfServer(s1);
        ctx.writeAndFlush(ctx.alloc()
                .buffer(HandshakeDigest.SIZE)
                .writeBytes(scheme < 0 ? s1 : HandshakeDigest.clientAnswer(s1, scheme)));
        ctx.fireUserEventTriggered(DONE);
        ctx.pipeline().remove(this);
    }
}

package io.headend.ingest.rtmp;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;

/**
 * A connection whose socket can be written to without a queue in between: Netty keeps an entry and a duplicate for each write and
 * walks its pipeline twice, which a relay to thousands feels.
 *
 * <p><b>Threading:</b> the event loop of the channel.
 */
final class DirectSocket extends NioSocketChannel {

    private DirectSocket(Channel parent, SocketChannel socket) {
        super(parent, socket);
    }

    /** Bytes of {@code write} that wait in Netty's queue. */
    long pendingBytes() {
        ChannelOutboundBuffer buffer = unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes();
    }

    /**
     * Writes what the socket takes at once. Only while {@link #pendingBytes} is 0, or bytes would overtake others.
     *
     * @param buffers their positions move
     * @return bytes taken
     */
    long writeNow(ByteBuffer[] buffers, int count) throws IOException {
        return count == 1 ? javaChannel().write(buffers[0]) : javaChannel().write(buffers, 0, count);
    }

    /** Accepts connections as such. */
    static final class Listener extends NioServerSocketChannel {
        @Override
        protected int doReadMessages(List<Object> accepted) throws Exception {
            SocketChannel socket = javaChannel().accept();
            if (socket == null) {
                return 0;
            }
            accepted.add(new DirectSocket(this, socket));
            return 1;
        }
    }
}

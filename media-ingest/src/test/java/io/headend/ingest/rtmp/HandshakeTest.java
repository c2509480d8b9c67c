package io.headend.ingest.rtmp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Simple and signed handshakes; FFmpeg's client checks the signatures too (FfmpegPublishTest). */
class HandshakeTest {

    private static byte[] slice(byte[] bytes, int from) {
        return Arrays.copyOfRange(bytes, from, from + HandshakeDigest.SIZE);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void signedBlocksAreRecognisedByTheirScheme(int scheme) {
        byte[] c1 = HandshakeDigest.clientBlock(scheme);
        assertThat(HandshakeDigest.schemeOfClient(c1)).isEqualTo(scheme);
        assertThat(HandshakeDigest.schemeOfServer(c1)).isEqualTo(-1);
        c1[1000] ^= 1;
        assertThat(HandshakeDigest.schemeOfClient(c1)).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aSignedClientGetsASignedServer(int scheme) {
        EmbeddedChannel channel = new EmbeddedChannel(new ServerHandshake());
        byte[] c1 = HandshakeDigest.clientBlock(scheme);
        channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {3}, c1));
        ByteBuf answer = channel.readOutbound();
        byte[] bytes = ByteBufUtil.getBytes(answer);
        answer.release();
        assertThat(bytes).hasSize(3073).startsWith(3);
        assertThat(HandshakeDigest.schemeOfServer(slice(bytes, 1))).isEqualTo(scheme);
        assertThat(slice(bytes, 1537)).isNotEqualTo(c1);
    }

    @Test
    void aSimpleClientGetsItsBytesBackAndWhatFollowsIsPassedOn() {
        EmbeddedChannel channel = new EmbeddedChannel(new ServerHandshake());
        byte[] c1 = new byte[HandshakeDigest.SIZE];
        c1[100] = 42;
        channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {3}));
        channel.writeInbound(Unpooled.wrappedBuffer(c1));
        ByteBuf answer = channel.readOutbound();
        assertThat(slice(ByteBufUtil.getBytes(answer), 1537)).isEqualTo(c1);
        answer.release();
        channel.writeInbound(Unpooled.wrappedBuffer(new byte[HandshakeDigest.SIZE], new byte[] {7, 8}));
        ByteBuf rest = channel.readInbound();
        assertThat(ByteBufUtil.getBytes(rest)).containsExactly(7, 8);
        rest.release();
        assertThat(channel.pipeline().get(ServerHandshake.class)).isNull();
    }

    @Test
    void otherVersionsAreRefused() {
        assertThatThrownBy(() ->
                        new EmbeddedChannel(new ServerHandshake()).writeInbound(Unpooled.wrappedBuffer(new byte[] {6})))
                .hasMessageContaining("version 6");
    }
}

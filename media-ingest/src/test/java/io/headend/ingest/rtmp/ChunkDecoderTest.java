package io.headend.ingest.rtmp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.MediaException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Chunks of every kind against messages that are known, and bytes of no kind at all. */
class ChunkDecoderTest {

    private static final RtmpLimits SMALL = RtmpLimits.DEFAULT.withMessageBytes(1 << 20);

    private static EmbeddedChannel channel() {
        return new EmbeddedChannel(new ChunkDecoder(SMALL));
    }

    private static List<RtmpMessage> received(EmbeddedChannel channel) {
        List<RtmpMessage> messages = new ArrayList<>();
        for (RtmpMessage m = channel.readInbound(); m != null; m = channel.readInbound()) {
            messages.add(m);
        }
        return messages;
    }

    private static ByteBuf bytes(int... values) {
        ByteBuf out = Unpooled.buffer();
        for (int value : values) {
            out.writeByte(value);
        }
        return out;
    }

    @Property(tries = 300)
    void whatIsWrittenIsRead(
            @ForAll @IntRange(min = 1, max = 70_000) int chunkSize,
            @ForAll @Size(min = 1, max = 6) List<@IntRange(max = 200_000) Integer> sizes,
            @ForAll int timestamp,
            @ForAll long seed) {
        Random random = new Random(seed);
        EmbeddedChannel channel = channel();
        ByteBuf wire = Unpooled.buffer();
        ByteBuf setSize = Chunks.write(
                UnpooledByteBufAllocator.DEFAULT, 1, 0, 0, Unpooled.buffer(4).writeInt(chunkSize), 128);
        wire.writeBytes(setSize);
        setSize.release();
        List<byte[]> payloads = new ArrayList<>();
        for (int size : sizes) {
            byte[] payload = new byte[size];
            random.nextBytes(payload);
            payloads.add(payload);
            ByteBuf chunks = Chunks.write(
                    UnpooledByteBufAllocator.DEFAULT,
                    MessageType.VIDEO,
                    1,
                    timestamp,
                    Unpooled.wrappedBuffer(payload),
                    chunkSize);
            wire.writeBytes(chunks);
            chunks.release();
        }
        // In pieces as the network may deliver them.
        while (wire.isReadable()) {
            channel.writeInbound(wire.readRetainedSlice(Math.min(wire.readableBytes(), 1 + random.nextInt(5_000))));
        }
        wire.release();
        List<RtmpMessage> messages = received(channel);
        assertThat(messages).hasSameSizeAs(payloads);
        for (int i = 0; i < payloads.size(); i++) {
            assertThat(ByteBufUtil.getBytes(messages.get(i).payload())).isEqualTo(payloads.get(i));
            assertThat(messages.get(i).timestamp()).isEqualTo(timestamp);
            messages.get(i).release();
        }
        channel.finishAndReleaseAll();
    }

    @Property(tries = 200)
    void chunkedPayloadsCanBeCopiedOut(@ForAll @IntRange(max = 300_000) int size, @ForAll int timestamp) {
        byte[] payload = new byte[size];
        new Random(size).nextBytes(payload);
        ByteBuf chunks = Chunks.write(
                UnpooledByteBufAllocator.DEFAULT, 9, 1, timestamp, Unpooled.wrappedBuffer(payload), Chunks.SIZE);
        byte[] copy = new byte[size];
        Chunks.copyPayload(chunks, timestamp, size, copy, 0);
        assertThat(copy).isEqualTo(payload);
        chunks.release();
    }

    @Property(tries = 2000)
    void strangersBytesEndInMessagesOrInOneError(@ForAll @Size(max = 400) byte[] bytes) {
        EmbeddedChannel channel = channel();
        try {
            channel.writeInbound(Unpooled.wrappedBuffer(bytes));
        } catch (DecoderException e) {
            assertThat(e.getCause()).isInstanceOf(MediaException.class);
        }
        received(channel).forEach(RtmpMessage::release);
        channel.finishAndReleaseAll();
    }

    @Test
    void shortHeadersTakeWhatIsMissingFromTheOneBefore() {
        EmbeddedChannel channel = channel();
        channel.writeInbound(
                bytes(0x04, 0, 0, 10, 0, 0, 1, 8, 1, 0, 0, 0, 0xAA), // 0: at 10
                bytes(0x44, 0, 0, 5, 0, 0, 2, 8, 0xB0, 0xB1), // 1: +5, two bytes
                bytes(0x84, 0, 0, 7, 0xC0, 0xC1), // 2: +7
                bytes(0xC4, 0xD0, 0xD1)); // 3: +7 again
        List<RtmpMessage> messages = received(channel);
        assertThat(messages).extracting(RtmpMessage::timestamp).containsExactly(10, 15, 22, 29);
        assertThat(messages).extracting(RtmpMessage::streamId).containsOnly(1);
        assertThat(messages).extracting(m -> m.payload().readableBytes()).containsExactly(1, 2, 2, 2);
        messages.forEach(RtmpMessage::release);
    }

    @Test
    void aType3AfterAType0RepeatsItsTimestampAsTheDelta() {
        EmbeddedChannel channel = channel();
        channel.writeInbound(bytes(0x04, 0, 0, 21, 0, 0, 1, 8, 1, 0, 0, 0, 0xAA), bytes(0xC4, 0xBB));
        List<RtmpMessage> messages = received(channel);
        assertThat(messages).extracting(RtmpMessage::timestamp).containsExactly(21, 42);
        messages.forEach(RtmpMessage::release);
    }

    @Test
    void extendedTimestampsOnType3MayBeLeftOut() {
        ByteBuf with = bytes(0x06, 0xFF, 0xFF, 0xFF, 0, 0, 130, 9, 1, 0, 0, 0, 1, 0, 0, 0)
                .writeZero(128)
                .writeBytes(bytes(0xC6, 1, 0, 0, 0, 0x55, 0x56));
        ByteBuf without = bytes(0x06, 0xFF, 0xFF, 0xFF, 0, 0, 130, 9, 1, 0, 0, 0, 1, 0, 0, 0)
                .writeZero(128)
                .writeBytes(bytes(0xC6, 0x55, 0x56, 0x02, 0, 0, 0, 0, 0, 1, 20, 0, 0, 0, 0, 9));
        for (ByteBuf wire : List.of(with, without)) {
            EmbeddedChannel channel = channel();
            channel.writeInbound(wire);
            RtmpMessage message = channel.readInbound();
            assertThat(message.timestamp()).isEqualTo(0x01000000);
            assertThat(message.payload().getByte(128)).isEqualTo((byte) 0x55);
            message.release();
            channel.finishAndReleaseAll();
        }
    }

    @Test
    void interleavedChunkStreamsAndTheirLongIdsAreKeptApart() {
        EmbeddedChannel channel = channel();
        channel.writeInbound(
                bytes(0x00, 10, 0, 0, 1, 0, 0, 200, 9, 1, 0, 0, 0).writeZero(128), // id 74
                bytes(0x01, 0, 1, 0, 0, 2, 0, 0, 1, 8, 1, 0, 0, 0, 0x77), // id 320
                bytes(0xC0, 10).writeZero(72));
        List<RtmpMessage> messages = received(channel);
        assertThat(messages).extracting(RtmpMessage::type).containsExactly(8, 9);
        messages.forEach(RtmpMessage::release);
    }

    @Test
    void abortForgetsAnUnfinishedMessage() {
        EmbeddedChannel channel = channel();
        channel.writeInbound(
                bytes(0x06, 0, 0, 1, 0, 0, 200, 9, 1, 0, 0, 0).writeZero(128),
                bytes(0x02, 0, 0, 0, 0, 0, 4, 2, 0, 0, 0, 0, 0, 0, 0, 6),
                bytes(0x06, 0, 0, 2, 0, 0, 1, 9, 1, 0, 0, 0, 1));
        List<RtmpMessage> messages = received(channel);
        assertThat(messages).extracting(RtmpMessage::timestamp).containsExactly(2);
        messages.forEach(RtmpMessage::release);
    }

    @Test
    void aPeerCannotMakeTheServerHoldMuch() {
        assertThatThrownBy(() -> channel().writeInbound(bytes(0x06, 0, 0, 1, 0x20, 0, 0, 9, 1, 0, 0, 0)))
                .hasMessageContaining("longer than");
        EmbeddedChannel many = channel();
        assertThatThrownBy(() -> {
                    for (int id = 2; id < 64 + 40; id++) {
                        ByteBuf basic = id < 64 ? bytes(id) : bytes(0, id - 64);
                        many.writeInbound(basic.writeBytes(bytes(0, 0, 1, 0, 0, 200, 9, 1, 0, 0, 0, 1)));
                        many.writeInbound(Unpooled.buffer().writeZero(127));
                    }
                })
                .hasMessageContaining("chunk streams");
        many.finishAndReleaseAll();
        assertThatThrownBy(() -> channel().writeInbound(bytes(0xC4))).hasMessageContaining("full header");
        assertThatThrownBy(() -> channel().writeInbound(bytes(0x02, 0, 0, 0, 0, 0, 4, 1, 0, 0, 0, 0, 0, 0, 0, 0)))
                .hasMessageContaining("chunk size");
    }
}

package io.headend.ingest.rtmp;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.MediaException;
import io.headend.core.SampleInfo;
import io.headend.core.StreamItem;
import io.headend.formats.amf.Amf0;
import io.headend.formats.flv.FlvTag;
import io.headend.formats.hls.parsed.PlaylistParser;
import io.headend.formats.rtp.FecHeader;
import io.headend.formats.rtp.RtpHeader;
import io.headend.formats.rtp.SenderReport;
import io.headend.formats.scte35.SpliceInfoSection;
import io.headend.ingest.rtp.Fuzzing;
import io.headend.ingest.ts.TsDemuxer;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Replays {@code src/test/corpus}: input that every parser a stranger reaches must survive, as it stands, cut off at every byte, and with
 * damage that is the same on every run. A value, nothing, or one {@link MediaException} may come of it.
 *
 * <p>A line of a corpus is hexadecimal, or text with {@code \n} for playlists; the comment above it says what it is.
 */
class FuzzCorpusTest {

    private static final int MUTATIONS = 400;

    @ParameterizedTest
    @ValueSource(strings = {"amf", "flv", "rtmp", "ts", "rtp", "hls"})
    void everyInputEndsInAValueOrOneException(String name) throws IOException {
        List<byte[]> inputs = corpus(name);
        assertThat(inputs).hasSizeGreaterThanOrEqualTo(10);
        Consumer<byte[]> parser = parser(name);
        Random random = new Random(name.hashCode());
        for (byte[] input : inputs) {
            feed(parser, input);
            for (int length = 0; length < Math.min(input.length, 600); length++) {
                feed(parser, Arrays.copyOf(input, length));
            }
            for (int i = 0; i < MUTATIONS; i++) {
                feed(parser, mutated(input, random));
            }
        }
    }

    private static List<byte[]> corpus(String name) throws IOException {
        List<byte[]> inputs = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("src/test/corpus", name + ".txt"))) {
            if (name.equals("hls") ? line.startsWith("#EXT") : !line.startsWith("#")) {
                inputs.add(
                        name.equals("hls")
                                ? line.replace("\\n", "\n").getBytes(StandardCharsets.UTF_8)
                                : HexFormat.of().parseHex(line));
            }
        }
        return inputs;
    }

    private static byte[] mutated(byte[] input, Random random) {
        byte[] bytes = input.clone();
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(4)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt();
                case 2 -> bytes[at] = (byte) 0xFF;
                default -> {
                    int from = random.nextInt(bytes.length);
                    int length = Math.min(random.nextInt(16), bytes.length - Math.max(at, from));
                    System.arraycopy(bytes, from, bytes, at, length);
                }
            }
        }
        return bytes;
    }

    private static void feed(Consumer<byte[]> parser, byte[] input) {
        try {
            parser.accept(input);
        } catch (MediaException e) {
            assertThat(e.getMessage()).isNotBlank();
        } catch (RuntimeException e) {
            throw new AssertionError("not survived: " + HexFormat.of().formatHex(input), e);
        }
    }

    private static Consumer<byte[]> parser(String name) {
        return switch (name) {
            case "amf" -> bytes -> Amf0.readAll(ByteBuffer.wrap(bytes));
            case "flv" -> FuzzCorpusTest::flv;
            case "rtmp" -> FuzzCorpusTest::rtmp;
            case "ts" -> FuzzCorpusTest::transport;
            case "rtp" -> FuzzCorpusTest::rtp;
            default -> bytes -> PlaylistParser.parse(new String(bytes, StandardCharsets.UTF_8));
        };
    }

    private static void flv(byte[] bytes) {
        MessageTracks tracks = new MessageTracks(StreamItem::close, nanos -> nanos);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        for (FlvTag tag = FlvTag.read(in, 1 << 20); tag != null; tag = FlvTag.read(in, 1 << 20)) {
            MessageTraits.of(tag.type(), tag.body());
            tracks.accept(new StreamTap.Item(tag.type(), tag.timestamp(), tag.body(), 0, false));
        }
    }

    private static void rtmp(byte[] bytes) {
        EmbeddedChannel channel = new EmbeddedChannel(new ChunkDecoder(RtmpLimits.DEFAULT.withMessageBytes(1 << 20)));
        try {
            channel.writeInbound(Unpooled.wrappedBuffer(bytes));
        } catch (DecoderException e) {
            assertThat(e.getCause()).isInstanceOf(MediaException.class);
        }
        for (RtmpMessage m = channel.readInbound(); m != null; m = channel.readInbound()) {
            RtmpMessage message = m;
            try {
                if (message.type() == MessageType.AGGREGATE) {
                    Aggregates.split(message, RtmpMessage::release);
                } else if (message.type() == MessageType.COMMAND_AMF0 || message.type() == MessageType.COMMAND_AMF3) {
                    Commands.read(message);
                }
            } catch (MediaException e) {
                assertThat(e.getMessage()).isNotBlank();
            } finally {
                message.release();
            }
        }
        channel.finishAndReleaseAll();
    }

    private static void transport(byte[] bytes) {
        TsDemuxer demuxer = TsDemuxer.of(TsDemuxer.FIRST_PROGRAM, StreamItem::close);
        demuxer.accept(ByteBuffer.wrap(bytes), SampleInfo.NO_ARRIVAL);
        demuxer.flush();
        for (int at = 0; at < bytes.length; at++) {
            if (bytes[at] == (byte) SpliceInfoSection.TABLE_ID) {
                try {
                    SpliceInfoSection.parse(
                            ByteBuffer.wrap(bytes, at, bytes.length - at).slice());
                } catch (MediaException e) {
                    assertThat(e.getMessage()).isNotBlank();
                }
            }
        }
    }

    private static void rtp(byte[] bytes) {
        ByteBuffer packet = ByteBuffer.wrap(bytes);
        RtpHeader.read(packet.duplicate());
        SenderReport.read(packet.duplicate());
        if (bytes.length > RtpHeader.SIZE) {
            FecHeader.read(packet.duplicate(), RtpHeader.SIZE, bytes.length - RtpHeader.SIZE);
        }
        Fuzzing.feed(packet);
    }
}

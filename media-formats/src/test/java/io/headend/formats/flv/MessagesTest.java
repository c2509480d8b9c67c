package io.headend.formats.flv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Audio and video messages are their own inverse in every form; no bytes do harm. */
class MessagesTest {

    private static ByteBuffer hex(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    private static String hex(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        return HexFormat.of().formatHex(copy);
    }

    private static Arbitrary<ByteBuffer> data() {
        return Arbitraries.bytes()
                .array(byte[].class)
                .ofMinSize(1)
                .ofMaxSize(40)
                .map(ByteBuffer::wrap);
    }

    @Provide
    Arbitrary<VideoMessage> enhancedVideo() {
        Arbitrary<VideoCodec> codecs = Arbitraries.of(
                VideoCodec.AVC, VideoCodec.HEVC, VideoCodec.VVC, VideoCodec.AV1, VideoCodec.VP8, VideoCodec.VP9);
        Arbitrary<PacketType> types = Arbitraries.of(
                PacketType.SEQUENCE_START,
                PacketType.CODED_FRAMES,
                PacketType.CODED_FRAMES_X,
                PacketType.METADATA,
                PacketType.MPEG2TS_SEQUENCE_START);
        return types.flatMap(type -> {
            Arbitrary<VideoMessage.TrackData> tracks = Combinators.combine(
                            Arbitraries.integers().between(0, 255),
                            codecs,
                            Arbitraries.integers().between(-0x80_0000, 0x7F_FFFF),
                            data())
                    .as((id, codec, time, bytes) -> new VideoMessage.TrackData(
                            id, codec, type == PacketType.CODED_FRAMES && codec.reorders() ? time : 0, bytes));
            return Combinators.combine(
                            Arbitraries.of(1, 2, 3, 4),
                            Arbitraries.integers().between(0, 999_999),
                            tracks.list().ofMinSize(1).ofMaxSize(4))
                    .as((frame, nanos, list) -> new VideoMessage(true, frame, type, nanos, list, 0));
        });
    }

    @Property(tries = 1000)
    void enhancedVideoIsReadAsItWasWritten(@ForAll("enhancedVideo") VideoMessage message) {
        assertThat(VideoMessage.parse(message.toBytes())).isEqualTo(message);
    }

    @Property(tries = 500)
    void enhancedAudioIsReadAsItWasWritten(
            @ForAll("audioTracks") List<AudioMessage.TrackData> tracks, @ForAll PacketType type) {
        if (type.value(false) >= 0) {
            AudioMessage message = new AudioMessage(true, type, 0, 123_456, tracks);
            assertThat(AudioMessage.parse(message.toBytes())).isEqualTo(message);
        }
    }

    @Provide
    Arbitrary<List<AudioMessage.TrackData>> audioTracks() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 255),
                        Arbitraries.of(
                                AudioCodec.AAC,
                                AudioCodec.OPUS,
                                AudioCodec.FLAC,
                                AudioCodec.AC3,
                                AudioCodec.EAC3,
                                AudioCodec.MP3),
                        data())
                .as(AudioMessage.TrackData::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(5);
    }

    @Property(tries = 3000)
    void anyBytesAreAMessageOrOneError(@ForAll @Size(max = 60) byte[] bytes, @ForAll boolean enhanced) {
        byte[] input = bytes.clone();
        if (enhanced && input.length > 0) {
            input[0] = (byte) (input[0] | 0x90);
        }
        for (boolean video : new boolean[] {true, false}) {
            try {
                if (video) {
                    assertThat(VideoMessage.parse(ByteBuffer.wrap(input)).tracks())
                            .hasSizeLessThanOrEqualTo(64);
                } else {
                    assertThat(AudioMessage.parse(ByteBuffer.wrap(input)).tracks())
                            .hasSizeLessThanOrEqualTo(64);
                }
            } catch (MediaException e) {
                assertThat(e.code()).isIn(MediaErrorCode.MALFORMED, MediaErrorCode.UNSUPPORTED);
            }
        }
    }

    @Test
    void avcHasItsOldHeader() {
        VideoMessage message = VideoMessage.parse(hex("27 01 ffffd8 00000001 41"));
        assertThat(message.enhanced()).isFalse();
        assertThat(message.keyFrame()).isFalse();
        assertThat(message.packetType()).isEqualTo(PacketType.CODED_FRAMES);
        assertThat(message.tracks().get(0).codec()).isEqualTo(VideoCodec.AVC);
        assertThat(message.tracks().get(0).compositionTime()).isEqualTo(-40);
        assertThat(hex(message.tracks().get(0).data())).isEqualTo("0000000141");
        assertThat(hex(message.toBytes())).isEqualTo("2701ffffd80000000141");
    }

    @Test
    void hevcByFourCcAndByItsUnofficialNumber() {
        VideoMessage start = VideoMessage.parse(hex("90 68766331 01020304"));
        assertThat(start.packetType()).isEqualTo(PacketType.SEQUENCE_START);
        assertThat(start.keyFrame()).isTrue();
        assertThat(start.tracks().get(0).codec()).isEqualTo(VideoCodec.HEVC);
        VideoMessage numbered = VideoMessage.parse(hex("1c 01 000028 00"));
        assertThat(numbered.tracks().get(0).codec()).isEqualTo(VideoCodec.HEVC);
        assertThat(numbered.tracks().get(0).compositionTime()).isEqualTo(40);
    }

    @Test
    void nanosecondsComeBeforeThePacketType() {
        VideoMessage message = VideoMessage.parse(hex("97 02 000fa0 01 61763031 0a"));
        assertThat(message.nanoOffset()).isEqualTo(4000);
        assertThat(message.packetType()).isEqualTo(PacketType.CODED_FRAMES);
        assertThat(message.tracks().get(0).codec()).isEqualTo(VideoCodec.AV1);
        assertThat(hex(message.toBytes())).isEqualTo("9702000fa001617630310a");
        // a prefix of 300 bytes of another kind is skipped
        assertThat(VideoMessage.parse(hex("97 ff 012b" + "00".repeat(300) + "11 61763031 0a"))
                        .packetType())
                .isEqualTo(PacketType.CODED_FRAMES);
    }

    @Test
    void manyTracksOfManyCodecsInOneMessage() {
        AudioMessage message = AudioMessage.parse(hex("95 21 4f707573 00 000002 aabb 664c6143 05 000001 cc"));
        assertThat(message.tracks()).extracting(AudioMessage.TrackData::trackId).containsExactly(0, 5);
        assertThat(message.tracks())
                .extracting(AudioMessage.TrackData::codec)
                .containsExactly(AudioCodec.OPUS, AudioCodec.FLAC);
        assertThat(hex(message.toBytes()).replace("95 21", "")).startsWith("9521");
    }

    @Test
    void aacHasItsOldHeader() {
        AudioMessage start = AudioMessage.parse(hex("af 00 1190"));
        assertThat(start.packetType()).isEqualTo(PacketType.SEQUENCE_START);
        assertThat(start.soundFlags()).isEqualTo(AudioMessage.AAC_FLAGS);
        assertThat(hex(start.toBytes())).isEqualTo("af001190");
    }

    @Test
    void commandsAndUnknownCodingsAreTold() {
        VideoMessage seek = VideoMessage.parse(hex("57 01"));
        assertThat(seek.tracks()).isEmpty();
        assertThat(seek.command()).isEqualTo(1);
        assertThat(hex(seek.toBytes())).isEqualTo("5701");
        assertThat(VideoMessage.parse(hex("d1 00")).command()).isZero();
        assertThat(VideoMessage.parse(hex("91 58585858 00")).tracks().get(0).codec())
                .isNull();
        assertThatThrownBy(() -> VideoMessage.parse(hex("1f 00")))
                .isInstanceOfSatisfying(
                        MediaException.class, e -> assertThat(e.code()).isEqualTo(MediaErrorCode.UNSUPPORTED));
        assertThatThrownBy(() -> VideoMessage.parse(hex("91 6876"))).hasMessageContaining("cut short");
        assertThatThrownBy(() -> VideoMessage.parse(hex("96 06 68766331 00"))).hasMessageContaining("multitrack");
        assertThatThrownBy(() -> AudioMessage.parse(hex(""))).hasMessageContaining("cut short");
        assertThatThrownBy(() -> new AudioMessage(
                                false,
                                PacketType.CODED_FRAMES,
                                0,
                                0,
                                List.of(new AudioMessage.TrackData(0, AudioCodec.OPUS, hex("00"))))
                        .toBytes())
                .hasMessageContaining("Enhanced RTMP");
    }
}

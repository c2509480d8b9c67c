package io.headend.ingest.rtmp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.headend.formats.flv.AudioMessage;
import io.headend.formats.flv.FlvTag;
import io.headend.formats.flv.VideoMessage;
import io.headend.formats.hls.parsed.ParsedMedia;
import io.headend.formats.hls.parsed.PlaylistParser;
import io.headend.ingest.Ingest;
import io.headend.ingest.InputSpec;
import io.headend.testkit.DumpSink;
import io.headend.testkit.GoldenFiles;
import io.headend.testkit.SharedMedia;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the parsers make of the media at hand, in files that people have read: {@code src/test/golden}. */
class GoldenDumpsTest {

    /** Of each track so many lines are in the file, and of the rest a checksum. */
    private static final int LINES = 14;

    private static final List<String> COUNTERS = List.of(
            "continuity_errors",
            "transport_errors",
            "sync_losses",
            "table_errors",
            "undescribed_units",
            "cues",
            "captioned_pictures",
            "segments",
            "segments_lost");

    private static Path media(String name) {
        Path file = SharedMedia.find("media/functional/" + name).orElse(null);
        assumeTrue(file != null, "skipped: ../shared is missing");
        return file;
    }

    private static void matches(String name, String dump) {
        GoldenFiles.assertMatches(name.replace('/', '-') + ".txt", shortened(dump));
    }

    /** The first lines of each track; how many more there are, and what they sum up to. */
    private static String shortened(String dump) {
        StringBuilder text = new StringBuilder();
        CRC32 sum = new CRC32();
        int inTrack = 0;
        int left = 0;
        for (String line : (dump + "\nend").split("\n", -1)) {
            boolean head = !line.startsWith(" ");
            if (head && left > 0) {
                text.append(String.format(Locale.ROOT, "  … %d more, %08x%n", left, sum.getValue()));
            }
            if (head) {
                inTrack = 0;
                left = 0;
                sum.reset();
            }
            if (inTrack++ < LINES) {
                text.append(line).append('\n');
            } else {
                left++;
                sum.update(line.getBytes(StandardCharsets.UTF_8));
            }
        }
        return text.toString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "aac_latm.ts",
                "corrupt_dropped_ts_packets.ts",
                "derived_h264_2xheaac.ts",
                "eac3_audio_only.ts",
                "h264_1080i25_ac3_sony_a7m3.mts",
                "h264_cea608_captions-test.ts",
                "h264_dts.ts",
                "h264_iframes_only.ts",
                "h264_no_aud.ts",
                "hevc.ts",
                "mpeg2_1080p24_mp2_bbb.ts",
                "mpeg2_mp2_scte35.ts",
                "with_sdt.ts",
                "hls_discontinuity/index.m3u8",
                "hls_rollover/playlist.m3u8",
            })
    void transportStreams(String name) {
        DumpSink sink = new DumpSink();
        Ingest ingest = Ingest.builder(InputSpec.parse(media(name).toString())).build();
        ingest.run(sink);
        Map<String, Long> counted = new TreeMap<>(ingest.counters());
        counted.keySet().retainAll(COUNTERS);
        matches(name, sink.text() + "counters " + counted);
    }

    /** The messages of an FLV file, through RTMP's chunks and back. */
    @ParameterizedTest
    @ValueSource(strings = {"h264_aac.flv", "h264_aac_bbb_640x360.flv", "derived_h264_heaac.flv"})
    void messages(String name) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(media(name)));
        assertThat(FlvTag.readFileHeader(in)).isTrue();
        EmbeddedChannel channel = new EmbeddedChannel(new ChunkDecoder(RtmpLimits.DEFAULT));
        StringBuilder dump = new StringBuilder("messages\n");
        DumpSink street = new DumpSink();
        MessageTracks tracks = new MessageTracks(street, nanos -> nanos);
        for (FlvTag tag = FlvTag.read(in, 1 << 24); tag != null; tag = FlvTag.read(in, 1 << 24)) {
            ByteBuf chunks = Chunks.write(
                    UnpooledByteBufAllocator.DEFAULT,
                    tag.type(),
                    1,
                    tag.timestamp(),
                    Unpooled.wrappedBuffer(tag.body()),
                    128);
            channel.writeInbound(chunks);
            RtmpMessage message = channel.readInbound();
            assertThat(message.payload().nioBuffer()).isEqualTo(tag.body());
            assertThat(message.timestamp()).isEqualTo(tag.timestamp());
            message.release();
            dump.append(describe(tag)).append('\n');
            tracks.accept(new StreamTap.Item(tag.type(), tag.timestamp(), tag.body(), 0, false));
        }
        channel.finishAndReleaseAll();
        matches(name, dump + street.text() + "damaged " + tracks.damaged());
    }

    private static String describe(FlvTag tag) {
        CRC32 sum = new CRC32();
        sum.update(tag.body());
        String what = switch (tag.type()) {
            case FlvTag.VIDEO -> {
                VideoMessage message = VideoMessage.parse(tag.body());
                yield "video " + message.packetType() + (message.keyFrame() ? " key" : "");
            }
            case FlvTag.AUDIO -> "audio " + AudioMessage.parse(tag.body()).packetType();
            default -> "data";
        };
        return String.format(
                Locale.ROOT,
                "  %d %s size %d %08x",
                tag.timestamp(),
                what,
                tag.body().remaining(),
                sum.getValue());
    }

    @ParameterizedTest
    @ValueSource(strings = {"hls_discontinuity/index.m3u8", "hls_rollover/playlist.m3u8"})
    void playlists(String name) throws IOException {
        ParsedMedia playlist = (ParsedMedia) PlaylistParser.parse(Files.readString(media(name)));
        StringBuilder dump = new StringBuilder(playlist.header().toString()).append('\n');
        playlist.segments().forEach(s -> dump.append("  ").append(s).append('\n'));
        dump.append("ended ").append(playlist.ended());
        matches("parsed-" + name, dump.toString());
    }
}

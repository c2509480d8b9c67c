package io.headend.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.Cue;
import io.headend.core.Discontinuity;
import io.headend.core.EndOfStream;
import io.headend.core.Gap;
import io.headend.core.SegmentBoundary;
import io.headend.core.StreamItem;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class MediaDumpTest {

    private static ByteBuffer hex(String text) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(text.replace(" ", "")));
    }

    @Test
    void streamIsWrittenTrackByTrack() {
        DumpSink sink = new DumpSink();
        SyntheticSource.builder().size(128, 64).frames(3).build().run(sink);
        GoldenFiles.assertMatches("synthetic-stream.txt", sink.text());
    }

    @Test
    void recordedStreamGivesTheSameText() {
        DumpSink dumped = new DumpSink();
        SyntheticSource.builder().size(128, 64).frames(3).build().run(dumped);
        try (RecordingSink recorded = new RecordingSink()) {
            SyntheticSource.builder().size(128, 64).frames(3).build().run(recorded);
            assertThat(MediaDump.stream(recorded.items())).isEqualTo(dumped.text());
        }
    }

    @Test
    void itemsWithoutATrackComeLast() {
        Timestamp at = Timestamp.of(90_000, Timebase.MPEG);
        List<StreamItem> items = List.of(
                new SegmentBoundary(7, at, 540_000),
                new Discontinuity(Discontinuity.Cause.LOSS, at, Timestamp.of(0, Timebase.MPEG)),
                new Cue("urn:x", "a1", at, null, ByteBuffer.wrap(new byte[] {1, 2, 3})),
                new Gap(3, 10, 20),
                new EndOfStream());
        assertThat(MediaDump.stream(items)).isEqualTo("""
                  gap: pts 10 duration 20
                stream
                  segment 7: start 90000*1/90000s duration 540000
                  discontinuity LOSS: at 90000*1/90000s step 0*1/90000s
                  cue urn:x 'a1': at 90000*1/90000s duration null size 3 #55bc801d
                  end
                """);
    }

    @Test
    void boxesAreWalkedAndKnownFieldsShown() {
        ByteBuffer file = hex(
                "00000018 66747970 636d6663 00000000 69736f36 636d6663" // ftyp
                        + "00000060 6d6f6f66" // moof
                        + "00000010 6d666864 00000000 00000007" // mfhd
                        + "00000048 74726166" // traf
                        + "00000014 74666864 00020008 00000001 00000e10" // tfhd
                        + "00000014 74666474 01000000 0000000000000e10" // tfdt
                        + "00000018 7472756e 00000201 00000001 0000006c 00000004" // trun
                        + "0000000c 6d646174 01020304");
        assertThat(MediaDump.mp4(file)).isEqualTo("""
                ftyp 24 cmfc version 0 with iso6 cmfc
                moof 96
                  mfhd 16 sequence 7
                  traf 72
                    tfhd 20 flags 020008 track 1 duration 3600
                    tfdt 20 time 3600
                    trun 24 flags 000201 samples 1 data offset 108
                      0: size 4
                mdat 12 01020304
                """);
    }

    @Test
    void boxThatIsTooLargeOrTooSmallIsSaid() {
        assertThat(MediaDump.mp4(hex("00000010 66726565"))).isEqualTo("free 16 malformed: 8 bytes are there\n");
        assertThat(MediaDump.mp4(hex("00000004 66726565"))).isEqualTo("free 4 malformed: 8 bytes are there\n");
        assertThat(MediaDump.mp4(hex("000000"))).isEqualTo("malformed: 3 bytes left\n");
        assertThat(MediaDump.mp4(hex("0000000c 7472756e 00000000"))).contains("malformed: too short");
        assertThat(MediaDump.mp4(hex("00000010 7472756e 00000100 ffffffff"))).contains("malformed: too short");
    }

    @Property(tries = 300)
    void anyBytesGiveText(@ForAll byte[] bytes) {
        assertThat(MediaDump.mp4(ByteBuffer.wrap(bytes))).isNotNull();
        assertThat(MediaDump.ts(ByteBuffer.wrap(bytes))).isNotNull();
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        assertThat(MediaDump.hls(text)).isNotNull();
        assertThat(MediaDump.dash(text)).isNotNull();
    }

    @Property(tries = 300)
    void anyPacketGivesALine(@ForAll byte[] bytes) {
        byte[] packet = new byte[188];
        System.arraycopy(bytes, 0, packet, 0, Math.min(188, bytes.length));
        packet[0] = 0x47;
        assertThat(MediaDump.ts(ByteBuffer.wrap(packet))).startsWith("0: pid ").endsWith("\n");
    }

    @Test
    void packetsShowTimesTablesAndClock() {
        byte[] packets = new byte[2 * 188];
        byte[] video = HexFormat.of()
                .parseHex("47410031 07 50 000000960000 000001e0 0000 80c0 0a 3100 0377 41 1100 0309 31 00000001"
                        .replace(" ", ""));
        System.arraycopy(video, 0, packets, 0, video.length);
        byte[] table = HexFormat.of().parseHex("47400010 00 00b00d 0001 c10000 0001 f000".replace(" ", ""));
        System.arraycopy(table, 0, packets, 188, table.length);
        assertThat(MediaDump.ts(ByteBuffer.wrap(packets)).replaceAll("#.*", "#"))
                .isEqualTo("""
                0: pid 256 cc 1 start random-access pcr 90000 pes e0 pts 48032 dts 33944 payload 176 #
                1: pid 0 cc 0 start table 0 length 13 payload 184 #
                """);
        packets[188] = 0;
        assertThat(MediaDump.ts(ByteBuffer.wrap(packets))).endsWith("malformed: no sync byte at 188\n");
        assertThat(MediaDump.ts(ByteBuffer.wrap(new byte[5]))).isEqualTo("malformed: 5 bytes behind the last packet\n");
    }

    @Test
    void realTransportStreamIsReadToItsEnd() throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(SharedMedia.media("functional/mpeg2_mp2_scte35.ts")));
        String text = MediaDump.ts(bytes);
        assertThat(text.lines()).hasSize(292).noneMatch(line -> line.contains("malformed"));
        assertThat(text)
                .contains(" table 0 ")
                .containsPattern(" pes [ce]. pts ")
                .contains(" pcr ");
    }

    @Test
    void attributesOfPlaylistsAreSortedAndQuotesKept() {
        assertThat(MediaDump.hls(
                        "#EXTM3U\r\n\r\n#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS=\"avc1.64001F,mp4a.40.2\",AUDIO=\"a\"\n"
                                + "v/media.m3u8\n#EXTINF:2.0,\n#EXT-X-VERSION:9\n"))
                .isEqualTo("""
                        #EXTM3U
                        #EXT-X-STREAM-INF:
                          AUDIO="a"
                          BANDWIDTH=1
                          CODECS="avc1.64001F,mp4a.40.2"
                        v/media.m3u8
                        #EXTINF:2.0,
                        #EXT-X-VERSION:9
                        """);
    }

    @Test
    void manifestsDoNotDependOnHowTheyAreLaidOut() {
        String one = "<?xml version='1.0'?><MPD xmlns='urn:mpeg:dash:schema:mpd:2011' b='2' a='1'><!-- x --><Period>"
                + "<BaseURL> u/ </BaseURL></Period></MPD>";
        String two =
                "<MPD a=\"1\"\n b=\"2\" xmlns=\"urn:mpeg:dash:schema:mpd:2011\">\n  <Period>\n    <BaseURL>u/</BaseURL>\n"
                        + "  </Period>\n</MPD>";
        assertThat(MediaDump.dash(one)).isEqualTo(MediaDump.dash(two)).isEqualTo("""
                MPD
                  @a=1
                  @b=2
                  @xmlns=urn:mpeg:dash:schema:mpd:2011
                  Period
                    BaseURL
                      = u/
                """);
    }

    @Test
    void brokenOrHostileXmlIsSaid() {
        assertThat(MediaDump.dash("<MPD><Period></MPD>")).contains("malformed: line 1");
        String bomb = "<!DOCTYPE x [<!ENTITY a \"" + "y".repeat(100) + "\"><!ENTITY b \"&a;&a;&a;\">]><MPD>&b;</MPD>";
        assertThat(MediaDump.dash(bomb)).doesNotContain("yyy");
    }
}

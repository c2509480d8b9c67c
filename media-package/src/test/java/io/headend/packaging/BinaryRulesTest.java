package io.headend.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.ColorInfo;
import io.headend.core.ContentProtection;
import io.headend.core.ProtectionScheme;
import io.headend.core.Track;
import io.headend.core.VideoFormat;
import io.headend.formats.isobmff.InitializationSegment;
import io.headend.formats.mpegts.MpegCrc32;
import io.headend.testkit.SharedMedia;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rules that are broken inside of segments: a sample of each, made out of clean output. */
class BinaryRulesTest {

    private static final String TWO_SETS = "#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-INDEPENDENT-SEGMENTS\n";

    @TempDir
    static Path clean;

    private static Conformance.Source source = path -> Optional.empty();
    private static Track video = Synthetic.otherAudio();

    @BeforeAll
    static void make() {
        Path pictures = SharedMedia.require("packaging/src-clips/s8_v360.mp4");
        try (Mezzanine film = Mezzanine.builder()
                .segment(Duration.ofSeconds(2))
                .input(pictures)
                .input(SharedMedia.require("packaging/src-clips/s8_a.mp4"))
                .open()) {
            film.write(clean, EnumSet.allOf(Mezzanine.Output.class), done -> {});
            video = film.presentation().tracks().get(0).track();
        }
        source = Conformance.folder(clean);
    }

    /** The rules that are broken when objects are replaced. */
    private static Set<String> broken(String master, Map<String, UnaryOperator<ByteBuffer>> changes) {
        Conformance.Source changed = path -> source.find(path)
                .map(bytes ->
                        changes.getOrDefault(path, UnaryOperator.identity()).apply(bytes));
        return Conformance.checkHls(changed, master).stream()
                .map(Conformance.Violation::rule)
                .collect(Collectors.toSet());
    }

    private static Set<String> broken(String path, UnaryOperator<ByteBuffer> change) {
        return broken("master.m3u8", Map.of(path, change));
    }

    private static ByteBuffer copy(ByteBuffer bytes) {
        return ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
    }

    private static int find(ByteBuffer in, int from, int... wanted) {
        for (int at = from; at + wanted.length <= in.limit(); at++) {
            boolean same = true;
            for (int i = 0; i < wanted.length; i++) {
                same &= (in.get(at + i) & 0xFF) == wanted[i];
            }
            if (same) {
                return at;
            }
        }
        throw new AssertionError("not found");
    }

    private static int find(ByteBuffer in, String type) {
        return find(in, 0, type.chars().toArray());
    }

    /** An initialisation segment with more bytes at the end of one of the boxes {@code moov/trak}. */
    private static ByteBuffer grown(ByteBuffer init, boolean inTrak, byte[] more) {
        int moov = find(init, "moov") - 4;
        int trak = find(init, "trak") - 4;
        int end = trak + init.getInt(trak);
        ByteBuffer out = ByteBuffer.allocate(init.remaining() + more.length);
        out.put(init.slice(0, end))
                .put(more)
                .put(init.slice(end, init.limit() - end))
                .flip();
        out.putInt(moov, out.getInt(moov) + more.length);
        if (inTrak) {
            out.putInt(trak, out.getInt(trak) + more.length);
        }
        return out;
    }

    private static byte[] trak(ByteBuffer init) {
        int trak = find(init, "trak") - 4;
        byte[] bytes = new byte[init.getInt(trak)];
        init.get(trak, bytes);
        return bytes;
    }

    @Test
    void theSourceOfAllSamplesIsClean() {
        for (String master : List.of("master.m3u8", "master-ts.m3u8")) {
            assertThat(broken(master, Map.of())).isSubsetOf("9.9"); // one video rendition is enough here
        }
    }

    @Test
    void twoTracksInAnInitialisationSegment() {
        assertThat(broken("audio/init.mp4", init -> grown(init, false, trak(init))))
                .contains("2.17", "cmaf.track");
    }

    @Test
    void anEditList() {
        ByteBuffer edts = ByteBuffer.allocate(36)
                .putInt(36)
                .put("edts".getBytes(StandardCharsets.US_ASCII))
                .putInt(28)
                .put("elst".getBytes(StandardCharsets.US_ASCII))
                .putInt(0)
                .putInt(1)
                .putInt(0)
                .putInt(0)
                .putInt(0x1_0000);
        assertThat(broken("v360/init.mp4", init -> grown(init, true, edts.array())))
                .contains("cmaf.edits");
    }

    @Test
    void aPatternThatAppleDoesNotPlay() {
        ContentProtection other = protection(new ContentProtection.Pattern(5, 5));
        assertThat(broken("v360/init.mp4", init -> copy(InitializationSegment.of(video, other))))
                .contains("13.7");
        ContentProtection right = protection(ContentProtection.Pattern.ONE_IN_TEN);
        assertThat(broken("v360/init.mp4", init -> copy(InitializationSegment.of(video, right))))
                .doesNotContain("13.7");
    }

    private static ContentProtection protection(ContentProtection.Pattern pattern) {
        return new ContentProtection(
                ProtectionScheme.CBCS, new UUID(1, 2), 0, ByteBuffer.wrap(new byte[16]), pattern, List.of());
    }

    @Test
    void highDynamicRangeThatNobodyIsTold() {
        VideoFormat plain = (VideoFormat) video.format();
        Track bright = video.withFormat(plain.withColor(new ColorInfo(9, ColorInfo.TRANSFER_PQ, 9, false)));
        assertThat(broken("v360/init.mp4", init -> copy(InitializationSegment.of(bright, null))))
                .contains("9.16");
    }

    @Test
    void anotherFrameRateWithoutDiscontinuity() {
        assertThat(broken("v360/2.m4s", segment -> {
                    int duration = find(segment, "tfhd") + 12;
                    return segment.putInt(duration, segment.getInt(duration) * 2);
                }))
                .contains("8.14");
    }

    @Test
    void aTransportStreamSegmentThatBeginsWithAnotherPicture() {
        Set<String> found = broken("master-ts.m3u8", Map.of("v360/1.ts", segment -> {
            int slice = find(segment, 0, 0, 0, 1, 0x65);
            int flags = slice / 188 * 188 + 5;
            segment.put(flags, (byte) (segment.get(flags) & ~0x40)); // no random access either
            return segment.put(slice + 3, (byte) 0x61);
        }));
        assertThat(found).contains("7.4");
    }

    @Test
    void hevcInATransportStream() {
        Set<String> found = broken("master-ts.m3u8", Map.of("v360/1.ts", segment -> {
            int pictures = find(segment, 188, 0x1B, 0xE1, 0x00);
            segment.put(pictures, (byte) 0x24);
            return signed(segment);
        }));
        assertThat(found).contains("1.5");
    }

    @Test
    void twoSoundsInATransportStream() {
        Set<String> found = broken("master-ts.m3u8", Map.of("v360/1.ts", segment -> {
            int pictures = find(segment, 188, 0x1B, 0xE1, 0x00);
            segment.put(pictures, (byte) 0x0F);
            return signed(segment);
        }));
        assertThat(found).contains("2.17");
    }

    /** The program map table in the second packet with its checksum made right. */
    private static ByteBuffer signed(ByteBuffer segment) {
        int section = 188 + 4 + 1;
        int end = section + 3 + (segment.getShort(section + 1) & 0xFFF);
        return segment.putInt(end - 4, MpegCrc32.of(segment.slice(section, end - 4 - section)));
    }

    @Test
    void subtitlesWithAnotherTargetDuration() {
        String text = "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n\n00:00.000 --> 00:01.000\nHi\n";
        String rendition =
                "#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"s\",NAME=\"English\",LANGUAGE=\"en\",URI=\"s.m3u8\"\n";
        Conformance.Source with = path -> switch (path) {
            case "0.vtt" -> bytes(text);
            case "s.m3u8" -> bytes("#EXTM3U\n#EXT-X-TARGETDURATION:7\n#EXTINF:7,\n0.vtt\n");
            case "master.m3u8" ->
                source.find(path)
                        .map(b -> StandardCharsets.UTF_8.decode(b).toString())
                        .map(all -> all.replace(TWO_SETS, TWO_SETS + rendition)
                                .replace("AUDIO=\"", "SUBTITLES=\"s\",AUDIO=\""))
                        .flatMap(BinaryRulesTest::bytes);
            default -> source.find(path);
        };
        assertThat(Conformance.checkHls(with, "master.m3u8"))
                .extracting(Conformance.Violation::rule)
                .contains("5.6");
    }

    private static Optional<ByteBuffer> bytes(String text) {
        return Optional.of(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }
}

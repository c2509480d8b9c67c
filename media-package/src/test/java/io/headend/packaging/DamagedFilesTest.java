package io.headend.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.MediaException;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.SharedMedia;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files that are cut anywhere and indices that say what cannot be: each is a film or one sentence, soon and within the heap of the test,
 * and whatever the manifests of a film list is there and can be parsed.
 */
@ExtendWith(LeakExtension.class)
class DamagedFilesTest {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final List<String> CLIPS = List.of(
            "packaging/src-clips/s8_a.mp4",
            "packaging/src-clips/s8_v360.mp4",
            "media/functional/h264_cea608_fragmented.mp4");
    private static final int[] VALUES = {0, 1, 2, 0x10000, 0x7FFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF};
    private static final Set<String> UNFETCHABLE =
            Set.of("hls.files", "hls.syntax", "dash.files", "dash.syntax", "iso.boxes", "iso.trun");

    @TempDir
    Path temporary;

    private final List<String> wrong = new ArrayList<>();
    private int films;
    private int refused;

    private void pack(String what, byte[] bytes) throws IOException {
        Path file = Files.write(temporary.resolve("damaged.mp4"), bytes);
        Path out = temporary.resolve("out");
        long began = System.nanoTime();
        try (Mezzanine film = Mezzanine.builder().input(file).open()) {
            film.write(out, EnumSet.allOf(Mezzanine.Output.class), done -> {});
            films++;
            requireWhatIsListed(what, out);
        } catch (MediaException e) {
            refused++;
            String sentence = String.valueOf(e.getMessage());
            if (sentence.length() < 10 || sentence.contains("\n") || !sentence.contains("damaged.mp4")) {
                wrong.add(what + ": says " + sentence);
            }
            if (Files.exists(out.resolve("master.m3u8")) || Files.exists(out.resolve("manifest.mpd"))) {
                wrong.add(what + ": refused, and there are manifests");
            }
        } catch (RuntimeException | OutOfMemoryError e) {
            wrong.add(what + ": " + e + " at " + e.getStackTrace()[0] + " " + e.getStackTrace()[1]);
        }
        if (System.nanoTime() - began > SOON.toNanos()) {
            wrong.add(what + ": took " + Duration.ofNanos(System.nanoTime() - began));
        }
        if (Files.exists(out)) {
            try (Stream<Path> all = Files.walk(out)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    private void requireWhatIsListed(String what, Path out) {
        Conformance.Source source = Conformance.folder(out);
        List<Conformance.Violation> found = new ArrayList<>(Conformance.checkHls(source, "master.m3u8"));
        found.addAll(Conformance.checkDash(source, "manifest.mpd"));
        if (Files.exists(out.resolve("master-ts.m3u8"))) {
            found.addAll(Conformance.checkHls(source, "master-ts.m3u8"));
        }
        found.stream()
                .filter(violation -> UNFETCHABLE.contains(violation.rule()))
                .limit(2)
                .forEach(violation -> wrong.add(what + ": " + violation));
    }

    private static List<Integer> indicesOf(byte[] bytes, String type) {
        byte[] wanted = type.getBytes(StandardCharsets.ISO_8859_1);
        List<Integer> found = new ArrayList<>();
        for (int at = 4; at + 4 < bytes.length && found.size() < 3; at++) {
            if (Arrays.equals(bytes, at, at + 4, wanted, 0, 4)) {
                found.add(at);
            }
        }
        return found;
    }

    @Test
    void cutAnywhere() throws IOException {
        for (String clip : CLIPS) {
            byte[] whole = Files.readAllBytes(SharedMedia.require(clip));
            Random random = new Random(clip.hashCode());
            for (int round = 0; round < 60; round++) {
                int length = round < 20 ? random.nextInt(Math.min(whole.length, 4_000)) : random.nextInt(whole.length);
                pack(clip + " cut at " + length, Arrays.copyOf(whole, length));
            }
        }
        assertThat(String.join("\n", wrong)).isEmpty();
        assertThat(refused).isGreaterThan(100);
    }

    /** Counts, sizes, times, offsets and descriptions, at the beginning of each box and at a random place in it. */
    @Test
    void fieldsThatSayWhatCannotBe() throws IOException {
        List<String> boxes = List.of(
                "stsd", "stts", "ctts", "stsc", "stco", "stsz", "stss", "mdhd", "mvhd", "tkhd", "elst", "avcC", "esds",
                "tfhd", "tfdt", "trun", "trex", "moof");
        for (String clip : CLIPS) {
            byte[] whole = Files.readAllBytes(SharedMedia.require(clip));
            Random random = new Random(clip.hashCode());
            for (String box : boxes) {
                for (int index : indicesOf(whole, box)) {
                    int size = ByteBuffer.wrap(whole).getInt(index - 4);
                    for (int value : VALUES) {
                        for (int field = 0; field < 7; field++) {
                            int place = field < 6 ? 4 * field : random.nextInt(Math.max(1, Math.min(size, 4_000)));
                            if (place > size || index + place + 4 > whole.length) {
                                continue;
                            }
                            byte[] bytes = whole.clone();
                            ByteBuffer.wrap(bytes).putInt(index + place, value);
                            pack(clip + ": " + box + "+" + place + " = " + Integer.toUnsignedString(value), bytes);
                        }
                    }
                }
            }
        }
        assertThat(String.join("\n", wrong)).isEmpty();
        assertThat(films).isGreaterThan(100);
        assertThat(refused).isGreaterThan(100);
    }

    @Test
    void boxesThatAreGone() throws IOException {
        for (String clip : CLIPS) {
            byte[] whole = Files.readAllBytes(SharedMedia.require(clip));
            for (String box : List.of(
                    "moov", "trak", "mdia", "minf", "stbl", "stsd", "avc1", "avcC", "mp4a", "esds", "stts", "stsc",
                    "stco", "stsz", "stss", "mdhd", "hdlr", "moof", "traf", "tfhd", "trun", "mdat")) {
                byte[] bytes = whole.clone();
                for (int index : indicesOf(bytes, box)) {
                    System.arraycopy("free".getBytes(StandardCharsets.ISO_8859_1), 0, bytes, index, 4);
                }
                pack(clip + " without " + box, bytes);
            }
        }
        assertThat(String.join("\n", wrong)).isEmpty();
    }
}

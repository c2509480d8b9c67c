package io.headend.formats.av1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.formats.IvfClip;
import io.headend.formats.av1.Av1Tiles.Tile;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Av1TilesTest {

    private static Av1Tiles tiles(ByteBuffer keyFrame) {
        return Av1Tiles.of(Av1ConfigurationRecord.of(sequenceHeader(keyFrame)));
    }

    private static ByteBuffer sequenceHeader(ByteBuffer keyFrame) {
        int at = 0;
        for (Obu unit = Obu.read(keyFrame, 0); unit != null; unit = Obu.read(keyFrame, unit.end())) {
            if (unit.type() == Obu.SEQUENCE_HEADER) {
                return keyFrame.slice(at, unit.end() - at);
            }
            at = unit.end();
        }
        throw new AssertionError("no sequence header");
    }

    /** Those that begin behind headers: the first of each frame or group. */
    private static List<Integer> starts(ByteBuffer sample, List<Tile> found) {
        List<Integer> starts = new ArrayList<>();
        for (Obu unit = Obu.read(sample, 0); unit != null; unit = Obu.read(sample, unit.end())) {
            int from = unit.start();
            int to = unit.end();
            found.stream()
                    .map(Tile::offset)
                    .filter(offset -> offset >= from && offset <= to)
                    .findFirst()
                    .ifPresent(starts::add);
        }
        return starts;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tiles",
                "superres",
                "resize",
                "grain",
                "lossless",
                "screen",
                "switch",
                "gray",
                "motion444",
                "rotating"
            })
    void findsWhatAnotherReaderFinds(String name) {
        IvfClip clip = IvfClip.read(Av1TilesTest.class, name);
        Av1Tiles tiles = tiles(clip.samples().get(0));
        assertThat(clip.samples()).hasSizeGreaterThan(12);
        for (int i = 0; i < clip.samples().size(); i++) {
            ByteBuffer sample = clip.samples().get(i);
            List<Tile> found = tiles.next(sample);
            assertThat(starts(sample, found))
                    .as("sample %d", i)
                    .isEqualTo(clip.starts().get(i));
        }
    }

    /** Sizes of tiles chain up to the end of their frame; the last one has none. */
    @Test
    void tilesFillTheFrame() {
        IvfClip clip = IvfClip.read(Av1TilesTest.class, "tiles");
        Av1Tiles tiles = tiles(clip.samples().get(0));
        List<Tile> found = tiles.next(clip.samples().get(0));
        assertThat(found).hasSize(4);
        for (int i = 1; i < 4; i++) {
            int gap = found.get(i).offset()
                    - found.get(i - 1).offset()
                    - found.get(i - 1).size();
            assertThat(gap).isBetween(i < 3 ? 1 : 0, i < 3 ? 4 : 0);
        }
        assertThat(found.get(3).offset() + found.get(3).size())
                .isEqualTo(clip.samples().get(0).limit());
    }

    @Test
    void aKeyFrameBeginsAnew() {
        IvfClip clip = IvfClip.read(Av1TilesTest.class, "superres");
        Av1Tiles whole = tiles(clip.samples().get(0));
        List<List<Tile>> expected = clip.samples().stream().map(whole::next).toList();
        for (int i = 0; i < 2; i++) {
            for (int at = 0; at < clip.samples().size(); at++) {
                assertThat(whole.next(clip.samples().get(at))).isEqualTo(expected.get(at));
            }
        }
    }

    @Test
    void needsTheHeadersBefore() {
        IvfClip clip = IvfClip.read(Av1TilesTest.class, "tiles");
        Av1Tiles bare = Av1Tiles.of(new Av1ConfigurationRecord(0, 8, false, 8, 12, ByteBuffer.allocate(0)));
        assertThatThrownBy(() -> bare.next(clip.samples().get(2)))
                .isInstanceOfSatisfying(
                        MediaException.class, e -> assertThat(e.code()).isEqualTo(MediaErrorCode.MALFORMED));
        assertThat(bare.next(clip.samples().get(0))).hasSize(4);
    }

    @Property(tries = 2000)
    void strangeBytesAreRefusedOrRead(@ForAll @Size(max = 80) byte[] bytes) {
        strange(ByteBuffer.wrap(bytes));
    }

    @Property(tries = 2000)
    void damagedSamplesAreRefusedOrRead(
            @ForAll @IntRange(max = 8) int sample, @ForAll @IntRange(max = 60) int at, @ForAll byte value) {
        ByteBuffer clear =
                IvfClip.read(Av1TilesTest.class, "superres").samples().get(sample);
        ByteBuffer damaged =
                ByteBuffer.allocate(clear.limit()).put(clear.duplicate()).flip();
        damaged.put(Math.min(at, damaged.limit() - 1), value);
        strange(damaged);
    }

    private static void strange(ByteBuffer sample) {
        IvfClip clip = IvfClip.read(Av1TilesTest.class, "superres");
        Av1Tiles tiles = tiles(clip.samples().get(0));
        tiles.next(clip.samples().get(0));
        try {
            for (Tile tile : tiles.next(sample)) {
                assertThat(tile.size()).isNotNegative();
                assertThat(tile.offset() + tile.size()).isLessThanOrEqualTo(sample.limit());
            }
        } catch (MediaException e) {
            assertThat(e.code()).isEqualTo(MediaErrorCode.MALFORMED);
        }
        assertThat(tiles.next(clip.samples().get(0))).isNotEmpty();
    }
}

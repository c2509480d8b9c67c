package io.headend.formats.av1;

import io.headend.core.MediaException;
import io.headend.formats.BitReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the coded data of each tile ({@code decode_tile} of the AV1 specification, 5.11.2) in the samples of a track: all that lies outside
 * are headers. Frame headers depend on the frames before, so samples come in decoding order; a key frame begins anew.
 *
 * <p><b>Threading:</b> one thread at a time.
 */
public final class Av1Tiles {

    private final ReferenceSlot[] slots = new ReferenceSlot[FrameReferences.SLOTS];
    private @Nullable SequenceParameters sequence;
    private TileInfo tiles = new TileInfo(0, 0, 0);
    private boolean headerSeen;

    private Av1Tiles() {
        Arrays.fill(slots, ReferenceSlot.NONE);
    }

    /**
     * For the samples of a track.
     *
     * @param record {@code av1C} payload; a sequence header in it holds until the samples bring another
     * @throws MediaException {@code MALFORMED} if its units cannot be read
     */
    public static Av1Tiles of(Av1ConfigurationRecord record) {
        Av1Tiles tiles = new Av1Tiles();
        ByteBuffer units = record.configObus().slice();
        int at = 0;
        for (Obu unit = Obu.read(units, at); unit != null; unit = Obu.read(units, unit.end())) {
            if (unit.type() == Obu.SEQUENCE_HEADER) {
                tiles.sequence = new SequenceParameters(payload(units, unit));
            }
        }
        return tiles;
    }

    private static BitReader payload(ByteBuffer in, Obu unit) {
        return new BitReader(in.slice(unit.start(), unit.end() - unit.start()));
    }

    /**
     * The tiles of the next sample, in order.
     *
     * @param sample a temporal unit from position to limit, which is not moved
     * @throws MediaException {@code MALFORMED} if its headers cannot be read; the next key frame can be
     */
    public List<Tile> next(ByteBuffer sample) {
        ByteBuffer in = sample.slice();
        List<Tile> found = new ArrayList<>(4);
        headerSeen = false;
        for (Obu unit = Obu.read(in, 0); unit != null; unit = Obu.read(in, unit.end())) {
            switch (unit.type()) {
                case Obu.SEQUENCE_HEADER -> sequence = new SequenceParameters(payload(in, unit));
                case Obu.FRAME_HEADER -> {
                    if (!headerSeen) {
                        header(payload(in, unit), unit);
                    }
                }
                case Obu.FRAME -> {
                    BitReader bits = payload(in, unit);
                    header(bits, unit);
                    group(in, unit, unit.end() - (int) (bits.remaining() / 8), found);
                }
                case Obu.TILE_GROUP -> group(in, unit, unit.start(), found);
                default -> {}
            }
        }
        return found;
    }

    private void header(BitReader bits, Obu unit) {
        SequenceParameters parameters = sequence;
        if (parameters == null) {
            throw MediaException.malformed("an AV1 frame comes before any sequence header");
        }
        tiles = new FrameHeaderReader(bits, parameters, slots).read(unit.layers());
        headerSeen = tiles.count() > 0;
    }

    private void group(ByteBuffer in, Obu unit, int start, List<Tile> found) {
        if (!headerSeen) {
            throw MediaException.malformed("tiles of an AV1 frame come without its header");
        }
        BitReader bits = new BitReader(in.slice(start, unit.end() - start));
        int first = 0;
        int last = tiles.count() - 1;
        if (tiles.count() > 1 && bits.readFlag()) {
            first = bits.read(tiles.numberBits());
            last = bits.read(tiles.numberBits());
        }
        if (last < first || last >= tiles.count()) {
            throw MediaException.malformed("a group of AV1 tiles runs from " + first + " to " + last);
        }
        int at = unit.end() - (int) (bits.remaining() / 8);
        for (int tile = first; tile < last; tile++) {
            int size = size(in, at, unit.end());
            at += tiles.sizeBytes();
            found.add(new Tile(at, size));
            at += size;
        }
        found.add(new Tile(at, unit.end() - at));
        headerSeen = last < tiles.count() - 1;
    }

    /** Little-endian, less 1. */
    private int size(ByteBuffer in, int at, int end) {
        long size = 1;
        for (int i = 0; i < tiles.sizeBytes() && at + i < end; i++) {
            size += (in.get(at + i) & 0xFFL) << (8 * i);
        }
        if (size > end - at - tiles.sizeBytes()) {
            throw MediaException.malformed("an AV1 tile is longer than what is left of its group");
        }
        return (int) size;
    }

    /**
     * Coded data of a tile.
     *
     * @param offset from the first byte of the sample
     * @param size bytes
     */
    public record Tile(int offset, int size) {}
}

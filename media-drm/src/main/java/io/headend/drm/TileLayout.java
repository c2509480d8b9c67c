package io.headend.drm;

import io.headend.core.ProtectionScheme;
import io.headend.core.SampleProtector.Range;
import io.headend.formats.av1.Av1Tiles;
import io.headend.formats.av1.Av1Tiles.Tile;
import java.nio.ByteBuffer;
import java.util.List;

/** AV1 (AV1 Codec ISO Media File Format Binding, 4): the data of each tile is a sub-sample, all headers stay clear. */
final class TileLayout implements SampleLayout {

    private final Av1Tiles tiles;
    private final ProtectionScheme scheme;

    TileLayout(Av1Tiles tiles, ProtectionScheme scheme) {
        this.tiles = tiles;
        this.scheme = scheme;
    }

    @Override
    public List<Range> ranges(ByteBuffer clear) {
        RangeCollector ranges = new RangeCollector(scheme);
        for (Tile tile : tiles.next(clear)) {
            ranges.data(tile.size(), tile.offset() + tile.size());
        }
        return ranges.finish(clear.remaining());
    }
}

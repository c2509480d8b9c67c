package io.headend.drm;

import io.headend.core.MediaException;
import io.headend.core.ProtectionScheme;
import io.headend.core.SampleProtector.Range;
import java.util.ArrayList;
import java.util.List;

/** Makes sub-samples out of the stretches of a sample that may be encrypted. One use. */
final class RangeCollector {

    private static final int BLOCK = 16;
    private static final int MAX_CLEAR = 65_535;

    private final List<Range> ranges = new ArrayList<>(4);
    private final boolean wholeBlocks;
    private final int vector;
    private int covered;

    /** {@code cenc} protects whole blocks only. */
    RangeCollector(ProtectionScheme scheme) {
        this(scheme, scheme == ProtectionScheme.CENC);
    }

    /** @param wholeBlocks whether the odd bytes of a stretch join the clear part before it */
    RangeCollector(ProtectionScheme scheme, boolean wholeBlocks) {
        this.wholeBlocks = wholeBlocks;
        this.vector = scheme == ProtectionScheme.CENC ? 8 : 0;
    }

    /** The next stretch, up to {@code end}. */
    void data(int size, int end) {
        int data = wholeBlocks ? size - size % BLOCK : size;
        if (data > 0) {
            add(end - data - covered, data);
            covered = end;
        }
    }

    /** @throws MediaException UNSUPPORTED if there are more than can be signalled */
    List<Range> finish(int sampleSize) {
        add(sampleSize - covered, 0);
        // saiz tells the size of a sample's senc entry in 8 bits: vector, count of ranges, 6 bytes each.
        int most = (255 - vector - 2) / 6;
        if (ranges.size() > most) {
            throw MediaException.unsupported("A picture with " + ranges.size() + " sub-samples cannot be signalled; "
                    + most + " fit, so encode fewer slices or tiles.");
        }
        return ranges;
    }

    private void add(int clear, int data) {
        int left = clear;
        for (; left > MAX_CLEAR; left -= MAX_CLEAR) {
            ranges.add(new Range(MAX_CLEAR, 0));
        }
        if (left > 0 || data > 0) {
            ranges.add(new Range(left, data));
        }
    }
}

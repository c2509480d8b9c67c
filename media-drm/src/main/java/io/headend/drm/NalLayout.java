package io.headend.drm;

import io.headend.core.MediaException;
import io.headend.core.ProtectionScheme;
import io.headend.core.SampleProtector.Range;
import io.headend.formats.h26x.NalUnits;
import io.headend.formats.h26x.SliceHeader;
import io.headend.formats.h26x.SliceHeaderParser;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * AVC and HEVC (ISO/IEC 23001-7, 9.5.2 and 10.4.2): slice data is encrypted; lengths, NAL unit headers, slice headers and all
 * other units stay clear. {@code cenc} protects whole blocks only, taking the odd bytes into the clear part before them.
 */
final class NalLayout implements SampleLayout {

    private static final int BLOCK = 16;
    private static final int MAX_CLEAR = 65_535;

    private final SliceHeaderParser parser;
    private final int lengthSize;
    private final boolean wholeBlocks;
    private final int maxRanges;

    NalLayout(SliceHeaderParser parser, int lengthSize, ProtectionScheme scheme) {
        this.parser = parser;
        this.lengthSize = lengthSize;
        this.wholeBlocks = scheme == ProtectionScheme.CENC;
        // saiz tells the size of a sample's senc entry in 8 bits: vector, count of ranges, 6 bytes each.
        this.maxRanges = (255 - (wholeBlocks ? 8 : 0) - 2) / 6;
    }

    @Override
    public List<Range> ranges(ByteBuffer clear) {
        List<Range> ranges = new ArrayList<>(4);
        int covered = 0;
        for (NalUnits units = NalUnits.of(clear, lengthSize); units.next(); ) {
            SliceHeader header = parser.parse(units.unit());
            int data = header == null ? 0 : units.size() - header.bytes();
            if (wholeBlocks) {
                data -= data % BLOCK;
            }
            if (data > 0) {
                int end = units.offset() + units.size() - clear.position();
                add(ranges, end - data - covered, data);
                covered = end;
            }
        }
        add(ranges, clear.remaining() - covered, 0);
        if (ranges.size() > maxRanges) {
            throw MediaException.unsupported("A picture with " + ranges.size() + " sub-samples cannot be signalled; "
                    + maxRanges + " fit, so encode fewer slices.");
        }
        return ranges;
    }

    private static void add(List<Range> ranges, int clear, int data) {
        int left = clear;
        for (; left > MAX_CLEAR; left -= MAX_CLEAR) {
            ranges.add(new Range(MAX_CLEAR, 0));
        }
        if (left > 0 || data > 0) {
            ranges.add(new Range(left, data));
        }
    }
}

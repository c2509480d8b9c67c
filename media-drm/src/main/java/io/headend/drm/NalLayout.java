package io.headend.drm;

import io.headend.core.ProtectionScheme;
import io.headend.core.SampleProtector.Range;
import io.headend.formats.h26x.NalUnits;
import io.headend.formats.h26x.SliceHeader;
import io.headend.formats.h26x.SliceHeaderParser;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * AVC and HEVC (ISO/IEC 23001-7, 9.5.2 and 10.4.2): slice data is encrypted; lengths, NAL unit headers, slice headers and all
 * other units stay clear.
 */
final class NalLayout implements SampleLayout {

    private final SliceHeaderParser parser;
    private final int lengthSize;
    private final ProtectionScheme scheme;

    NalLayout(SliceHeaderParser parser, int lengthSize, ProtectionScheme scheme) {
        this.parser = parser;
        this.lengthSize = lengthSize;
        this.scheme = scheme;
    }

    @Override
    public List<Range> ranges(ByteBuffer clear) {
        RangeCollector ranges = new RangeCollector(scheme);
        ByteBuffer unit = clear.duplicate();
        for (NalUnits units = NalUnits.of(clear, lengthSize); units.next(); ) {
            int end = units.offset() + units.size();
            SliceHeader header = parser.parse(unit.limit(end).position(units.offset()));
            if (header != null) {
                ranges.data(units.size() - header.bytes(), end - clear.position());
            }
        }
        return ranges.finish(clear.remaining());
    }
}

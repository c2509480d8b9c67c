package io.headend.drm;

import io.headend.core.ProtectionScheme;
import io.headend.core.SampleProtector.Range;
import io.headend.formats.vp9.Vp9Headers;
import io.headend.formats.vp9.Vp9Headers.Frame;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * VP9 (VP Codec ISO Media File Format Binding, Common Encryption): each frame of a superframe is a sub-sample, uncompressed headers and the
 * superframe index stay clear, and what is encrypted is whole blocks in every scheme.
 */
final class FrameLayout implements SampleLayout {

    private final Vp9Headers headers = Vp9Headers.create();
    private final ProtectionScheme scheme;

    FrameLayout(ProtectionScheme scheme) {
        this.scheme = scheme;
    }

    @Override
    public List<Range> ranges(ByteBuffer clear) {
        RangeCollector ranges = new RangeCollector(scheme, true);
        for (Frame frame : headers.next(clear)) {
            ranges.data(frame.size() - frame.header(), frame.offset() + frame.size());
        }
        return ranges.finish(clear.remaining());
    }
}

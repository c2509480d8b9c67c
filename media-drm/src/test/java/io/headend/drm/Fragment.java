package io.headend.drm;

import io.headend.core.SampleProtector.Range;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** A CMAF segment of one fragment, read as plainly as possible. */
record Fragment(List<ByteBuffer> samples, List<ByteBuffer> vectors, List<List<Range>> ranges) {

    static Fragment parse(ByteBuffer segment, int ivSize) {
        ByteBuffer moof = box(segment, "moof");
        ByteBuffer traf = box(moof, "traf");
        ByteBuffer mdat = box(segment, "mdat");
        List<ByteBuffer> samples = new ArrayList<>();
        sizes(box(traf, "tfhd"), box(traf, "trun"), size -> {
            samples.add(mdat.slice(mdat.position(), size));
            mdat.position(mdat.position() + size);
        });
        List<ByteBuffer> vectors = new ArrayList<>();
        List<List<Range>> ranges = new ArrayList<>();
        ByteBuffer senc = find(traf, "senc");
        if (senc != null) {
            boolean subsamples = (senc.getInt() & 2) != 0;
            for (int left = senc.getInt(); left > 0; left--) {
                vectors.add(senc.slice(senc.position(), ivSize));
                senc.position(senc.position() + ivSize);
                List<Range> own = new ArrayList<>();
                for (int count = subsamples ? senc.getShort() & 0xFFFF : 0; count > 0; count--) {
                    own.add(new Range(senc.getShort() & 0xFFFF, senc.getInt()));
                }
                ranges.add(own);
            }
        }
        return new Fragment(samples, vectors, ranges);
    }

    private static void sizes(ByteBuffer tfhd, ByteBuffer trun, IntConsumer size) {
        int tfhdFlags = tfhd.getInt() & 0xFFFFFF;
        tfhd.getInt();
        tfhd.position(tfhd.position()
                + ((tfhdFlags & 1) != 0 ? 8 : 0)
                + ((tfhdFlags & 2) != 0 ? 4 : 0)
                + ((tfhdFlags & 8) != 0 ? 4 : 0));
        int defaultSize = (tfhdFlags & 16) != 0 ? tfhd.getInt() : 0;
        int flags = trun.getInt() & 0xFFFFFF;
        int count = trun.getInt();
        trun.position(trun.position() + ((flags & 1) != 0 ? 4 : 0) + ((flags & 4) != 0 ? 4 : 0));
        for (int i = 0; i < count; i++) {
            trun.position(trun.position() + ((flags & 0x100) != 0 ? 4 : 0));
            size.accept((flags & 0x200) != 0 ? trun.getInt() : defaultSize);
            trun.position(trun.position() + ((flags & 0x400) != 0 ? 4 : 0) + ((flags & 0x800) != 0 ? 4 : 0));
        }
    }

    static ByteBuffer box(ByteBuffer parent, String type) {
        ByteBuffer found = find(parent, type);
        if (found == null) {
            throw new AssertionError("no " + type);
        }
        return found;
    }

    private static @Nullable ByteBuffer find(ByteBuffer parent, String type) {
        for (int at = parent.position(); at + 8 <= parent.limit(); at += parent.getInt(at)) {
            byte[] name = new byte[4];
            parent.get(at + 4, name);
            if (new String(name, StandardCharsets.US_ASCII).equals(type)) {
                return parent.slice(at + 8, parent.getInt(at) - 8);
            }
        }
        return null;
    }
}

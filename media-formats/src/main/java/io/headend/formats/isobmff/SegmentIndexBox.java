package io.headend.formats.isobmff;

import io.headend.core.MediaException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code sidx}, version 1 (ISO/IEC 14496-12, 8.16.3).
 *
 * @param referenceId track
 * @param timescale ticks per second
 * @param earliestPresentationTime of the first reference
 * @param firstOffset bytes between this box and the first reference
 */
public record SegmentIndexBox(
        int referenceId, int timescale, long earliestPresentationTime, long firstOffset, List<Reference> references)
        implements FullBox {

    /**
     * A stretch of media.
     *
     * @param size bytes, below 2^31
     * @param duration ticks, below 2^32
     * @param startsWithSap whether it begins with a sync sample (SAP type 1)
     */
    public record Reference(int size, long duration, boolean startsWithSap) {}

    public SegmentIndexBox {
        if (references.size() > 0xFFFF) {
            throw new IllegalArgumentException("sidx holds at most 65535 references");
        }
        references = List.copyOf(references);
    }

    /** @throws MediaException {@code MALFORMED} or, for an index of indices, {@code UNSUPPORTED} */
    public static SegmentIndexBox parse(ParsedBox box) {
        boolean wide = box.version() > 0;
        ByteBuffer in = box.body(wide ? 28 : 20);
        int id = in.getInt();
        int timescale = in.getInt();
        long earliest = wide ? in.getLong() : in.getInt() & 0xFFFF_FFFFL;
        long first = wide ? in.getLong() : in.getInt() & 0xFFFF_FFFFL;
        int count = in.getInt() & 0xFFFF;
        box.require(in.remaining() >= count * 12);
        List<Reference> references = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int size = in.getInt();
            if (size < 0) {
                throw MediaException.unsupported("sidx refers to another sidx");
            }
            long duration = in.getInt() & 0xFFFF_FFFFL;
            references.add(new Reference(size, duration, in.getInt() < 0));
        }
        return new SegmentIndexBox(id, timescale, earliest, first, references);
    }

    @Override
    public String type() {
        return "sidx";
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public int bodySize() {
        return 28 + 12 * references.size();
    }

    @Override
    public void writeBody(ByteBuffer out) {
        out.putInt(referenceId)
                .putInt(timescale)
                .putLong(earliestPresentationTime)
                .putLong(firstOffset);
        out.putInt(references.size());
        for (Reference reference : references) {
            out.putInt(reference.size()).putInt((int) reference.duration());
            out.putInt(reference.startsWithSap() ? 0x9000_0000 : 0);
        }
    }
}

package io.headend.formats.scte35;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Names a stretch of the program: a placement opportunity, an advertisement, a chapter (SCTE 35, 10.3.3).
 *
 * @param eventId 32 bits
 * @param segment what it is, or {@code null} where the event is cancelled
 */
public record SegmentationDescriptor(long eventId, @Nullable Segment segment) implements SpliceDescriptor {

    static final int TAG = 2;

    public static final int PROVIDER_PLACEMENT_OPPORTUNITY_START = 0x34;
    public static final int PROVIDER_PLACEMENT_OPPORTUNITY_END = 0x35;

    public SegmentationDescriptor {
        if (eventId >>> 32 != 0) {
            throw new IllegalArgumentException("an event id has 32 bits; " + eventId + " has not");
        }
    }

    /**
     * A stretch of the program, or its end.
     *
     * @param type segmentation_type_id, 8 bits (table 23), such as {@link #PROVIDER_PLACEMENT_OPPORTUNITY_START}
     * @param duration 40 bits of 90 kHz, or {@link SpliceTime#NONE}
     * @param upid what is shown
     * @param restrictions who may see it, or {@code null} for everybody
     * @param components where components are meant and not the program: tag and offset; else empty
     * @param place which of how many
     */
    public record Segment(
            int type,
            long duration,
            Upid upid,
            @Nullable DeliveryRestrictions restrictions,
            List<ComponentOffset> components,
            Place place) {
        public Segment {
            if (type >>> 8 != 0
                    || duration < SpliceTime.NONE
                    || (duration != SpliceTime.NONE && duration >>> 40 != 0)) {
                throw new IllegalArgumentException("not a segment: type " + type + ", duration " + duration);
            }
            components = List.copyOf(components);
        }
    }

    /**
     * Identifies content (table 22).
     *
     * @param type segmentation_upid_type, 0 where there is none
     * @param bytes at most 200; read-only, each call gives a view of its own
     */
    public record Upid(int type, ByteBuffer bytes) {
        public static final Upid NONE = new Upid(0, ByteBuffer.allocate(0));

        public Upid {
            if (type >>> 8 != 0 || bytes.remaining() > 255) {
                throw new IllegalArgumentException("not an UPID: type " + type + ", " + bytes.remaining() + " bytes");
            }
            bytes = Bytes.copyOf(bytes);
        }

        @Override
        public ByteBuffer bytes() {
            return bytes.duplicate();
        }
    }

    /** What a broadcaster allows; {@code device} is 0 to 3, 3 for no restriction. */
    public record DeliveryRestrictions(boolean web, boolean noRegionalBlackout, boolean archive, int device) {}

    /** A component and what is added to its splice time, 33 bits. */
    public record ComponentOffset(int tag, long ptsOffset) {}

    /**
     * Which of how many.
     *
     * @param number segment_num
     * @param expected segments_expected
     * @param subNumber sub_segment_num, or -1 where there are no sub-segments
     * @param subExpected sub_segments_expected, or -1
     */
    public record Place(int number, int expected, int subNumber, int subExpected) {
        /** Not counted. */
        public static final Place NONE = new Place(0, 0, -1, -1);
    }

    static SegmentationDescriptor read(ByteBuffer in) {
        long eventId = Bytes.u32(in);
        if ((Bytes.u8(in) & 0x80) != 0) {
            return new SegmentationDescriptor(eventId, null);
        }
        int flags = Bytes.u8(in);
        DeliveryRestrictions restrictions = (flags & 0x20) != 0
                ? null
                : new DeliveryRestrictions((flags & 0x10) != 0, (flags & 8) != 0, (flags & 4) != 0, flags & 3);
        List<ComponentOffset> components = new ArrayList<>();
        if ((flags & 0x80) == 0) {
            for (int left = Bytes.u8(in); left > 0; left--) {
                int tag = Bytes.u8(in);
                components.add(new ComponentOffset(tag, Bytes.u40(in) & (1L << 33) - 1));
            }
        }
        long duration = (flags & 0x40) != 0 ? Bytes.u40(in) : SpliceTime.NONE;
        int upidType = Bytes.u8(in);
        Upid upid = new Upid(upidType, Bytes.part(in, Bytes.u8(in)));
        int type = Bytes.u8(in);
        int number = Bytes.u8(in);
        int expected = Bytes.u8(in);
        boolean sub = in.remaining() >= 2;
        Place place = new Place(number, expected, sub ? Bytes.u8(in) : -1, sub ? Bytes.u8(in) : -1);
        return new SegmentationDescriptor(eventId, new Segment(type, duration, upid, restrictions, components, place));
    }

    void write(ByteBuffer out) {
        out.putInt((int) eventId);
        if (segment == null) {
            out.put((byte) 0xFF);
            return;
        }
        DeliveryRestrictions r = segment.restrictions;
        boolean timed = segment.duration != SpliceTime.NONE;
        int allowed = r == null
                ? 0x3F
                : (r.web ? 0x10 : 0) | (r.noRegionalBlackout ? 8 : 0) | (r.archive ? 4 : 0) | (r.device & 3);
        out.put((byte) 0x7F);
        out.put((byte) ((segment.components.isEmpty() ? 0x80 : 0) | (timed ? 0x40 : 0) | allowed));
        if (!segment.components.isEmpty()) {
            out.put((byte) segment.components.size());
            for (ComponentOffset component : segment.components) {
                out.put((byte) component.tag);
                Bytes.u40(out, 0xFEL << 32 | component.ptsOffset);
            }
        }
        if (timed) {
            Bytes.u40(out, segment.duration);
        }
        out.put((byte) segment.upid.type)
                .put((byte) segment.upid.bytes.remaining())
                .put(segment.upid.bytes());
        Place place = segment.place;
        out.put((byte) segment.type).put((byte) place.number).put((byte) place.expected);
        if (place.subNumber >= 0) {
            out.put((byte) place.subNumber).put((byte) place.subExpected);
        }
    }
}

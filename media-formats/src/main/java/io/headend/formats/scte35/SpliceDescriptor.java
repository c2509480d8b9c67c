package io.headend.formats.scte35;

import io.headend.core.MediaException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** More about a splice (SCTE 35, 10). */
public sealed interface SpliceDescriptor
        permits SegmentationDescriptor,
                SpliceDescriptor.AvailDescriptor,
                SpliceDescriptor.TimeDescriptor,
                SpliceDescriptor.Opaque {

    /** The identifier of all descriptors that SCTE 35 defines: {@code CUEI}. */
    long CUEI = 0x43554549L;

    /**
     * Which break it is, for old equipment (10.3.1).
     *
     * @param providerAvailId 32 bits
     */
    record AvailDescriptor(long providerAvailId) implements SpliceDescriptor {}

    /**
     * The wall clock of the splice time (10.3.4).
     *
     * @param taiSeconds 48 bits, since 1970-01-01T00:00:10 UTC
     * @param taiNanos 32 bits
     * @param utcOffset leap seconds to subtract, 16 bits
     */
    record TimeDescriptor(long taiSeconds, long taiNanos, int utcOffset) implements SpliceDescriptor {}

    /**
     * A descriptor that is kept as it is, such as DTMF or audio.
     *
     * @param tag splice_descriptor_tag
     * @param identifier who defines it, 32 bits
     * @param bytes behind the identifier, at most 251; read-only, each call gives a view of its own
     */
    record Opaque(int tag, long identifier, ByteBuffer bytes) implements SpliceDescriptor {
        public Opaque {
            if (tag >>> 8 != 0 || identifier >>> 32 != 0 || bytes.remaining() > 251) {
                throw new IllegalArgumentException(
                        "not a descriptor: tag " + tag + " with " + bytes.remaining() + " bytes");
            }
            bytes = Bytes.copyOf(bytes);
        }

        @Override
        public ByteBuffer bytes() {
            return bytes.duplicate();
        }
    }

    /** Reads from position to limit. */
    static List<SpliceDescriptor> read(ByteBuffer in) {
        List<SpliceDescriptor> descriptors = new ArrayList<>();
        while (in.hasRemaining()) {
            int tag = Bytes.u8(in);
            ByteBuffer body = Bytes.part(in, Bytes.u8(in));
            long identifier = Bytes.u32(body);
            descriptors.add(read(tag, identifier, body));
        }
        return descriptors;
    }

    private static SpliceDescriptor read(int tag, long identifier, ByteBuffer body) {
        if (identifier == CUEI) {
            if (tag == 0 && body.remaining() == 4) {
                return new AvailDescriptor(Bytes.u32(body));
            } else if (tag == SegmentationDescriptor.TAG) {
                return SegmentationDescriptor.read(body);
            } else if (tag == 3 && body.remaining() == 12) {
                long seconds = (long) Bytes.u16(body) << 32 | Bytes.u32(body);
                return new TimeDescriptor(seconds, Bytes.u32(body), Bytes.u16(body));
            }
        }
        return new Opaque(tag, identifier, body);
    }

    /** Writes them one after the other. */
    static void write(List<SpliceDescriptor> descriptors, ByteBuffer out) {
        for (SpliceDescriptor descriptor : descriptors) {
            int start = out.position();
            out.putShort((short) 0);
            int tag;
            if (descriptor instanceof AvailDescriptor avail) {
                tag = 0;
                out.putInt((int) CUEI).putInt((int) avail.providerAvailId());
            } else if (descriptor instanceof TimeDescriptor time) {
                tag = 3;
                out.putInt((int) CUEI)
                        .putShort((short) (time.taiSeconds() >> 32))
                        .putInt((int) time.taiSeconds());
                out.putInt((int) time.taiNanos()).putShort((short) time.utcOffset());
            } else if (descriptor instanceof SegmentationDescriptor segmentation) {
                tag = SegmentationDescriptor.TAG;
                out.putInt((int) CUEI);
                segmentation.write(out);
            } else {
                Opaque opaque = (Opaque) descriptor;
                tag = opaque.tag();
                out.putInt((int) opaque.identifier()).put(opaque.bytes());
            }
            int size = out.position() - start - 2;
            if (size > 255) {
                throw MediaException.invalidArgument(
                        "a splice descriptor has at most 255 bytes, not " + size + "; shorten its UPID or components");
            }
            out.putShort(start, (short) (tag << 8 | size));
        }
    }
}

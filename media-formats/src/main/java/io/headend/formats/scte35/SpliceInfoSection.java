package io.headend.formats.scte35;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.formats.mpegts.MpegCrc32;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * One splice message (SCTE 35, 9.6).
 *
 * @param ptsAdjustment added, modulo 2^33, to every time in the command
 * @param tier 12 bits, {@link #ANY_TIER} for everybody
 * @param sapType 0 to 3, 3 where unspecified
 * @param command what is to happen; {@link SpliceCommand.Encrypted} where the message is encrypted
 * @param descriptors more about it; none in an encrypted message
 */
public record SpliceInfoSection(
        long ptsAdjustment, int tier, int sapType, SpliceCommand command, List<SpliceDescriptor> descriptors) {

    public static final int TABLE_ID = 0xFC;

    /** The value of {@code Cue.schemeIdUri} for whole sections in binary form (SCTE 214-1). */
    public static final String SCHEME_ID_URI = "urn:scte:scte35:2013:bin";

    public static final int ANY_TIER = 0xFFF;

    private static final int MAX_SIZE = 4096;
    private static final int HEADER = 14;
    private static final int CRC = 4;
    private static final int LENGTH_UNKNOWN = 0xFFF;
    private static final long TIMES = 1L << 33;

    public SpliceInfoSection {
        if (ptsAdjustment >>> 33 != 0 || tier >>> 12 != 0 || sapType >>> 2 != 0) {
            throw new IllegalArgumentException(
                    "not a splice message: adjustment " + ptsAdjustment + ", tier " + tier + ", SAP type " + sapType);
        }
        descriptors = List.copyOf(descriptors);
    }

    /** A message for everybody whose times are as they are. */
    public static SpliceInfoSection of(SpliceCommand command, SpliceDescriptor... descriptors) {
        return new SpliceInfoSection(0, ANY_TIER, 3, command, List.of(descriptors));
    }

    /**
     * Reads a whole section.
     *
     * @param section from position to limit, checksum included; not moved
     * @throws MediaException {@code MALFORMED} if lengths or checksum are wrong, {@code UNSUPPORTED} for a protocol version other
     *     than 0
     */
    public static SpliceInfoSection parse(ByteBuffer section) {
        ByteBuffer in = section.slice();
        if (in.remaining() < HEADER + 2 + CRC
                || (in.get(0) & 0xFF) != TABLE_ID
                || in.remaining() != 3 + (in.getShort(1) & 0xFFF)) {
            throw MediaException.malformed("these " + in.remaining() + " bytes are no splice information section");
        }
        if (MpegCrc32.of(in) != 0) {
            throw MediaException.malformed("the checksum of a splice information section is wrong");
        }
        if (in.get(3) != 0) {
            throw MediaException.unsupported(
                    "splice information of protocol version " + (in.get(3) & 0xFF) + " is not handled; version 0 is");
        }
        int flags = in.get(4) & 0xFF;
        long adjustment = ((flags & 1L) << 32) | (in.getInt(5) & 0xFFFF_FFFFL);
        int packed = in.getInt(10);
        int sapType = in.get(1) >> 4 & 3;
        int tier = packed >>> 20;
        if ((flags & 0x80) != 0) {
            ByteBuffer sealed = in.slice(13, in.remaining() - 13 - CRC);
            SpliceCommand command =
                    new SpliceCommand.Encrypted(flags >> 1 & 0x3F, in.get(9) & 0xFF, packed >>> 8 & 0xFFF, sealed);
            return new SpliceInfoSection(adjustment, tier, sapType, command, List.of());
        }
        int length = packed >>> 8 & 0xFFF;
        int type = packed & 0xFF;
        ByteBuffer rest = in.slice(HEADER, in.remaining() - HEADER - CRC);
        SpliceCommand command;
        if (length == LENGTH_UNKNOWN) {
            command = SpliceCommands.parse(type, rest);
        } else {
            ByteBuffer body = Bytes.part(rest, length);
            command = SpliceCommands.parse(type, body);
        }
        ByteBuffer loop = Bytes.part(rest, Bytes.u16(rest));
        return new SpliceInfoSection(adjustment, tier, sapType, command, SpliceDescriptor.read(loop));
    }

    /**
     * The whole section with its checksum, as it stands in a {@code Cue}.
     *
     * @throws MediaException {@code INVALID_ARGUMENT} if it is longer than a section or a descriptor can be
     */
    public ByteBuffer toBytes() {
        ByteBuffer out = ByteBuffer.allocate(MAX_SIZE);
        try {
            write(out);
        } catch (BufferOverflowException e) {
            throw new MediaException(
                    MediaErrorCode.INVALID_ARGUMENT, "a splice message has at most " + MAX_SIZE + " bytes", e);
        }
        return Bytes.copyOf(out.flip());
    }

    private void write(ByteBuffer out) {
        SpliceCommand.Encrypted sealed = command instanceof SpliceCommand.Encrypted e ? e : null;
        out.put((byte) TABLE_ID).putShort((short) 0).put((byte) 0);
        int algorithm = sealed == null ? 0 : 0x80 | sealed.algorithm() << 1;
        out.put((byte) (algorithm | ptsAdjustment >> 32)).putInt((int) ptsAdjustment);
        out.put((byte) (sealed == null ? 0xFF : sealed.controlWordIndex()));
        if (sealed == null) {
            int head = out.position();
            out.putInt(0);
            SpliceCommands.write(command, out);
            out.putInt(head, tier << 20 | (out.position() - head - 4) << 8 | SpliceCommands.type(command));
            int loop = out.position();
            out.putShort((short) 0);
            SpliceDescriptor.write(descriptors, out);
            out.putShort(loop, (short) (out.position() - loop - 2));
        } else {
            int packed = tier << 12 | sealed.commandLength();
            out.put((byte) (packed >> 16)).putShort((short) packed).put(sealed.bytes());
        }
        out.putShort(1, (short) (sapType << 12 | out.position() + CRC - 3));
        out.putInt(MpegCrc32.of(out.duplicate().flip()));
    }

    /** When the command takes effect: 33 bits of 90 kHz with the adjustment, or {@link SpliceTime#NONE} for at once. */
    public long spliceTime() {
        long time = SpliceCommands.time(command);
        return time == SpliceTime.NONE ? time : time + ptsAdjustment & TIMES - 1;
    }

    /**
     * Moves a section to another clock by {@code pts_adjustment} (9.6.1), and leaves all else as it is but for the checksum. One that has no
     * time, or is encrypted, stays as it is.
     *
     * @param section a whole one, from position to limit; not moved
     * @param time when it takes effect on the other clock, 90 kHz; the low 33 bits count
     * @return a copy
     * @throws MediaException as {@link #parse}
     */
    public static ByteBuffer atTime(ByteBuffer section, long time) {
        ByteBuffer moved = ByteBuffer.allocate(section.remaining())
                .put(section.duplicate())
                .flip();
        SpliceInfoSection parsed = parse(moved);
        long said = parsed.spliceTime();
        if (said != SpliceTime.NONE) {
            long adjustment = time - said + parsed.ptsAdjustment() & TIMES - 1;
            moved.put(4, (byte) ((moved.get(4) & 0xFE) | adjustment >> 32)).putInt(5, (int) adjustment);
            int end = moved.remaining() - CRC;
            moved.putInt(end, MpegCrc32.of(moved.slice(0, end)));
        }
        return moved;
    }

    /** How long the break or the first segment that is named lasts, in 90 kHz, or {@link SpliceTime#NONE}. */
    public long duration() {
        if (command instanceof SpliceInsert insert
                && insert.splice() != null
                && insert.splice().breakDuration() != null) {
            return insert.splice().breakDuration().duration();
        }
        for (SpliceDescriptor descriptor : descriptors) {
            if (descriptor instanceof SegmentationDescriptor s
                    && s.segment() != null
                    && s.segment().duration() >= 0) {
                return s.segment().duration();
            }
        }
        return SpliceTime.NONE;
    }

    /** Identifies the event: of the command, else of the first segment; -1 where there is none. */
    public long eventId() {
        if (command instanceof SpliceInsert insert) {
            return insert.eventId();
        }
        for (SpliceDescriptor descriptor : descriptors) {
            if (descriptor instanceof SegmentationDescriptor segmentation) {
                return segmentation.eventId();
            }
        }
        return -1;
    }
}

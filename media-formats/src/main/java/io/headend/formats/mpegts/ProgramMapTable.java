package io.headend.formats.mpegts;

import io.headend.core.MediaException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What a program consists of (ISO/IEC 13818-1, 2.4.4.8).
 *
 * @param programNumber 1 to 65,535
 * @param version 0 to 31
 * @param pcrPid which PID carries the clock, {@link TsPacket#NULL_PID} where none does
 * @param descriptors of the program
 * @param streams in the order of the table
 */
public record ProgramMapTable(
        int programNumber, int version, int pcrPid, List<TsDescriptor> descriptors, List<ElementaryStream> streams) {

    public static final int TABLE_ID = 2;

    public ProgramMapTable {
        descriptors = List.copyOf(descriptors);
        streams = List.copyOf(streams);
    }

    /**
     * @throws MediaException {@code MALFORMED} if it is another table or its lengths contradict each other
     */
    public static ProgramMapTable parse(PsiSection section) {
        ByteBuffer in = section.body();
        if (section.tableId() != TABLE_ID || in.remaining() < 4) {
            throw MediaException.malformed(
                    "table " + section.tableId() + " with " + in.remaining() + " bytes is no program map table");
        }
        int pcrPid = in.getShort() & 0x1FFF;
        List<TsDescriptor> descriptors = TsDescriptor.read(part(in, in.getShort() & 0xFFF));
        List<ElementaryStream> streams = new ArrayList<>();
        while (in.remaining() >= 5) {
            int type = in.get() & 0xFF;
            int pid = in.getShort() & 0x1FFF;
            streams.add(new ElementaryStream(type, pid, TsDescriptor.read(part(in, in.getShort() & 0xFFF))));
        }
        return new ProgramMapTable(section.extension(), section.version(), pcrPid, descriptors, streams);
    }

    private static ByteBuffer part(ByteBuffer in, int size) {
        if (size > in.remaining()) {
            throw MediaException.malformed("descriptors of " + size + " bytes reach beyond a program map table");
        }
        ByteBuffer part = in.slice(in.position(), size);
        in.position(in.position() + size);
        return part;
    }

    /** Whether the program is registered as one with splice commands (SCTE 35, 8.1). */
    public boolean hasCues() {
        return descriptors.stream().anyMatch(d -> d.registered().equals("CUEI"));
    }

    /** The table as its section. */
    public PsiSection toSection() {
        int size = 4 + TsDescriptor.size(descriptors);
        for (ElementaryStream stream : streams) {
            size += 5 + TsDescriptor.size(stream.descriptors());
        }
        ByteBuffer body = ByteBuffer.allocate(size);
        body.putShort((short) (0xE000 | pcrPid)).putShort((short) (0xF000 | TsDescriptor.size(descriptors)));
        TsDescriptor.write(descriptors, body);
        for (ElementaryStream stream : streams) {
            body.put((byte) stream.streamType()).putShort((short) (0xE000 | stream.pid()));
            body.putShort((short) (0xF000 | TsDescriptor.size(stream.descriptors())));
            TsDescriptor.write(stream.descriptors(), body);
        }
        return new PsiSection(TABLE_ID, programNumber, version, true, PsiSection.Place.ONLY, body.flip());
    }
}

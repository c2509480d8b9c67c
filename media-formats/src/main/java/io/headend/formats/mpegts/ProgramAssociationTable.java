package io.headend.formats.mpegts;

import io.headend.core.MediaException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * One section of the table of programs, on PID 0 (ISO/IEC 13818-1, 2.4.4.3).
 *
 * @param transportStreamId 16 bits
 * @param version 0 to 31
 * @param programs in the order of the table
 */
public record ProgramAssociationTable(int transportStreamId, int version, List<Program> programs) {

    public static final int PID = 0;
    public static final int TABLE_ID = 0;

    /**
     * Where a program is described.
     *
     * @param number 16 bits; 0 for the network PID
     * @param pid of its program map table
     */
    public record Program(int number, int pid) {
        public Program {
            if (number >>> 16 != 0 || pid < 0 || pid > TsPacket.NULL_PID) {
                throw new IllegalArgumentException("not a program: " + number + " at PID " + pid);
            }
        }
    }

    public ProgramAssociationTable {
        programs = List.copyOf(programs);
    }

    /**
     * @throws MediaException {@code MALFORMED} if it is another table or no whole number of entries
     */
    public static ProgramAssociationTable parse(PsiSection section) {
        ByteBuffer in = section.body();
        if (section.tableId() != TABLE_ID || in.remaining() % 4 != 0) {
            throw MediaException.malformed("table " + section.tableId() + " with " + in.remaining()
                    + " bytes is no program association table");
        }
        List<Program> programs = new ArrayList<>();
        while (in.hasRemaining()) {
            programs.add(new Program(in.getShort() & 0xFFFF, in.getShort() & 0x1FFF));
        }
        return new ProgramAssociationTable(section.extension(), section.version(), programs);
    }

    /** The table as one section. */
    public PsiSection toSection() {
        ByteBuffer body = ByteBuffer.allocate(4 * programs.size());
        for (Program program : programs) {
            body.putShort((short) program.number).putShort((short) (0xE000 | program.pid));
        }
        return new PsiSection(TABLE_ID, transportStreamId, version, true, PsiSection.Place.ONLY, body.flip());
    }
}

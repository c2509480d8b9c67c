package io.headend.packaging;

import io.headend.core.Codec;
import io.headend.core.Cue;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.Timebase;
import io.headend.formats.mpegts.ElementaryStream;
import io.headend.formats.mpegts.PesHeader;
import io.headend.formats.mpegts.ProgramAssociationTable;
import io.headend.formats.mpegts.ProgramMapTable;
import io.headend.formats.mpegts.PsiSection;
import io.headend.formats.mpegts.SectionAssembler;
import io.headend.formats.mpegts.TsDescriptor;
import io.headend.formats.mpegts.TsPacket;
import io.headend.formats.mpegts.TsPacketWriter;
import io.headend.formats.scte35.SpliceInfoSection;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Adds splice messages to a transport stream that another muxer has written, such as FFmpeg's, which has no place for them: a PID of their
 * own, its line in the program map table, and each section where it came. Sections stay as they are but for {@code pts_adjustment}, which
 * moves their times to the clock of the file (SCTE 35, 9.6.1), and the checksum.
 */
public final class SpliceTrack {

    /**
     * A splice message of a file. Times are behind the first decoding time of the stream that carries the file's clock.
     *
     * @param ticks where it came, 90 kHz
     * @param cue the section, and when it applies
     */
    public record Message(long ticks, Cue cue) {}

    private static final int BUFFER = 1 << 18;

    private final ArrayDeque<Message> waiting;
    private final OutputStream out;
    private final SectionAssembler pat = SectionAssembler.of(this::programs);
    private final SectionAssembler pmt = SectionAssembler.of(this::program);
    private int pmtPid = -1;
    private int clockPid = -1;
    private @Nullable TsPacketWriter tables;
    private @Nullable TsPacketWriter messages;
    private @Nullable ByteBuffer table;
    private long first = PesHeader.NO_TIME;
    private long passed;
    private long written;

    private SpliceTrack(List<Message> messages, OutputStream out) {
        this.waiting = new ArrayDeque<>(messages);
        this.out = out;
    }

    /**
     * Rewrites a file of one program with the messages in it.
     *
     * @param messages in the order of their ticks
     * @return how many are in it
     * @throws MediaException {@code IO} if that fails; the file is as it was
     */
    public static long addTo(Path file, List<Message> messages) {
        Path more = file.resolveSibling(file.getFileName() + ".cues");
        try {
            long written;
            try (InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER);
                    OutputStream out = new BufferedOutputStream(Files.newOutputStream(more), BUFFER)) {
                written = new SpliceTrack(messages, out).copy(in);
            }
            Files.move(more, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return written;
        } catch (IOException e) {
            throw new MediaException(MediaErrorCode.IO, "the splice messages could not be added to '" + file + "'", e);
        } finally {
            more.toFile().delete();
        }
    }

    private long copy(InputStream in) throws IOException {
        byte[] bytes = new byte[TsPacket.SIZE];
        while (in.readNBytes(bytes, 0, bytes.length) == bytes.length) {
            TsPacket packet = TsPacket.read(ByteBuffer.wrap(bytes), 0);
            if (packet == null) {
                throw new IOException("not a transport stream");
            }
            if (packet.pid() == pmtPid && packet.hasPayload()) {
                pmt.accept(packet.payload(), packet.payloadUnitStart());
                writeTable();
                continue;
            }
            if (packet.pid() == ProgramAssociationTable.PID && packet.hasPayload()) {
                pat.accept(packet.payload(), packet.payloadUnitStart());
            } else if (packet.pid() == clockPid && packet.payloadUnitStart()) {
                writeUpTo(packet);
            }
            out.write(bytes);
        }
        writeRest();
        return written;
    }

    private void programs(ByteBuffer section) {
        for (ProgramAssociationTable.Program program :
                ProgramAssociationTable.parse(PsiSection.parse(section)).programs()) {
            if (program.number() != 0 && pmtPid < 0) {
                pmtPid = program.pid();
                tables = TsPacketWriter.of(pmtPid);
            }
        }
    }

    private void program(ByteBuffer section) {
        ProgramMapTable map = ProgramMapTable.parse(PsiSection.parse(section));
        clockPid = map.pcrPid();
        TsPacketWriter writer = messages;
        if (writer == null) {
            int pid = TsMuxer.SCTE35_PID;
            while (isTaken(map, pid)) {
                pid++;
            }
            writer = TsPacketWriter.of(pid);
            messages = writer;
        }
        List<ElementaryStream> streams = new ArrayList<>(map.streams());
        streams.add(ElementaryStream.of(writer.pid(), Codec.SCTE35, 0, null));
        List<TsDescriptor> descriptors = new ArrayList<>(map.descriptors());
        descriptors.add(TsDescriptor.registration("CUEI"));
        table = new ProgramMapTable(map.programNumber(), map.version(), clockPid, descriptors, streams)
                .toSection()
                .toBytes();
    }

    private boolean isTaken(ProgramMapTable map, int pid) {
        return pid == pmtPid || map.streams().stream().anyMatch(stream -> stream.pid() == pid);
    }

    private void writeTable() throws IOException {
        ByteBuffer section = table;
        TsPacketWriter writer = tables;
        if (section != null && writer != null) {
            table = null;
            writeSection(writer, section);
        }
    }

    private void writeSection(TsPacketWriter writer, ByteBuffer section) throws IOException {
        ByteBuffer packets = ByteBuffer.allocate(TsPacket.SIZE * (section.remaining() / 184 + 2));
        writer.writeSection(section, packets);
        out.write(packets.array(), 0, packets.position());
    }

    private void writeUpTo(TsPacket packet) throws IOException {
        PesHeader.Parsed parsed = PesHeader.read(packet.payload());
        if (parsed == null || parsed.header().pts() == PesHeader.NO_TIME) {
            return;
        }
        long time = parsed.header().dts() == PesHeader.NO_TIME
                ? parsed.header().pts()
                : parsed.header().dts();
        if (first == PesHeader.NO_TIME) {
            first = time;
        }
        passed += signed(time - first - passed);
        while (!waiting.isEmpty() && waiting.peek().ticks() <= passed) {
            write(waiting.remove());
        }
    }

    /** A difference of 33-bit clocks, of either sign. */
    private static long signed(long difference) {
        return difference << 31 >> 31;
    }

    private void writeRest() throws IOException {
        while (!waiting.isEmpty() && first != PesHeader.NO_TIME) {
            write(waiting.remove());
        }
    }

    private void write(Message message) throws IOException {
        TsPacketWriter writer = messages;
        if (writer != null) {
            long at = message.cue().at().ticksIn(Timebase.MPEG, RoundingMode.HALF_UP);
            writeSection(writer, SpliceInfoSection.atTime(message.cue().message(), first + at));
            written++;
        }
    }
}

package io.headend.ingest.ts;

import io.headend.core.Codec;
import io.headend.core.CodecConfig;
import io.headend.core.MediaException;
import io.headend.core.StreamSink;
import io.headend.formats.mpegts.ElementaryStream;
import io.headend.formats.mpegts.PesAssembler;
import io.headend.formats.mpegts.PesHeader;
import io.headend.formats.mpegts.ProgramAssociationTable;
import io.headend.formats.mpegts.ProgramMapTable;
import io.headend.formats.mpegts.PsiSection;
import io.headend.formats.mpegts.SectionAssembler;
import io.headend.formats.mpegts.StreamType;
import io.headend.formats.mpegts.TsPacket;
import io.headend.ingest.ts.TsDemuxer.PidHandler;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Follows the tables of one program and keeps a reader for each of its streams. */
final class TsProgram {

    private static final int MAX_PES = 16 << 20;
    private static final int MAX_STREAMS = 64;
    private static final int NO_PID = -1;

    private final TsDemuxer demuxer;
    private final int wanted;
    private final StreamSink sink;
    private final TsCounters counters;
    private final Priority1Timers timers;
    private final Consumer<ProgramMapTable> tables;
    private final Map<Integer, ElementaryStream> streams = new HashMap<>();
    private final Map<Integer, Integer> trackIds = new HashMap<>();
    private final SpliceReader splices;
    private @Nullable ByteBuffer associations;
    private @Nullable ByteBuffer map;
    private int number = NO_PID;
    private int mapPid = NO_PID;
    private int pcrPid = NO_PID;

    TsProgram(
            TsDemuxer demuxer,
            int wanted,
            StreamSink sink,
            TsCounters counters,
            Priority1Timers timers,
            Consumer<ProgramMapTable> tables) {
        this.tables = tables;
        this.demuxer = demuxer;
        this.wanted = wanted;
        this.sink = sink;
        this.counters = counters;
        this.timers = timers;
        this.splices = new SpliceReader(sink, counters);
    }

    int pcrPid() {
        return pcrPid;
    }

    int mapPid() {
        return mapPid;
    }

    PidHandler associationTable() {
        return new Sections(this::association);
    }

    private void association(ByteBuffer section) {
        if (section.equals(associations)) {
            return;
        }
        try {
            PsiSection parsed = PsiSection.parse(section);
            if (parsed.tableId() != ProgramAssociationTable.TABLE_ID) {
                counters.patErrors++;
                return;
            }
            ProgramAssociationTable table = ProgramAssociationTable.parse(parsed);
            associations = copy(section);
            if (parsed.current()) {
                choose(table);
            }
        } catch (MediaException e) {
            counters.tableErrors++;
        }
    }

    private void choose(ProgramAssociationTable table) {
        ProgramAssociationTable.Program chosen = null;
        for (ProgramAssociationTable.Program program : table.programs()) {
            boolean fits = program.number() != 0 && (wanted == TsDemuxer.FIRST_PROGRAM || program.number() == wanted);
            // The program that is being read stays the first one as long as it exists.
            if (fits && (chosen == null || program.number() == number)) {
                chosen = program;
            }
        }
        if (chosen == null || (chosen.number() == number && chosen.pid() == mapPid)) {
            return;
        }
        if (mapPid != NO_PID) {
            demuxer.handle(mapPid, null);
        }
        number = chosen.number();
        mapPid = chosen.pid();
        map = null;
        demuxer.handle(mapPid, new Sections(this::map));
        timers.watch(mapPid, List.of());
    }

    private void map(ByteBuffer section) {
        if (section.equals(map)) {
            return;
        }
        // Other programs and other tables may share the PID.
        boolean mine = section.remaining() >= 5
                && (section.get(0) & 0xFF) == ProgramMapTable.TABLE_ID
                && (section.getShort(3) & 0xFFFF) == number;
        if (!mine) {
            return;
        }
        try {
            PsiSection parsed = PsiSection.parse(section);
            if (parsed.current()) {
                ProgramMapTable table = ProgramMapTable.parse(parsed);
                map = copy(section);
                counters.versions++;
                follow(table);
            }
        } catch (MediaException e) {
            counters.tableErrors++;
        }
    }

    private void follow(ProgramMapTable table) {
        tables.accept(table);
        pcrPid = table.pcrPid();
        Map<Integer, ElementaryStream> now = new HashMap<>();
        List<Integer> watched = new ArrayList<>();
        for (ElementaryStream stream : table.streams()) {
            boolean free = stream.pid() != ProgramAssociationTable.PID && stream.pid() != mapPid;
            if (!free || now.size() >= MAX_STREAMS || now.putIfAbsent(stream.pid(), stream) != null) {
                continue;
            }
            Codec.Kind kind = stream.codec().codec().kind();
            if (kind == Codec.Kind.VIDEO || kind == Codec.Kind.AUDIO) {
                watched.add(stream.pid());
            }
            if (!stream.equals(streams.get(stream.pid()))) {
                demuxer.handle(stream.pid(), handler(stream));
            }
        }
        for (int pid : streams.keySet()) {
            if (!now.containsKey(pid) && pid != mapPid && pid != ProgramAssociationTable.PID) {
                demuxer.handle(pid, null);
            }
        }
        streams.clear();
        streams.putAll(now);
        timers.watch(mapPid, watched);
    }

    private PidHandler handler(ElementaryStream stream) {
        int id = trackIds.computeIfAbsent(stream.pid(), pid -> trackIds.size());
        if (stream.streamType() == StreamType.SCTE35) {
            return new Sections(splices::section);
        }
        List<String> languages = stream.languages();
        String language = languages.isEmpty() ? null : Languages.bcp47(languages.get(0));
        EsReader.Target target = new EsReader.Target(id, language, sink, counters);
        return new Packets(reader(stream, target), stream.codec().codec().kind() == Codec.Kind.VIDEO);
    }

    private static EsReader reader(ElementaryStream stream, EsReader.Target target) {
        CodecConfig codec = stream.codec();
        return switch (codec.codec()) {
            case AVC -> new NalReader(target, true);
            case HEVC -> new NalReader(target, false);
            case MPEG2_VIDEO -> new Mpeg2VideoReader(target);
            case AAC ->
                new SoundReader(
                        target, stream.streamType() == StreamType.AAC_LATM ? new LatmFraming() : new AdtsFraming());
            case MP2 -> new SoundReader(target, new MpegAudioFraming());
            case AC3, EAC3 -> new SoundReader(target, new Ac3Framing());
            case OPUS -> new SoundReader(target, new OpusFraming(stream.opusChannels()));
            default -> other(codec, target);
        };
    }

    private static EsReader other(CodecConfig codec, EsReader.Target target) {
        return switch (codec.name()) {
            case "mpeg1video" -> new Mpeg2VideoReader(target);
            case "dts" -> new SoundReader(target, new DtsFraming());
            default -> new PlainReader(target, codec);
        };
    }

    private static ByteBuffer copy(ByteBuffer bytes) {
        return ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
    }

    /** A PID with sections. */
    private static final class Sections implements PidHandler {
        private final SectionAssembler assembler;

        Sections(Consumer<ByteBuffer> sections) {
            assembler = SectionAssembler.of(sections);
        }

        @Override
        public void payload(ByteBuffer payload, TsPacket packet) {
            assembler.accept(payload, packet.payloadUnitStart());
        }

        @Override
        public void lost() {
            assembler.reset();
        }
    }

    /** A PID with PES packets. */
    private final class Packets implements PidHandler {
        private final EsReader reader;
        private final boolean leads;
        private final PesAssembler assembler;
        private long given;

        Packets(EsReader reader, boolean leads) {
            this.reader = reader;
            this.leads = leads;
            this.assembler = PesAssembler.of(MAX_PES, this::pes);
        }

        private void pes(PesHeader header, ByteBuffer payload, boolean damaged) {
            if (header.pts() != PesHeader.NO_TIME && (leads || splices.now() < 0)) {
                splices.passed(header.pts());
            }
            reader.accept(header, payload, demuxer.arrival());
        }

        @Override
        public void payload(ByteBuffer payload, TsPacket packet) {
            assembler.accept(payload, packet.payloadUnitStart());
            if (assembler.oversize() != given) {
                counters.oversize += assembler.oversize() - given;
                given = assembler.oversize();
            }
        }

        @Override
        public void lost() {
            assembler.lost();
        }

        @Override
        public void flush() {
            assembler.flush();
            reader.flush();
        }
    }
}

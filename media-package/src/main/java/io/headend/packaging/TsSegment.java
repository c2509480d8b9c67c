package io.headend.packaging;

import io.headend.core.Codec;
import io.headend.core.MediaException;
import io.headend.core.Timebase;
import io.headend.formats.mpegts.ElementaryStream;
import io.headend.formats.mpegts.PesHeader;
import io.headend.formats.mpegts.ProgramAssociationTable;
import io.headend.formats.mpegts.ProgramMapTable;
import io.headend.formats.mpegts.PsiSection;
import io.headend.formats.mpegts.TsPacket;
import io.headend.packaging.SegmentFacts.Finding;
import io.headend.packaging.SegmentFacts.Picture;
import io.headend.packaging.SegmentFacts.Tracks;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Looks into a transport stream segment. */
final class TsSegment {

    private final ByteBuffer bytes;
    private final List<Finding> findings = new ArrayList<>();
    private final Map<Integer, Integer> first = new HashMap<>();
    private final Map<Integer, Integer> last = new HashMap<>();
    private final List<Long> times = new ArrayList<>();
    private int pmtPid = -1;
    private @Nullable ProgramMapTable program;
    private int clockedPid = -1;
    private boolean pictures;
    private @Nullable Picture picture;

    private TsSegment(ByteBuffer bytes) {
        this.bytes = bytes.slice();
    }

    static boolean isTransportStream(ByteBuffer bytes) {
        return bytes.remaining() >= TsPacket.SIZE && bytes.get(bytes.position()) == TsPacket.SYNC;
    }

    static SegmentFacts of(ByteBuffer bytes) {
        return new TsSegment(bytes).read();
    }

    private SegmentFacts read() {
        for (int at = 0; at + TsPacket.SIZE <= bytes.limit(); at += TsPacket.SIZE) {
            TsPacket packet = TsPacket.read(bytes, at);
            if (packet == null) {
                findings.add(new Finding("7.2", "there is no packet at byte " + at));
                break;
            }
            packet(packet);
        }
        ProgramMapTable table = program;
        int sounds = 0;
        boolean hevc = false;
        if (table != null) {
            for (ElementaryStream stream : table.streams()) {
                sounds += stream.codec().codec().kind() == Codec.Kind.AUDIO ? 1 : 0;
                hevc |= stream.codec().codec() == Codec.HEVC;
            }
        }
        if (sounds > 1) {
            findings.add(new Finding("2.17", "the segment carries " + sounds + " audio streams"));
        }
        long start = times.isEmpty() ? 0 : times.get(0);
        long lastTime = times.isEmpty() ? 0 : times.get(times.size() - 1);
        long frame = times.size() < 2 ? 0 : (lastTime - start) / (times.size() - 1);
        return new SegmentFacts(
                nanos(start),
                nanos(lastTime + frame),
                nanos(frame),
                pictures ? picture : null,
                new Tracks(sounds, hevc, Map.copyOf(first), Map.copyOf(last)),
                List.copyOf(findings));
    }

    private static long nanos(long ticks) {
        return Timebase.MPEG.convert(ticks, Timebase.NANOS);
    }

    private void packet(TsPacket packet) {
        int pid = packet.pid();
        if (packet.hasPayload() && pid != TsPacket.NULL_PID) {
            Integer before = last.put(pid, packet.continuityCounter());
            first.putIfAbsent(pid, packet.continuityCounter());
            if (before != null && packet.continuityCounter() != (before + 1 & 15) && !packet.discontinuity()) {
                findings.add(new Finding("7.2", "the continuity counter of PID " + pid + " jumps"));
            }
        }
        if (!packet.payloadUnitStart() || !packet.hasPayload()) {
            return;
        }
        if (pid == ProgramAssociationTable.PID && pmtPid < 0) {
            PsiSection section = section(packet);
            List<ProgramAssociationTable.Program> programs = section == null
                    ? List.of()
                    : ProgramAssociationTable.parse(section).programs();
            pmtPid = programs.isEmpty() ? -1 : programs.get(0).pid();
        } else if (pid == pmtPid && program == null) {
            PsiSection section = section(packet);
            if (section != null) {
                program(ProgramMapTable.parse(section));
            }
        } else if (pid == clockedPid) {
            unit(packet);
        }
    }

    private static @Nullable PsiSection section(TsPacket packet) {
        ByteBuffer payload = packet.payload();
        int at = 1 + (payload.get(0) & 0xFF);
        if (at + 3 > payload.limit()) {
            return null;
        }
        int size = 3 + (payload.getShort(at + 1) & 0xFFF);
        try {
            return at + size > payload.limit() ? null : PsiSection.parse(payload.slice(at, size));
        } catch (MediaException e) {
            return null;
        }
    }

    private void program(ProgramMapTable table) {
        program = table;
        for (ElementaryStream stream : table.streams()) {
            boolean video = stream.codec().codec().kind() == Codec.Kind.VIDEO || stream.streamType() == 0xDB;
            if (video || clockedPid < 0) {
                clockedPid = stream.pid();
                pictures = video;
            }
            if (video) {
                return;
            }
        }
    }

    private void unit(TsPacket packet) {
        PesHeader.Parsed pes = PesHeader.read(packet.payload());
        if (pes == null || pes.header().dts() == PesHeader.NO_TIME) {
            return;
        }
        long dts = pes.header().dts();
        if (!times.isEmpty()) {
            long before = times.get(times.size() - 1);
            long step = Math.floorMod(dts - before, PesHeader.MODULUS);
            if (step == 0 || step > PesHeader.MODULUS / 2) {
                findings.add(new Finding("7.2", "decoding times go back"));
                return;
            }
            dts = before + step;
        } else if (pictures) {
            ByteBuffer data = firstUnit(packet);
            picture = new Picture(packet.randomAccess() || startsWithIdr(data), IsoSegment.hasCaptions(data));
        }
        times.add(dts);
    }

    /** Bytes of the packets of the PID from here on, enough to find the first picture. */
    private ByteBuffer firstUnit(TsPacket start) {
        ByteBuffer out = ByteBuffer.allocate(64 * TsPacket.SIZE);
        int from = (start.payloadOffset() / TsPacket.SIZE) * TsPacket.SIZE;
        boolean begun = false;
        for (int at = from;
                at + TsPacket.SIZE <= bytes.limit() && out.remaining() >= TsPacket.SIZE;
                at += TsPacket.SIZE) {
            TsPacket packet = TsPacket.read(bytes, at);
            if (packet == null || (begun && packet.pid() == start.pid() && packet.payloadUnitStart())) {
                break;
            }
            if (packet.pid() == start.pid() && packet.hasPayload()) {
                out.put(packet.payload());
                begun = true;
            }
        }
        return out.flip();
    }

    private static boolean startsWithIdr(ByteBuffer unit) {
        for (int at = 0; at + 4 < unit.limit(); at++) {
            if (unit.get(at) == 0 && unit.get(at + 1) == 0 && unit.get(at + 2) == 1) {
                int type = unit.get(at + 3) & 31;
                if (type == 5 || type == 1) {
                    return type == 5;
                }
            }
        }
        return false;
    }
}

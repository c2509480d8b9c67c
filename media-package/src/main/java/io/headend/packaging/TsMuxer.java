package io.headend.packaging;

import io.headend.core.Codec;
import io.headend.core.Cue;
import io.headend.core.MediaException;
import io.headend.core.Sample;
import io.headend.core.Timebase;
import io.headend.core.Track;
import io.headend.formats.hls.Key;
import io.headend.formats.mpegts.AdaptationField;
import io.headend.formats.mpegts.ElementaryStream;
import io.headend.formats.mpegts.Pcr;
import io.headend.formats.mpegts.PesHeader;
import io.headend.formats.mpegts.ProgramAssociationTable;
import io.headend.formats.mpegts.ProgramMapTable;
import io.headend.formats.mpegts.TsDescriptor;
import io.headend.formats.mpegts.TsPacket;
import io.headend.formats.mpegts.TsPacketWriter;
import io.headend.formats.mpegts.UnitProtector;
import io.headend.formats.scte35.SpliceInfoSection;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.MissingResourceException;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Writes the segments of one program as a transport stream (ISO/IEC 13818-1): each begins with its tables, and put one behind the other they
 * are one stream, for counters and clock go on from segment to segment.
 *
 * <p>A muxer of one segment alone, {@link #ofSegment}, gives it counters that depend on its number and not on what was before: tables count the
 * segments, every other stream has a multiple of sixteen packets. So the segments of a channel are one stream, whoever made them, and when.
 *
 * <p>Pictures begin with a delimiter, and with their parameter sets where decoding can start. Times on the wire are media time plus {@link
 * #OFFSET}, modulo 2^33. The clock runs {@link #DELAY} before the decoding times.
 *
 * <p><b>Threading:</b> one thread at a time.
 */
final class TsMuxer {

    /** Ticks of 90 kHz between media time zero and its PTS, so that no time is negative. */
    static final long OFFSET = 900_000;

    /** Ticks of 90 kHz that data arrive before they are decoded. */
    static final long DELAY = 63_000;

    /** The scheme of cues that carry whole ID3 tags. */
    static final String ID3_SCHEME = "https://aomedia.org/emsg/ID3";

    private static final int PROGRAM = 1;
    private static final int PMT_PID = 0x1000;
    private static final int FIRST_PID = 0x100;
    static final int SCTE35_PID = 0x1F0;
    private static final int ID3_PID = 0x1F1;
    // ISO/IEC 13818-1, 2.7.2 allows 100 ms between two clock references.
    private static final long MOST_CLOCK_DISTANCE = 7_200;
    private static final int MOST_GROUP_BYTES = 2_800;
    private static final long MOST_GROUP_TICKS = 5_400;

    private final List<TsStream> streams = new ArrayList<>();
    private final TsPacketWriter patWriter;
    private final TsPacketWriter pmtWriter;
    private final boolean alone;
    private final TsPacketWriter cueWriter = TsPacketWriter.of(SCTE35_PID);
    private final TsPacketWriter id3Writer = TsPacketWriter.of(ID3_PID);
    private final ByteBuffer pat;
    private final ByteBuffer pmt;
    private final Set<Codec> data;
    private ByteBuffer out = ByteBuffer.allocate(1 << 16);
    private ByteBuffer unit = ByteBuffer.allocate(1 << 14);
    private long lastClock = Long.MIN_VALUE;
    private boolean discontinuity;
    private int keyFrameEnd;
    private long splicesLeft;
    private long tagsLeft;

    private TsMuxer(
            List<Track> tracks, Set<Codec> data, Function<Track, Optional<UnitProtector>> protection, long segment) {
        this.data = data;
        this.alone = segment >= 0;
        List<ElementaryStream> described = new ArrayList<>();
        for (Track track : tracks) {
            int pid = FIRST_PID + streams.size();
            TsStream stream = TsStream.of(track, pid, streams, protection.apply(track));
            streams.add(stream);
            ElementaryStream clear =
                    ElementaryStream.of(pid, track.format().codec().codec(), stream.channels(), iso639(track));
            described.add(stream.protector().map(p -> p.describe(clear)).orElse(clear));
        }
        if (streams.isEmpty()) {
            throw MediaException.invalidArgument("a transport stream needs at least one track");
        }
        List<TsDescriptor> program = new ArrayList<>();
        if (data.contains(Codec.SCTE35)) {
            program.add(TsDescriptor.registration("CUEI"));
            described.add(ElementaryStream.of(SCTE35_PID, Codec.SCTE35, 0, null));
        }
        if (data.contains(Codec.ID3)) {
            program.add(TsDescriptor.id3Pointer(PROGRAM));
            described.add(ElementaryStream.of(ID3_PID, Codec.ID3, 0, null));
        }
        this.pat = new ProgramAssociationTable(1, 0, List.of(new ProgramAssociationTable.Program(PROGRAM, PMT_PID)))
                .toSection()
                .toBytes();
        this.pmt = new ProgramMapTable(PROGRAM, 0, FIRST_PID, program, described)
                .toSection()
                .toBytes();
        long before = Math.max(0, segment);
        this.patWriter = TsPacketWriter.of(ProgramAssociationTable.PID, (int) (before * sectionPackets(pat) & 15));
        this.pmtWriter = TsPacketWriter.of(PMT_PID, (int) (before * sectionPackets(pmt) & 15));
    }

    private static int sectionPackets(ByteBuffer section) {
        return TsPacketWriter.packets(section.remaining() + 1, null);
    }

    /**
     * A muxer of these tracks; the first one carries the clock.
     *
     * @throws MediaException {@code UNSUPPORTED} if a coding is not carried in transport streams
     */
    static TsMuxer of(List<Track> tracks) {
        return of(tracks, EnumSet.noneOf(Codec.class), track -> Optional.empty());
    }

    /**
     * A muxer with streams of messages.
     *
     * @param data {@link Codec#SCTE35} and {@link Codec#ID3}, one of them or none
     * @param protection what encrypts the access units of a track
     */
    static TsMuxer of(List<Track> tracks, Set<Codec> data, Function<Track, Optional<UnitProtector>> protection) {
        return new TsMuxer(tracks, Set.copyOf(data), protection, -1);
    }

    /**
     * A muxer of one segment alone.
     *
     * @param number of the segment, at least 0
     */
    static TsMuxer ofSegment(long number, List<Track> tracks, Set<Codec> data) {
        return new TsMuxer(tracks, Set.copyOf(data), track -> Optional.empty(), number);
    }

    private static @Nullable String iso639(Track track) {
        String tag = track.language();
        if (tag == null) {
            return null;
        }
        try {
            String code = Locale.forLanguageTag(tag).getISO3Language();
            return code.length() == 3 ? code : null;
        } catch (MissingResourceException e) {
            return null;
        }
    }

    /** The next segment does not continue the clock of the last one. */
    void discontinuity() {
        discontinuity = true;
        lastClock = Long.MIN_VALUE;
    }

    /** Tells what encrypts the streams that the next segment begins; returns what the playlist says of it. */
    List<Key> beginSegment(long number) {
        List<Key> keys = List.of();
        for (TsStream stream : streams) {
            if (stream.protector().isPresent()) {
                stream.protector().get().beginSegment(number);
                keys = stream.protector().get().keys();
            }
        }
        return keys;
    }

    /**
     * Writes one segment.
     *
     * @param samples of each track, in the order of the tracks, in decoding order; open while the call lasts
     * @param cues messages of the segment: SCTE-35 sections and ID3 tags, in order; others are left out
     * @return whole packets, lent until the next call
     */
    ByteBuffer segment(List<List<Sample>> samples, List<Cue> cues) {
        out.clear();
        keyFrameEnd = 0;
        for (int i = 0; i < streams.size(); i++) {
            streams.get(i).begin(samples.get(i));
        }
        tables();
        splicesLeft = count(cues, SpliceInfoSection.SCHEME_ID_URI);
        tagsLeft = count(cues, ID3_SCHEME);
        int cue = 0;
        for (TsStream next = earliest(); next != null; next = earliest()) {
            while (cue < cues.size() && ticks(cues.get(cue)) - DELAY <= next.nextDts()) {
                message(cues.get(cue++));
            }
            clockUpTo(next);
            unit(next);
        }
        while (cue < cues.size()) {
            message(cues.get(cue++));
        }
        return out.flip();
    }

    private static long count(List<Cue> cues, String scheme) {
        return cues.stream().filter(cue -> cue.schemeIdUri().equals(scheme)).count();
    }

    private @Nullable TsStream earliest() {
        TsStream earliest = null;
        for (TsStream stream : streams) {
            if (stream.hasNext() && (earliest == null || stream.nextDts() < earliest.nextDts())) {
                earliest = stream;
            }
        }
        return earliest;
    }

    private void tables() {
        room(TsPacket.SIZE * (2 + pmt.remaining() / 184 + 1));
        patWriter.writeSection(pat.duplicate(), out);
        pmtWriter.writeSection(pmt.duplicate(), out);
    }

    /** Clock references on their own, where the pictures are further apart than clock references may be. */
    private void clockUpTo(TsStream next) {
        boolean carries = next == streams.get(0);
        while (lastClock != Long.MIN_VALUE
                && next.nextDts() - DELAY - lastClock > (carries ? MOST_CLOCK_DISTANCE : MOST_CLOCK_DISTANCE / 2 * 3)) {
            lastClock += MOST_CLOCK_DISTANCE;
            room(TsPacket.SIZE);
            streams.get(0).writer().writeField(AdaptationField.of(clock(lastClock), false), out);
        }
    }

    private void unit(TsStream stream) {
        Sample first = stream.next();
        long dts = stream.dts();
        long pts = stream.pts();
        unit.clear();
        append(stream, first);
        while (stream.groups()
                && stream.hasNext()
                && stream.nextDts() - dts < MOST_GROUP_TICKS
                && unit.position() + stream.nextSize() < MOST_GROUP_BYTES) {
            append(stream, stream.next());
        }
        PesHeader header = new PesHeader(stream.id(), wire(pts), wire(dts), true, unit.position());
        ByteBuffer pes = ByteBuffer.allocate(header.size());
        header.write(pes);
        AdaptationField field = null;
        boolean sync = first.sync() && !stream.groups();
        if (stream == streams.get(0)) {
            lastClock = dts - DELAY;
            field = AdaptationField.of(clock(lastClock), first.sync());
            if (discontinuity) {
                field = field.withDiscontinuity();
                discontinuity = false;
            }
        } else if (sync) {
            field = AdaptationField.of(Pcr.NONE, true);
        }
        ByteBuffer whole = join(pes.flip(), unit.flip());
        write(stream.writer(), whole, field, !stream.hasNext());
        if (stream == streams.get(0) && keyFrameEnd == 0 && sync) {
            keyFrameEnd = out.position();
        }
    }

    /** Bytes from the beginning of the last segment to the end of its first picture, 0 where that is no sync sample. */
    int keyFrameBytes() {
        return keyFrameEnd;
    }

    private void append(TsStream stream, Sample sample) {
        int bound = stream.units().bound(sample);
        if (unit.remaining() < bound) {
            unit = ByteBuffer.allocate((unit.position() + bound) * 2).put(unit.flip());
        }
        int start = unit.position();
        stream.units().write(sample, unit);
        if (stream.protector().isPresent()) {
            ByteBuffer clear = unit.slice(start, unit.position() - start);
            ByteBuffer encrypted = stream.protector().get().protect(sample.info(), clear);
            ByteBuffer own =
                    ByteBuffer.allocate(encrypted.remaining()).put(encrypted).flip();
            unit.position(start);
            if (unit.remaining() < own.remaining()) {
                unit = ByteBuffer.allocate((start + own.remaining()) * 2).put(unit.flip());
            }
            unit.put(own);
        }
    }

    /** @param last whether nothing follows in the segment */
    private void write(TsPacketWriter writer, ByteBuffer unit, @Nullable AdaptationField field, boolean last) {
        int packets = TsPacketWriter.packets(unit.remaining(), field);
        if (alone && last) {
            packets += -(writer.continuityCounter() + packets) & 15;
        }
        room(TsPacket.SIZE * packets);
        writer.writeUnit(unit, field, packets, out);
    }

    private ByteBuffer joined = ByteBuffer.allocate(1 << 14);

    private ByteBuffer join(ByteBuffer head, ByteBuffer body) {
        int size = head.remaining() + body.remaining();
        if (joined.capacity() < size) {
            joined = ByteBuffer.allocate(size * 2);
        }
        return joined.clear().put(head).put(body).flip();
    }

    private void message(Cue cue) {
        if (cue.schemeIdUri().equals(SpliceInfoSection.SCHEME_ID_URI) && data.contains(Codec.SCTE35)) {
            ByteBuffer section = SpliceInfoSection.atTime(cue.message(), wire(ticks(cue)));
            splicesLeft--;
            if (alone && splicesLeft == 0) {
                write(cueWriter, join(ByteBuffer.allocate(1), section), null, true);
            } else {
                room(TsPacket.SIZE * (section.remaining() / 183 + 2));
                cueWriter.writeSection(section, out);
            }
        } else if (cue.schemeIdUri().equals(ID3_SCHEME) && data.contains(Codec.ID3)) {
            ByteBuffer tag = cue.message();
            PesHeader header = new PesHeader(0xBD, wire(ticks(cue)), wire(ticks(cue)), true, tag.remaining());
            ByteBuffer pes = ByteBuffer.allocate(header.size());
            header.write(pes);
            ByteBuffer whole = join(pes.flip(), tag);
            tagsLeft--;
            write(id3Writer, whole, null, tagsLeft == 0);
        }
    }

    private static long ticks(Cue cue) {
        return cue.at().ticksIn(Timebase.MPEG, RoundingMode.HALF_UP);
    }

    private static long wire(long ticks) {
        return Math.floorMod(ticks + OFFSET, PesHeader.MODULUS);
    }

    private static long clock(long ticks) {
        return wire(ticks) * 300;
    }

    private void room(int bytes) {
        if (out.remaining() < bytes) {
            out = ByteBuffer.allocate(Math.addExact(out.position(), Math.max(bytes, out.position())))
                    .put(out.flip());
        }
    }
}

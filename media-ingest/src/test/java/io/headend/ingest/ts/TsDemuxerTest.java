package io.headend.ingest.ts;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.Codec;
import io.headend.core.Cue;
import io.headend.core.Discontinuity;
import io.headend.core.Sample;
import io.headend.core.SampleInfo;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import io.headend.core.Track;
import io.headend.formats.mpegts.AdaptationField;
import io.headend.formats.mpegts.ElementaryStream;
import io.headend.formats.mpegts.Pcr;
import io.headend.formats.mpegts.PesHeader;
import io.headend.formats.mpegts.ProgramAssociationTable;
import io.headend.formats.mpegts.ProgramAssociationTable.Program;
import io.headend.formats.mpegts.ProgramMapTable;
import io.headend.formats.mpegts.TsPacket;
import io.headend.formats.mpegts.TsPacketWriter;
import io.headend.formats.scte35.SpliceCommand;
import io.headend.formats.scte35.SpliceInfoSection;
import io.headend.formats.scte35.SpliceInsert;
import io.headend.testkit.RecordingSink;
import io.headend.testkit.SharedMedia;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TsDemuxerTest {

    private static final int SOUND = 0x101;
    private static final int SPLICES = 0x102;

    private final RecordingSink out = new RecordingSink();
    private final TsDemuxer demuxer = TsDemuxer.of(TsDemuxer.FIRST_PROGRAM, out);
    private final Map<Integer, TsPacketWriter> writers = new HashMap<>();
    private final ByteBuffer stream = ByteBuffer.allocate(1 << 20);

    private TsPacketWriter writer(int pid) {
        return writers.computeIfAbsent(pid, TsPacketWriter::of);
    }

    private void tables(int version, ElementaryStream... streams) {
        tables(List.of(new Program(1, 0x100)), version, streams);
    }

    private void tables(List<Program> programs, int version, ElementaryStream... streams) {
        writer(0)
                .writeSection(
                        new ProgramAssociationTable(1, 0, programs).toSection().toBytes(), stream);
        for (Program program : programs) {
            writer(program.pid())
                    .writeSection(
                            new ProgramMapTable(program.number(), version, SOUND, List.of(), List.of(streams))
                                    .toSection()
                                    .toBytes(),
                            stream);
        }
    }

    private static ElementaryStream sound(int pid, String language) {
        return ElementaryStream.of(pid, Codec.AAC, 2, language);
    }

    /** One PES packet with one ADTS frame of 48 kHz stereo. */
    private void frame(int pid, long pts, AdaptationField field) {
        byte[] adts = new byte[120];
        adts[0] = (byte) 0xFF;
        adts[1] = (byte) 0xF1;
        adts[2] = 0x4C;
        adts[3] = (byte) 0x80;
        adts[4] = (byte) (adts.length >> 3);
        adts[5] = (byte) ((adts.length & 7) << 5 | 0x1F);
        adts[6] = (byte) 0xFC;
        PesHeader header = new PesHeader(0xC0, pts, pts, true, adts.length);
        ByteBuffer pes = ByteBuffer.allocate(header.size() + adts.length);
        header.write(pes);
        writer(pid).writeUnit(pes.put(adts).flip(), field, stream);
    }

    private void play() {
        play(stream.flip(), SampleInfo.NO_ARRIVAL);
        stream.clear();
    }

    private void play(ByteBuffer bytes, long arrival) {
        demuxer.accept(bytes, arrival);
    }

    private List<Long> times(int track) {
        return out.samples(track).stream().map(Sample::pts).toList();
    }

    @Test
    void tracksComeAndGoWithTheMap() {
        tables(0, sound(SOUND, "ger"));
        frame(SOUND, 0, null);
        tables(1, sound(SOUND, "ger"), sound(0x103, "eng"));
        frame(SOUND, 1920, null);
        frame(0x103, 1920, null);
        tables(2, sound(0x103, "eng"));
        frame(SOUND, 3840, null);
        frame(0x103, 3840, null);
        play();
        demuxer.flush();
        assertThat(out.tracks()).extracting(Track::language).containsExactly("de", "en");
        assertThat(out.tracks()).extracting(Track::name).containsExactly("audio-0", "audio-1");
        assertThat(times(0)).containsExactly(0L, 1920L);
        assertThat(times(1)).containsExactly(1920L, 3840L);
        assertThat(demuxer.stats().tables().versions()).isEqualTo(3);
        assertThat(demuxer.stats().priority1().continuity()).isZero();
    }

    @Test
    void theWantedProgramIsChosen() {
        List<Program> programs = List.of(new Program(0, 0x10), new Program(7, 0x200), new Program(8, 0x300));
        TsDemuxer eighth = TsDemuxer.of(8, out);
        writer(0)
                .writeSection(
                        new ProgramAssociationTable(1, 0, programs).toSection().toBytes(), stream);
        for (Program program : programs.subList(1, 3)) {
            int pid = program.pid() + 1;
            ProgramMapTable map = new ProgramMapTable(program.number(), 0, pid, List.of(), List.of(sound(pid, null)));
            writer(program.pid()).writeSection(map.toSection().toBytes(), stream);
        }
        frame(0x201, 100, null);
        frame(0x301, 200, null);
        eighth.accept(stream.flip(), SampleInfo.NO_ARRIVAL);
        eighth.flush();
        assertThat(times(0)).containsExactly(200L);
    }

    @Test
    void lossRepetitionAndBrokenPacketsAreCounted() {
        tables(0, sound(SOUND, null));
        int first = stream.position();
        for (int i = 0; i < 10; i++) {
            frame(SOUND, i * 1920, null);
        }
        byte[] bytes = new byte[stream.position()];
        stream.flip().get(bytes);
        int size = TsPacket.SIZE;
        // A repeated packet, a broken one, and one that is missing.
        ByteBuffer changed = ByteBuffer.allocate(bytes.length);
        changed.put(bytes, 0, first + 2 * size).put(bytes, first + size, size);
        bytes[first + 3 * size + 1] |= (byte) 0x80;
        changed.put(bytes, first + 2 * size, 3 * size);
        changed.put(bytes, first + 6 * size, 4 * size);
        play(changed.flip(), SampleInfo.NO_ARRIVAL);
        demuxer.flush();
        TsStats stats = demuxer.stats();
        assertThat(stats.transportErrors()).isEqualTo(1);
        assertThat(stats.priority1().continuity()).isEqualTo(2);
        assertThat(times(0)).containsExactly(0L, 1920L, 3840L, 7680L, 11_520L, 13_440L, 15_360L, 17_280L);
    }

    @Test
    void sixteenLostPacketsAreNoRepetition() {
        tables(0, sound(SOUND, null));
        frame(SOUND, 0, null);
        writers.put(SOUND, TsPacketWriter.of(SOUND));
        frame(SOUND, 34 * 1920, null);
        play();
        demuxer.flush();
        assertThat(times(0)).containsExactly(0L, 34 * 1920L);
        assertThat(demuxer.stats().priority1().continuity()).isEqualTo(1);
    }

    @Test
    void aClockChangeThatIsSignalledIsGivenOn() {
        tables(0, sound(SOUND, null));
        frame(SOUND, 0, AdaptationField.of(0, true));
        frame(SOUND, 1920, null);
        frame(SOUND, 900_000, AdaptationField.of(900_000 * 300, true).withDiscontinuity());
        play();
        assertThat(out.items(Discontinuity.class))
                .extracting(Discontinuity::cause)
                .containsExactly(Discontinuity.Cause.SIGNALLED);
    }

    @Test
    void spliceMessagesAreCuesOnce() {
        tables(0, sound(SOUND, null), ElementaryStream.of(SPLICES, Codec.SCTE35, 0, null));
        frame(SOUND, 90_000, null);
        ByteBuffer insert = SpliceInfoSection.of(
                        SpliceInsert.out(77, 180_000, new SpliceInsert.BreakDuration(true, 2_700_000)))
                .toBytes();
        for (int i = 0; i < 3; i++) {
            writer(SPLICES).writeSection(insert.duplicate(), stream);
        }
        writer(SPLICES)
                .writeSection(
                        SpliceInfoSection.of(new SpliceCommand.SpliceNull()).toBytes(), stream);
        writer(SPLICES)
                .writeSection(SpliceInfoSection.of(SpliceInsert.in(78, -1)).toBytes(), stream);
        ByteBuffer broken =
                ByteBuffer.allocate(insert.remaining()).put(insert.duplicate()).flip();
        broken.put(20, (byte) (broken.get(20) + 1));
        writer(SPLICES).writeSection(broken, stream);
        play();
        List<Cue> cues = out.items(Cue.class);
        assertThat(cues).extracting(Cue::id).containsExactly("77", "78");
        assertThat(cues.get(0).at()).isEqualTo(Timestamp.of(180_000, Timebase.MPEG));
        assertThat(cues.get(0).duration()).isEqualTo(Timestamp.of(2_700_000, Timebase.MPEG));
        assertThat(cues.get(0).message()).isEqualTo(insert);
        assertThat(cues.get(1).at()).isEqualTo(Timestamp.of(90_000, Timebase.MPEG));
        assertThat(demuxer.stats().tables().errors()).isEqualTo(1);
    }

    @Test
    void timedMetadataIsASampleEach() {
        tables(0, ElementaryStream.of(0x104, Codec.ID3, 0, null));
        PesHeader header = new PesHeader(0xBD, 5000, 5000, true, 10);
        ByteBuffer pes = ByteBuffer.allocate(header.size() + 10);
        header.write(pes);
        writer(0x104).writeUnit(pes.put(new byte[10]).flip(), null, stream);
        play();
        assertThat(out.tracks().get(0).format().codec().codec()).isEqualTo(Codec.ID3);
        assertThat(times(0)).containsExactly(5000L);
    }

    @Test
    void tablesAndStreamsThatStayAwayAreNoticed() {
        tables(0, sound(SOUND, null));
        play(stream.flip(), 0);
        ByteBuffer filler = ByteBuffer.allocate(64 * TsPacket.SIZE);
        while (filler.hasRemaining()) {
            TsPacketWriter.of(0x500).writeField(AdaptationField.of(Pcr.NONE, false), filler);
        }
        for (int i = 1; i <= 60; i++) {
            play(filler.duplicate().flip(), i * 100_000_000L);
        }
        TsStats.Priority1 errors = demuxer.stats().priority1();
        assertThat(errors.pat()).isBetween(9L, 12L).isEqualTo(errors.pmt());
        assertThat(errors.pid()).isEqualTo(1);
    }

    @Test
    void encryptedPayloadIsLeftOut() {
        tables(0, sound(SOUND, null));
        int first = stream.position();
        frame(SOUND, 0, null);
        frame(SOUND, 1920, null);
        stream.put(first + 3, (byte) (stream.get(first + 3) | 0x80));
        play();
        demuxer.flush();
        assertThat(times(0)).containsExactly(1920L);
        assertThat(demuxer.stats().payload().scrambled()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {188, 192, 204})
    void packetsOfEverySizeAfterAnyRubbish(int size) {
        tables(0, sound(SOUND, null));
        for (int i = 0; i < 20; i++) {
            frame(SOUND, i * 1920, null);
        }
        ByteBuffer framed = ByteBuffer.allocate(50 + stream.position() / TsPacket.SIZE * size);
        framed.position(50);
        for (int at = 0; at < stream.position(); at += TsPacket.SIZE) {
            int before = size == 192 ? 4 : 0;
            framed.position(framed.position() + before).put(stream.array(), at, TsPacket.SIZE);
            framed.position(framed.position() + size - before - TsPacket.SIZE);
        }
        framed.flip();
        for (int at = 0; at < framed.limit(); at += 97) {
            demuxer.accept(framed.slice(at, Math.min(97, framed.limit() - at)), SampleInfo.NO_ARRIVAL);
        }
        demuxer.flush();
        assertThat(times(0)).hasSize(20);
    }

    @Test
    void aNewSenderBeginsWithoutErrors() {
        tables(0, sound(SOUND, null));
        frame(SOUND, 0, null);
        play();
        demuxer.restarted();
        writers.put(SOUND, TsPacketWriter.of(SOUND, 9));
        frame(SOUND, 1920, null);
        play();
        assertThat(times(0)).containsExactly(0L, 1920L);
        assertThat(demuxer.stats().priority1().continuity()).isZero();
        assertThat(out.items(Discontinuity.class)).hasSize(1);
    }

    @Property(tries = 60)
    void damagedStreamsEndInItemsOnly(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        List<String> names = List.of(
                "h264_dts.ts", "mpeg2_mp2_scte35.ts", "aac_latm.ts", "hevc.ts", "with_sdt.ts", "h264_no_aud.ts");
        Path file = SharedMedia.find("media/functional/" + names.get(random.nextInt(names.size())))
                .orElse(null);
        byte[] bytes;
        if (file == null) {
            bytes = new byte[20_000];
            random.nextBytes(bytes);
        } else {
            bytes = Files.readAllBytes(file);
        }
        for (int i = 0; i < bytes.length / 200 + 1; i++) {
            int at = random.nextInt(bytes.length);
            // Sync bytes mostly stay, or nothing below them is ever reached.
            if (at % 188 != 0 || random.nextInt(20) == 0) {
                bytes[at] = (byte) random.nextInt();
            }
        }
        List<Long> sizes = new ArrayList<>();
        TsDemuxer fuzzed = TsDemuxer.of(TsDemuxer.FIRST_PROGRAM, item -> {
            if (item instanceof Sample sample) {
                sizes.add((long) sample.size());
            }
            item.close();
        });
        fuzzed.accept(ByteBuffer.wrap(bytes), SampleInfo.NO_ARRIVAL);
        fuzzed.flush();
        assertThat(sizes.stream().mapToLong(Long::longValue).sum()).isLessThan(2L * bytes.length + 4096);
        assertThat(fuzzed.stats().packets()).isLessThanOrEqualTo(bytes.length / 188 + 1L);
    }
}

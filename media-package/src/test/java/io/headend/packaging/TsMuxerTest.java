package io.headend.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.headend.core.Codec;
import io.headend.core.CodecConfig;
import io.headend.core.Cue;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.Sample;
import io.headend.core.SampleInfo;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import io.headend.core.Track;
import io.headend.core.VideoFormat;
import io.headend.ffmpeg.Demuxer;
import io.headend.formats.mpegts.ElementaryStream;
import io.headend.formats.mpegts.Pcr;
import io.headend.formats.mpegts.PesHeader;
import io.headend.formats.mpegts.ProgramMapTable;
import io.headend.formats.mpegts.PsiSection;
import io.headend.formats.mpegts.TsPacket;
import io.headend.formats.mpegts.UnitProtector;
import io.headend.formats.scte35.SpliceInfoSection;
import io.headend.formats.scte35.SpliceInsert;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.SharedMedia;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakExtension.class)
class TsMuxerTest {

    private static final int VIDEO_PID = 0x100;

    private final Clips.Clip video = Clips.read(SharedMedia.require("packaging/src-clips/s8_v360.mp4"), 0);
    private final Clips.Clip audio = Clips.read(SharedMedia.require("packaging/src-clips/s8_a.mp4"), 0);

    /** The samples of each second, as segments. */
    private List<ByteBuffer> segments(TsMuxer muxer, List<Clips.Clip> clips, List<Cue> cues) {
        List<ByteBuffer> segments = new ArrayList<>();
        for (int from = 0; from < 8; from += 2) {
            List<List<Sample>> samples = new ArrayList<>();
            for (Clips.Clip clip : clips) {
                long start = clip.track().timebase().den() * (long) from;
                long end = clip.track().timebase().den() * (from == 6 ? 9L : from + 2L);
                samples.add(clip.samples().stream()
                        .filter(s -> s.pts() >= start && s.pts() < end)
                        .toList());
            }
            ByteBuffer made = muxer.segment(samples, from == 2 ? cues : List.of());
            segments.add(ByteBuffer.allocate(made.remaining()).put(made).flip());
        }
        return segments;
    }

    private static List<TsPacket> packets(List<ByteBuffer> segments) {
        List<TsPacket> packets = new ArrayList<>();
        for (ByteBuffer segment : segments) {
            assertThat(segment.remaining() % TsPacket.SIZE).isZero();
            for (int at = 0; at < segment.limit(); at += TsPacket.SIZE) {
                TsPacket packet = TsPacket.read(segment, at);
                assertThat(packet).isNotNull();
                packets.add(packet);
            }
        }
        return packets;
    }

    @Test
    void countersAndClockGoOnFromSegmentToSegment() {
        TsMuxer muxer = TsMuxer.of(List.of(video.track(), audio.track()));
        Map<Integer, Integer> counters = new HashMap<>();
        long lastClock = Pcr.NONE;
        int clocks = 0;
        for (TsPacket packet : packets(segments(muxer, List.of(video, audio), List.of()))) {
            Integer before = counters.put(packet.pid(), packet.continuityCounter());
            if (before != null && packet.hasPayload()) {
                assertThat(packet.continuityCounter()).isEqualTo(before + 1 & 15);
            }
            if (packet.pcr() != Pcr.NONE) {
                assertThat(packet.pid()).isEqualTo(VIDEO_PID);
                if (lastClock != Pcr.NONE) {
                    assertThat(packet.pcr() - lastClock).isBetween(1L, 2_700_000L);
                }
                lastClock = packet.pcr();
                clocks++;
            }
        }
        assertThat(clocks).isGreaterThan(190);
        assertThat(counters.keySet()).containsExactlyInAnyOrder(0, 0x1000, VIDEO_PID, 0x101);
    }

    @Test
    void everySegmentBeginsWithItsTablesAndARandomAccessPoint() {
        TsMuxer muxer = TsMuxer.of(List.of(video.track(), audio.track()));
        for (ByteBuffer segment : segments(muxer, List.of(video, audio), List.of())) {
            List<TsPacket> packets = packets(List.of(segment));
            assertThat(packets.get(0).pid()).isZero();
            assertThat(packets.get(1).pid()).isEqualTo(0x1000);
            TsPacket first = packets.stream()
                    .filter(p -> p.pid() == VIDEO_PID)
                    .findFirst()
                    .orElseThrow();
            assertThat(first.randomAccess()).isTrue();
            PesHeader.Parsed pes = PesHeader.read(first.payload());
            assertThat(pes).isNotNull();
            ByteBuffer unit = first.payload().position(pes.size()).slice();
            // delimiter, then the sequence parameter set
            assertThat(unit.getInt(0)).isEqualTo(1);
            assertThat(unit.get(4) & 31).isEqualTo(9);
            assertThat(unit.getInt(6)).isEqualTo(1);
            assertThat(unit.get(10) & 31).isEqualTo(7);
        }
    }

    @Test
    void ffmpegReadsBackEverySample() {
        TsMuxer muxer = TsMuxer.of(List.of(video.track(), audio.track()));
        Clips.Verdict verdict = Clips.judge(segments(muxer, List.of(video, audio), List.of()));
        assertThat(verdict.errors()).isZero();
        assertThat(verdict.frames()).isEqualTo(video.samples().size());
        assertThat(verdict.clip().samples().get(0).pts()).isEqualTo(TsMuxer.OFFSET);
    }

    @Test
    void severalSoundsAreToldApartByLanguage() {
        Track french = new Track(1, "fr", audio.track().format(), audio.track().timebase(), "fr");
        Track english = new Track(2, "en", audio.track().format(), audio.track().timebase(), "en");
        Clips.Clip second = new Clips.Clip(english, audio.samples());
        TsMuxer muxer = TsMuxer.of(List.of(video.track(), french, english));
        List<ByteBuffer> made =
                segments(muxer, List.of(video, new Clips.Clip(french, audio.samples()), second), List.of());
        byte[] all = new byte[made.stream().mapToInt(ByteBuffer::remaining).sum()];
        ByteBuffer into = ByteBuffer.wrap(all);
        made.forEach(into::put);
        try (Demuxer demuxer = Demuxer.builder(Channels.newChannel(new ByteArrayInputStream(all)))
                .open()) {
            assertThat(demuxer.tracks())
                    .extracting(t -> t.kind())
                    .containsExactly(Codec.Kind.VIDEO, Codec.Kind.AUDIO, Codec.Kind.AUDIO);
            assertThat(demuxer.tracks()).extracting(Track::language).containsExactly(null, "fr", "en");
        }
    }

    @Test
    void spliceMessagesAreMovedToTheClockOfTheStream() {
        long said = 4_000_000;
        SpliceInfoSection section = SpliceInfoSection.of(SpliceInsert.out(7, said, null));
        Timestamp at = Timestamp.of(3 * 90_000, Timebase.MPEG);
        Cue splice = new Cue(SpliceInfoSection.SCHEME_ID_URI, "7", at, null, section.toBytes());
        ByteBuffer tag = ByteBuffer.wrap("ID3 a tag of some bytes".getBytes(StandardCharsets.US_ASCII));
        Cue id3 = new Cue(TsMuxer.ID3_SCHEME, "", at, null, tag);
        TsMuxer muxer = TsMuxer.of(List.of(video.track()), EnumSet.of(Codec.SCTE35, Codec.ID3), t -> Optional.empty());
        List<TsPacket> packets = packets(segments(muxer, List.of(video), List.of(splice, id3)));

        TsPacket pmt =
                packets.stream().filter(p -> p.pid() == 0x1000).findFirst().orElseThrow();
        ProgramMapTable table = ProgramMapTable.parse(PsiSection.parse(section(pmt)));
        assertThat(table.hasCues()).isTrue();
        assertThat(table.streams()).extracting(s -> s.streamType()).containsExactly(0x1B, 0x86, 0x15);

        TsPacket cue =
                packets.stream().filter(p -> p.pid() == 0x1F0).findFirst().orElseThrow();
        SpliceInfoSection read = SpliceInfoSection.parse(section(cue));
        assertThat(read.spliceTime()).isEqualTo(3 * 90_000 + TsMuxer.OFFSET);

        TsPacket timed =
                packets.stream().filter(p -> p.pid() == 0x1F1).findFirst().orElseThrow();
        PesHeader.Parsed pes = PesHeader.read(timed.payload());
        assertThat(pes).isNotNull();
        assertThat(pes.header().pts()).isEqualTo(3 * 90_000 + TsMuxer.OFFSET);
        assertThat(timed.payload().position(pes.size()).slice().limit(tag.remaining()))
                .isEqualTo(tag);
    }

    private static ByteBuffer section(TsPacket packet) {
        ByteBuffer payload = packet.payload();
        int at = 1 + (payload.get(0) & 0xFF);
        int size = 3 + (payload.getShort(at + 1) & 0xFFF);
        return payload.slice(at, size);
    }

    @Test
    void timesWrapAtThirtyThreeBits() {
        long ticks = (1L << 33) - TsMuxer.OFFSET - 3_600;
        TsMuxer muxer = TsMuxer.of(List.of(video.track()));
        List<Sample> samples = new ArrayList<>();
        Timebase unit = video.track().timebase();
        for (Sample sample : video.samples().subList(0, 4)) {
            long shift = Timebase.MPEG.convert(ticks, unit);
            samples.add(sample.with(
                    sample.info().withTimes(sample.pts() + shift, sample.dts() + shift, sample.duration())));
        }
        List<Long> times = new ArrayList<>();
        ByteBuffer made = muxer.segment(List.of(samples), List.of());
        for (TsPacket packet : packets(List.of(made))) {
            if (packet.pid() == VIDEO_PID && packet.payloadUnitStart()) {
                PesHeader.Parsed pes = PesHeader.read(packet.payload());
                assertThat(pes).isNotNull();
                times.add(pes.header().pts());
            }
        }
        assertThat(times).hasSize(4).anyMatch(t -> t > (1L << 33) - 7_200).anyMatch(t -> t < 90_000);
    }

    @Test
    void accessUnitsMayBeEncryptedAndGrow() {
        UnitProtector longer = new UnitProtector() {
            @Override
            public ElementaryStream describe(ElementaryStream clear) {
                return new ElementaryStream(0xDB, clear.pid(), clear.descriptors());
            }

            @Override
            public ByteBuffer protect(SampleInfo info, ByteBuffer unit) {
                return ByteBuffer.allocate(unit.remaining() + 1_000).put(unit).position(0);
            }
        };
        TsMuxer clear = TsMuxer.of(List.of(video.track()));
        TsMuxer encrypting = TsMuxer.of(List.of(video.track()), Set.of(), t -> Optional.of(longer));
        List<ByteBuffer> plain = segments(clear, List.of(video), List.of());
        List<ByteBuffer> made = segments(encrypting, List.of(video), List.of());
        TsPacket pmt = packets(made).get(1);
        assertThat(ProgramMapTable.parse(PsiSection.parse(section(pmt))).streams())
                .extracting(stream -> stream.streamType())
                .containsExactly(0xDB);
        long more = made.stream().mapToLong(ByteBuffer::remaining).sum()
                - plain.stream().mapToLong(ByteBuffer::remaining).sum();
        assertThat(more).isGreaterThan(1_000L * video.samples().size());
    }

    @Test
    void whatNoTransportStreamCarriesIsRefused() {
        VideoFormat vp9 = VideoFormat.of(CodecConfig.of(Codec.VP9, "vp9"), 640, 360);
        assertThatExceptionOfType(MediaException.class)
                .isThrownBy(() -> TsMuxer.of(List.of(new Track(0, "v", vp9, Timebase.MPEG, null))))
                .satisfies(e -> assertThat(e.code()).isEqualTo(MediaErrorCode.UNSUPPORTED));
    }
}

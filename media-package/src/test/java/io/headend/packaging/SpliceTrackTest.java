package io.headend.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.Cue;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.Sample;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import io.headend.formats.mpegts.ProgramMapTable;
import io.headend.formats.mpegts.PsiSection;
import io.headend.formats.mpegts.SectionAssembler;
import io.headend.formats.mpegts.TsPacket;
import io.headend.formats.scte35.SpliceInfoSection;
import io.headend.formats.scte35.SpliceInsert;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.SharedMedia;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakExtension.class)
class SpliceTrackTest {

    @TempDir
    Path folder;

    private static Cue out(long at) {
        ByteBuffer section =
                SpliceInfoSection.of(SpliceInsert.out(7, 4_000_000, null)).toBytes();
        return new Cue(SpliceInfoSection.SCHEME_ID_URI, "7", Timestamp.of(at, Timebase.MPEG), null, section);
    }

    @Test
    void messagesStandBetweenThePicturesAndAllElseIsAsItWas() throws IOException {
        Clips.Clip video = Clips.read(SharedMedia.require("packaging/src-clips/s8_v360.mp4"), 0);
        List<Sample> samples = video.samples();
        ByteBuffer made = TsMuxer.of(List.of(video.track())).segment(List.of(samples), List.of());
        byte[] before = new byte[made.remaining()];
        made.get(before);
        Path file = Files.write(folder.resolve("film.ts"), before);

        List<SpliceTrack.Message> messages =
                List.of(new SpliceTrack.Message(90_000, out(180_000)), new SpliceTrack.Message(999_000_000, out(0)));
        assertThat(SpliceTrack.addTo(file, messages)).isEqualTo(2);

        long dts = video.track().timebase().convert(samples.get(0).dts(), Timebase.MPEG) + TsMuxer.OFFSET;
        List<Long> times = new ArrayList<>();
        List<Integer> kinds = new ArrayList<>();
        Map<Integer, Integer> counters = new HashMap<>();
        SectionAssembler pmt = SectionAssembler.of(section -> ProgramMapTable.parse(PsiSection.parse(section))
                .streams()
                .forEach(stream -> kinds.add(stream.streamType())));
        SectionAssembler splices = SectionAssembler.of(
                section -> times.add(SpliceInfoSection.parse(section).spliceTime()));
        ByteBuffer after = ByteBuffer.wrap(Files.readAllBytes(file));
        int others = 0;
        for (int at = 0; at < after.limit(); at += TsPacket.SIZE) {
            TsPacket packet = TsPacket.read(after, at);
            assertThat(packet).isNotNull();
            Integer last = counters.put(packet.pid(), packet.continuityCounter());
            if (last != null && packet.hasPayload()) {
                assertThat(packet.continuityCounter()).isEqualTo(last + 1 & 15);
            }
            switch (packet.pid()) {
                case 0x1000 -> pmt.accept(packet.payload(), packet.payloadUnitStart());
                case TsMuxer.SCTE35_PID -> {
                    splices.accept(packet.payload(), packet.payloadUnitStart());
                    assertThat(others).as("pictures before a message").isPositive();
                }
                default -> others++;
            }
        }
        assertThat(kinds).containsExactly(0x1B, 0x86);
        assertThat(times).containsExactly(dts + 180_000, dts);
        assertThat(others).isEqualTo(before.length / TsPacket.SIZE - 1);
        assertThat(folder).isDirectoryContaining(path -> path.equals(file)).isDirectoryNotContaining("glob:**.cues");
    }

    @Test
    void whatIsNoTransportStreamStaysAsItIs() throws IOException {
        Path file = Files.write(folder.resolve("film.ts"), new byte[1_000]);
        assertThatThrownBy(() -> SpliceTrack.addTo(file, List.of(new SpliceTrack.Message(0, out(0)))))
                .isInstanceOfSatisfying(
                        MediaException.class, e -> assertThat(e.code()).isEqualTo(MediaErrorCode.IO))
                .hasMessageContaining("film.ts");
        assertThat(Files.readAllBytes(file)).isEqualTo(new byte[1_000]);
    }
}

package io.headend.ingest.ts;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.AudioFormat;
import io.headend.core.Codec;
import io.headend.core.Sample;
import io.headend.core.SampleInfo;
import io.headend.core.Timebase;
import io.headend.core.Track;
import io.headend.ffmpeg.AvFrame;
import io.headend.ffmpeg.AvSample;
import io.headend.ffmpeg.Encoder;
import io.headend.formats.aac.AdtsHeader;
import io.headend.formats.aac.AudioSpecificConfig;
import io.headend.formats.mpegts.ElementaryStream;
import io.headend.formats.mpegts.PesHeader;
import io.headend.formats.mpegts.ProgramAssociationTable;
import io.headend.formats.mpegts.ProgramAssociationTable.Program;
import io.headend.formats.mpegts.ProgramMapTable;
import io.headend.formats.mpegts.TsPacketWriter;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.RecordingSink;
import io.headend.testkit.SharedMedia;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** AAC of low rates behind headers that look alike. */
@ExtendWith(LeakExtension.class)
class BandReplicationTest {

    private static final int SOUND = 0x101;
    private static final int FRAMES = 12;

    private final RecordingSink out = new RecordingSink();

    @AfterEach
    void release() {
        out.close();
    }

    private static List<byte[]> lowComplexity(int rate, int channels) {
        List<byte[]> frames = new ArrayList<>();
        try (Encoder encoder = Encoder.audio("aac")
                .sampleRate(rate)
                .channels(channels)
                .timebase(Timebase.hz(rate))
                .open()) {
            for (int n = 0; n < FRAMES; n++) {
                try (AvFrame frame = AvFrame.allocateAudio("fltp", rate, channels, 1024)) {
                    for (int plane = 0; plane < channels; plane++) {
                        ByteBuffer samples = frame.plane(plane).order(ByteOrder.nativeOrder());
                        for (int i = 0; i < 1024; i++) {
                            samples.putFloat(4 * i, (float) (0.3 * Math.sin((n * 1024 + i) * 0.2)));
                        }
                    }
                    try (AvFrame timed = frame.withPts(n * 1024L, Timebase.hz(rate))) {
                        encoder.send(timed);
                    }
                }
                drain(encoder, frames);
            }
            encoder.finish();
            drain(encoder, frames);
        }
        return frames;
    }

    private static void drain(Encoder encoder, List<byte[]> frames) {
        for (AvSample sample = encoder.receive(); sample != null; sample = encoder.receive()) {
            try (AvSample owned = sample) {
                byte[] bytes = new byte[owned.size()];
                owned.data().get(bytes);
                frames.add(bytes);
            }
        }
    }

    private void play(int rate, int channels, List<byte[]> frames) {
        TsDemuxer demuxer = TsDemuxer.of(TsDemuxer.FIRST_PROGRAM, out);
        ByteBuffer stream = ByteBuffer.allocate(1 << 20);
        TsPacketWriter.of(0)
                .writeSection(
                        new ProgramAssociationTable(1, 0, List.of(new Program(1, 0x100)))
                                .toSection()
                                .toBytes(),
                        stream);
        ElementaryStream sound = ElementaryStream.of(SOUND, Codec.AAC, channels, null);
        TsPacketWriter.of(0x100)
                .writeSection(
                        new ProgramMapTable(1, 0, SOUND, List.of(), List.of(sound))
                                .toSection()
                                .toBytes(),
                        stream);
        AdtsHeader adts = AdtsHeader.of(AudioSpecificConfig.lowComplexity(rate, channels));
        TsPacketWriter writer = TsPacketWriter.of(SOUND);
        for (int i = 0; i < frames.size(); i++) {
            byte[] frame = frames.get(i);
            long pts = i * 1024L * 90_000 / rate;
            PesHeader header = new PesHeader(0xC0, pts, pts, true, AdtsHeader.SIZE + frame.length);
            ByteBuffer pes = ByteBuffer.allocate(header.size() + AdtsHeader.SIZE + frame.length);
            header.write(pes);
            adts.write(frame.length, pes);
            writer.writeUnit(pes.put(frame).flip(), null, stream);
        }
        demuxer.accept(stream.flip(), SampleInfo.NO_ARRIVAL);
        demuxer.flush();
    }

    private static AudioSpecificConfig config(Track track) {
        return AudioSpecificConfig.parse(track.format().codec().record());
    }

    @ParameterizedTest
    @CsvSource({"24000, 2", "24000, 1", "22050, 2", "16000, 1", "8000, 1", "48000, 2"})
    void lowComplexityStaysWhatItIs(int rate, int channels) {
        play(rate, channels, lowComplexity(rate, channels));
        assertThat(out.tracks()).singleElement().satisfies(track -> {
            assertThat(config(track)).isEqualTo(AudioSpecificConfig.lowComplexity(rate, channels));
            AudioFormat format = (AudioFormat) track.format();
            assertThat(format.sampleRate()).isEqualTo(rate);
            assertThat(format.channels()).isEqualTo(channels);
        });
        assertThat(out.samples(0))
                .hasSizeGreaterThanOrEqualTo(FRAMES)
                .extracting(Sample::duration)
                .allSatisfy(ticks -> assertThat(ticks * rate).isCloseTo(1024L * 90_000, Offset.offset((long) rate)));
    }

    @Test
    void highEfficiencyIsSignalled() throws Exception {
        byte[] file = Files.readAllBytes(SharedMedia.require("media/functional/derived_h264_2xheaac.ts"));
        TsDemuxer demuxer = TsDemuxer.of(TsDemuxer.FIRST_PROGRAM, out);
        demuxer.accept(ByteBuffer.wrap(file), SampleInfo.NO_ARRIVAL);
        demuxer.flush();
        assertThat(out.tracks())
                .filteredOn(track -> track.kind() == Codec.Kind.AUDIO)
                .hasSize(2)
                .allSatisfy(track -> {
                    assertThat(config(track).sampleRate()).isEqualTo(24_000);
                    assertThat(config(track).extensionRate()).isEqualTo(48_000);
                });
    }

    /** What begins with damage is taken for HE-AAC until a frame can be decoded. */
    @Test
    void aDamagedBeginningDoesNotDecide() {
        List<byte[]> frames = new ArrayList<>(lowComplexity(24_000, 2));
        byte[] noise = new byte[200];
        new Random(3).nextBytes(noise);
        noise[0] = (byte) 0xFF;
        frames.add(0, noise);
        play(24_000, 2, frames);
        assertThat(config(out.tracks().get(out.tracks().size() - 1)))
                .isEqualTo(AudioSpecificConfig.lowComplexity(24_000, 2));
    }

    @Test
    void noiseAloneIsTriedNoMoreThanSoOften() {
        BandReplication replication = new BandReplication();
        for (int i = 0; i < 1000; i++) {
            AudioSpecificConfig core = AudioSpecificConfig.lowComplexity(i % 2 == 0 ? 24_000 : 16_000, 2);
            assertThat(replication
                            .signalled(core, ByteBuffer.wrap(new byte[] {-1, -1, -1, -1}))
                            .outputRate())
                    .isEqualTo(2 * core.sampleRate());
        }
    }
}

package io.headend.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.Codec;
import io.headend.core.Sample;
import io.headend.core.Track;
import io.headend.ffmpeg.Muxer;
import io.headend.formats.mpegts.ProgramAssociationTable;
import io.headend.formats.mpegts.TsPacket;
import io.headend.testkit.FreePorts;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.RecordingSink;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A transport stream with two programs: pictures with sound in French, and sound in German alone. */
@ExtendWith(LeakExtension.class)
class ProgramsTest {

    private static byte[] stream;

    @TempDir
    static Path folder;

    @BeforeAll
    static void make() throws IOException {
        try (TestClip clip = TestClip.of(Duration.ofSeconds(3))) {
            byte[] first = program(clip, 1, "fr", track -> true);
            byte[] second = program(clip, 2, "de", track -> track.kind() == Codec.Kind.AUDIO);
            stream = together(first, second);
        }
    }

    @AfterAll
    static void release() {
        stream = new byte[0];
    }

    private static byte[] program(TestClip clip, int number, String language, Predicate<Track> some)
            throws IOException {
        Path file = folder.resolve(number + ".ts");
        var output = Muxer.builder(file.toString())
                .format("mpegts")
                .option("mpegts_service_id", Integer.toString(number))
                .option("mpegts_pmt_start_pid", Integer.toString(0x100 * number))
                .option("mpegts_start_pid", Integer.toString(0x100 * number + 1));
        List<Track> tracks = clip.tracks().stream().filter(some).toList();
        tracks.forEach(t -> output.track(
                new Track(t.id(), t.name(), t.format(), t.timebase(), t.kind() == Codec.Kind.AUDIO ? language : null)));
        clip.write(output, some);
        return Files.readAllBytes(file);
    }

    private static byte[] together(byte[] first, byte[] second) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<ProgramAssociationTable.Program> programs =
                List.of(new ProgramAssociationTable.Program(1, 0x100), new ProgramAssociationTable.Program(2, 0x200));
        ByteBuffer table =
                new ProgramAssociationTable(1, 0, programs).toSection().toBytes();
        int count = 0;
        for (int at = 0; at < Math.max(first.length, second.length); at += TsPacket.SIZE) {
            if (at / TsPacket.SIZE % 20 == 0) {
                byte[] packet = new byte[TsPacket.SIZE];
                Arrays.fill(packet, (byte) 0xFF);
                ByteBuffer.wrap(packet)
                        .putInt(0x47400010 | (count++ & 15))
                        .put((byte) 0)
                        .put(table.duplicate());
                out.writeBytes(packet);
            }
            for (byte[] program : new byte[][] {first, second}) {
                boolean service = at < program.length && (program[at + 1] & 0x1F) == 0 && program[at + 2] < 0x20;
                if (at < program.length && !service) {
                    out.write(program, at, TsPacket.SIZE);
                }
            }
        }
        return out.toByteArray();
    }

    @ParameterizedTest
    @CsvSource({"'', VIDEO AUDIO, fr", "?program=1, VIDEO AUDIO, fr", "?program=2, AUDIO, de"})
    void theProgramThatIsAskedForIsRead(String query, String kinds, String language) throws Exception {
        int port = FreePorts.eight();
        Ingest ingest = Ingest.builder(InputSpec.parse("udp://127.0.0.1:" + port + query))
                .build();
        try (RecordingSink sink = new RecordingSink();
                DatagramSocket socket = new DatagramSocket()) {
            CompletableFuture<Void> run = CompletableFuture.runAsync(() -> ingest.run(sink));
            int tracks = kinds.split(" ").length;
            for (int lap = 0; lap < 100 && sink.items(Sample.class).size() < 60; lap++) {
                for (int at = 0; at < stream.length; at += 7 * TsPacket.SIZE) {
                    int size = Math.min(7 * TsPacket.SIZE, stream.length - at);
                    socket.send(new DatagramPacket(stream, at, size, InetAddress.getLoopbackAddress(), port));
                    LockSupport.parkNanos(200_000);
                }
            }
            ingest.close();
            run.get(2500, TimeUnit.MILLISECONDS);
            assertThat(sink.tracks()).hasSize(tracks);
            assertThat(sink.tracks()).extracting(t -> t.kind().name()).containsExactlyInAnyOrder(kinds.split(" "));
            assertThat(sink.tracks())
                    .filteredOn(t -> t.kind() == Codec.Kind.AUDIO)
                    .extracting(Track::language)
                    .containsExactly(language);
        }
    }
}

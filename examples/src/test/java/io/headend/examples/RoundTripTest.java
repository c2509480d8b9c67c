package io.headend.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.Codec;
import io.headend.core.Track;
import io.headend.ffmpeg.AvFrame;
import io.headend.ffmpeg.AvSample;
import io.headend.ffmpeg.Decoder;
import io.headend.ffmpeg.Demuxer;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.SharedMedia;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What was packaged decodes to the pictures and the sound of its source, for every functional file. */
@ExtendWith(LeakExtension.class)
class RoundTripTest {

    /** Files that cannot be packaged, and what is said of them. */
    private static final Map<String, String> REFUSED = Map.of(
            "corrupt_truncated.mp4", "is truncated",
            "multi_stream_2v2a_subs_nasa.mp4", "renditions do not align",
            "corrupt_dropped_ts_packets.ts", "no sample entry for mp2",
            "mpeg2_1080p24_mp2_bbb.ts", "no sample entry for mp2",
            "mpeg2_mp2_scte35.ts", "no sample entry for mpeg2video");

    @TempDir
    Path temporary;

    static Stream<String> files() {
        return SharedMedia.find("media/functional").stream().flatMap(folder -> {
            try (Stream<Path> inside = Files.list(folder)) {
                return inside
                        .filter(Files::isRegularFile)
                        .map(file -> file.getFileName().toString())
                        .filter(name -> !name.endsWith(".csv"))
                        .sorted()
                        .toList()
                        .stream();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("files")
    void decodesToTheSame(String name) throws IOException {
        Path file = SharedMedia.media("functional/" + name);
        Path out = temporary.resolve("out");
        CommandLineRun run = CommandLineRun.of("package", file.toString(), "-o", out.toString(), "--json");
        if (REFUSED.containsKey(name)) {
            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.err().strip()).contains(REFUSED.get(name)).doesNotContain("\n");
            assertThat(out).doesNotExist();
            return;
        }
        assertThat(run.exitCode()).as(run.err()).isZero();
        List<Path> renditions;
        try (Stream<Path> folders = Files.list(out)) {
            renditions = folders.filter(Files::isDirectory).sorted().toList();
        }
        List<Decoded> made = new ArrayList<>();
        for (Path rendition : renditions) {
            made.addAll(decode(concatenated(rendition)));
        }
        assertThat(made).isNotEmpty();
        List<Decoded> source = decode(file);
        for (Decoded track : made) {
            assertThat(source).anySatisfy(original -> track.requireSame(original));
        }
    }

    private Path concatenated(Path rendition) throws IOException {
        Path whole = temporary.resolve(rendition.getFileName() + ".mp4");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(Files.readAllBytes(rendition.resolve("init.mp4")));
        for (int number = 0; Files.exists(rendition.resolve(number + ".m4s")); number++) {
            bytes.write(Files.readAllBytes(rendition.resolve(number + ".m4s")));
        }
        Files.write(whole, bytes.toByteArray());
        return whole;
    }

    /** Checksums of pictures, or the samples of the first channel. */
    private record Decoded(Codec.Kind kind, List<Long> pictures, byte[] sound, int frame) {

        void requireSame(Decoded original) {
            assertThat(kind).isEqualTo(original.kind);
            if (kind == Codec.Kind.VIDEO) {
                assertThat(pictures).isNotEmpty().isEqualTo(original.pictures);
                return;
            }
            // The first frame decodes with the one before it, which was priming and is left out; an edit list may cut
            // the frames at both
            // ends, which are packaged whole: so the sound of the source lies somewhere in ours.
            assertThat(Math.abs(sound.length - original.sound.length)).isLessThanOrEqualTo(2 * frame);
            int skip = Math.min(2 * frame, sound.length);
            int shift = -1;
            for (int at = 0; at <= 4 * frame && shift < 0; at += 4) {
                int end = Math.min(sound.length - skip, original.sound.length - at);
                if (end >= 0 && Arrays.equals(sound, skip, skip + end, original.sound, at, at + end)) {
                    shift = at;
                }
            }
            assertThat(shift).as("where the sound is in that of the source").isNotNegative();
        }
    }

    private static List<Decoded> decode(Path file) {
        List<Decoded> all = new ArrayList<>();
        List<Track> tracks;
        try (Demuxer demuxer = Demuxer.builder(file.toString()).open()) {
            tracks = demuxer.tracks();
        }
        for (Track track : tracks) {
            boolean decodable = track.kind() == Codec.Kind.VIDEO || track.kind() == Codec.Kind.AUDIO;
            if (decodable) {
                all.add(decode(file, track));
            }
        }
        Assumptions.assumeFalse(all.isEmpty(), "nothing to decode");
        return all;
    }

    private static Decoded decode(Path file, Track track) {
        List<Long> pictures = new ArrayList<>();
        ByteArrayOutputStream sound = new ByteArrayOutputStream();
        int[] frame = {0};
        try (Demuxer demuxer = Demuxer.builder(file.toString()).open();
                Decoder decoder = demuxer.decoder(track.id()).open()) {
            AvSample sample = demuxer.read();
            while (sample != null) {
                try (AvSample open = sample) {
                    if (open.trackId() == track.id()) {
                        decoder.send(open);
                        drain(decoder, track, pictures, sound, frame);
                    }
                }
                sample = demuxer.read();
            }
            decoder.finish();
            drain(decoder, track, pictures, sound, frame);
        }
        return new Decoded(track.kind(), pictures, sound.toByteArray(), frame[0]);
    }

    private static void drain(
            Decoder decoder, Track track, List<Long> pictures, ByteArrayOutputStream sound, int[] frame) {
        AvFrame next = decoder.receive();
        while (next != null) {
            try (AvFrame open = next) {
                if (track.kind() == Codec.Kind.VIDEO) {
                    pictures.add(checksum(open));
                } else {
                    ByteBuffer plane = open.plane(0);
                    byte[] bytes = new byte[plane.remaining()];
                    plane.get(bytes);
                    sound.writeBytes(bytes);
                    frame[0] = Math.max(frame[0], bytes.length);
                }
            }
            next = decoder.receive();
        }
    }

    private static long checksum(AvFrame picture) {
        CRC32 crc = new CRC32();
        for (int plane = 0; plane < picture.planes(); plane++) {
            ByteBuffer bytes = picture.plane(plane);
            for (int row = 0; row < picture.rows(plane); row++) {
                crc.update(bytes.slice(row * picture.stride(plane), picture.rowBytes(plane)));
            }
        }
        return crc.getValue();
    }
}

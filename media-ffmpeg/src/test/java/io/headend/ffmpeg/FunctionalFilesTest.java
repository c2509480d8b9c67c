package io.headend.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.headend.core.AudioFormat;
import io.headend.core.Codec;
import io.headend.core.MediaException;
import io.headend.core.Track;
import io.headend.core.VideoFormat;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.SharedMedia;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every real file through demuxer and decoder: one right answer or one clear error, never a crash or a hang. The answers are
 * kept in {@code functional.txt}; {@code -Dgolden.update=true} rewrites it.
 */
@ExtendWith(LeakExtension.class)
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FunctionalFilesTest {

    private static final String GOLDEN = "functional.txt";
    private static final Map<String, String> EXPECTED = new TreeMap<>();

    static Stream<String> files() throws IOException {
        if (SharedMedia.root().isEmpty()) {
            return Stream.of("(none)");
        }
        try (InputStream in = FunctionalFilesTest.class.getResourceAsStream(GOLDEN)) {
            if (in != null) {
                new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().forEach(line -> {
                    int bar = line.indexOf(" | ");
                    EXPECTED.put(line.substring(0, bar), line.substring(bar + 3));
                });
            }
        }
        return Files.readAllLines(SharedMedia.media("functional/manifest.csv")).stream()
                .skip(1)
                .map(line -> line.substring(0, line.indexOf(',')))
                .map(name -> switch (name) {
                    case "dash_cea608/" -> "dash_cea608/manifest.mpd";
                    case "hls_rollover/" -> "hls_rollover/playlist.m3u8";
                    case "hls_discontinuity/" -> "hls_discontinuity/index.m3u8";
                    default -> name;
                });
    }

    @ParameterizedTest
    @MethodSource("files")
    void answersOrFailsClearly(String file) throws IOException {
        assumeTrue(SharedMedia.root().isPresent(), "skipped: ../shared is missing");
        String answer = answer(SharedMedia.media("functional").resolve(file));
        if (Boolean.getBoolean("golden.update")) {
            EXPECTED.put(file, answer);
            Path source = Path.of("src/test/resources/io/headend/ffmpeg", GOLDEN);
            Files.createDirectories(source.getParent());
            Files.write(
                    source,
                    EXPECTED.entrySet().stream()
                            .map(e -> e.getKey() + " | " + e.getValue())
                            .toList());
        }
        assertThat(answer).isEqualTo(EXPECTED.get(file));
    }

    private static String answer(Path file) {
        Map<Integer, Decoder> decoders = new HashMap<>();
        Map<Integer, Long> units = new TreeMap<>();
        StringBuilder out = new StringBuilder();
        try (Demuxer demuxer = Demuxer.builder(file.toString())
                .totalTimeout(Duration.ofSeconds(20))
                .open()) {
            for (Track track : demuxer.tracks()) {
                if (track.kind() == Codec.Kind.VIDEO || track.kind() == Codec.Kind.AUDIO) {
                    decoders.put(
                            track.id(), demuxer.decoder(track.id()).threads(1).open());
                }
            }
            @Nullable MediaException failure = null;
            try {
                for (AvSample sample = demuxer.read(); sample != null; sample = demuxer.read()) {
                    try (AvSample s = sample) {
                        Decoder decoder = decoders.get(s.trackId());
                        if (decoder != null) {
                            decoder.send(s);
                            count(decoder, s.trackId(), units);
                        }
                    }
                }
            } catch (MediaException e) {
                failure = e;
            }
            for (Map.Entry<Integer, Decoder> e : decoders.entrySet()) {
                e.getValue().finish();
                count(e.getValue(), e.getKey(), units);
            }
            out.append(demuxer.formatName());
            for (Track track : demuxer.tracks()) {
                out.append("; ").append(describe(track, demuxer));
                Decoder decoder = decoders.get(track.id());
                if (decoder != null) {
                    out.append(" decoded=").append(units.getOrDefault(track.id(), 0L));
                    out.append(decoder.errors() > 0 ? " errors=" + decoder.errors() : "");
                }
            }
            if (failure != null) {
                out.append("; ").append(failure.code());
            }
        } catch (MediaException e) {
            out.append(e.code());
        } finally {
            decoders.values().forEach(Decoder::close);
        }
        return out.toString();
    }

    private static void count(Decoder decoder, int track, Map<Integer, Long> units) {
        for (AvFrame frame = decoder.receive(); frame != null; frame = decoder.receive()) {
            units.merge(track, frame.kind() == Codec.Kind.VIDEO ? 1L : frame.samples(), Long::sum);
            frame.close();
        }
    }

    private static String describe(Track track, Demuxer demuxer) {
        String text = track.name() + " " + track.format().codec().name();
        if (track.format() instanceof VideoFormat video) {
            text += " " + video.size() + " " + (video.frameRate() == null ? "vfr" : video.frameRate());
        } else if (track.format() instanceof AudioFormat audio) {
            text += " " + audio.sampleRate() + "x" + audio.channels();
        }
        return track.language() == null ? text : text + " " + track.language();
    }
}

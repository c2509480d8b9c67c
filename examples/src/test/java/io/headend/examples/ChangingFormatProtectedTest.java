package io.headend.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.drm.ContentKey;
import io.headend.drm.DerivedKeys;
import io.headend.ffmpeg.AvSample;
import io.headend.ffmpeg.Demuxer;
import io.headend.packaging.Conformance;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.SharedMedia;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A film whose format changes twice, encrypted: FFmpeg's decryptor gives back the samples of the clear one on every side. */
@ExtendWith(LeakExtension.class)
class ChangingFormatProtectedTest {

    private static final String SECRET = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    private static final Pattern ATTRIBUTE = Pattern.compile("(URI|KEYID)=\"?([^\",]+)");

    @TempDir
    Path folder;

    /** Segments one behind the other that have an initialisation segment and a key. */
    private record Stretch(String init, String keyId, List<String> segments) {}

    @ParameterizedTest
    @CsvSource({"cenc,0,3", "cbcs,0,3", "cenc,4,5", "cbcs,4,5"})
    void decryptsOnBothSidesOfTheChange(String scheme, int period, int leastKeys) throws IOException {
        Path changing = SharedMedia.require("media/functional/hls_discontinuity/index.m3u8");
        Path secret = Files.writeString(folder.resolve("secret"), SECRET);
        Path clear = packaged(changing, "clear");
        Path encrypted = period == 0
                ? packaged(changing, "encrypted", "--drm", scheme, "--secret-file", secret.toString())
                : packaged(
                        changing,
                        "encrypted",
                        "--drm",
                        scheme,
                        "--secret-file",
                        secret.toString(),
                        "--key-period",
                        Integer.toString(period));
        DerivedKeys keys = DerivedKeys.of(HexFormat.of().parseHex(SECRET));
        Set<String> used = new HashSet<>();
        for (String rendition : List.of("v720", "audio")) {
            List<Stretch> stretches = stretches(encrypted.resolve(rendition));
            assertThat(stretches).as(rendition).hasSizeGreaterThanOrEqualTo(rendition.equals("audio") ? 1 : 3);
            for (Stretch stretch : stretches) {
                List<ByteBuffer> expected =
                        samples(clear.resolve(rendition), clearInit(stretch.init()), stretch.segments(), "");
                String key = secret(keys, stretch.keyId());
                assertThat(expected).isNotEmpty();
                assertThat(samples(encrypted.resolve(rendition), stretch.init(), stretch.segments(), key))
                        .as("%s %s", rendition, stretch)
                        .isEqualTo(expected);
                assertThat(samples(encrypted.resolve(rendition), stretch.init(), stretch.segments(), "0".repeat(32)))
                        .isNotEqualTo(expected);
                used.add(stretch.keyId());
            }
        }
        assertThat(used).hasSizeGreaterThanOrEqualTo(leastKeys);
        Conformance.Source source = Conformance.folder(encrypted);
        List<Conformance.Violation> found = new ArrayList<>(Conformance.checkHls(source, "master.m3u8"));
        found.addAll(Conformance.checkDash(source, "manifest.mpd"));
        assertThat(found).filteredOn(v -> v.rule().startsWith("drm.")).isEmpty();
    }

    private Path packaged(Path input, String name, String... more) {
        Path out = folder.resolve(name);
        List<String> arguments =
                new ArrayList<>(List.of("package", input.toString(), "-o", out.toString(), "--segment", "2"));
        arguments.addAll(List.of(more));
        CommandLineRun run = CommandLineRun.of(arguments.toArray(String[]::new));
        assertThat(run.exitCode()).as(run.err()).isZero();
        return out;
    }

    /** That of the track, without the key of a period. */
    private static String clearInit(String init) {
        return init.replaceFirst("\\.[0-9a-f]{32}\\.mp4$", ".mp4");
    }

    private static List<Stretch> stretches(Path rendition) throws IOException {
        List<Stretch> found = new ArrayList<>();
        String init = "";
        String keyId = "";
        for (String line : Files.readAllLines(rendition.resolve("media.m3u8"))) {
            if (line.startsWith("#EXT-X-MAP:")) {
                init = attribute(line, "URI");
            } else if (line.startsWith("#EXT-X-KEY:")) {
                // one for each system, not all of which name the key
                String named = attribute(line, "KEYID");
                keyId = named.isEmpty() ? keyId : named;
            } else if (line.endsWith(".m4s")) {
                Stretch last = found.isEmpty() ? null : found.get(found.size() - 1);
                if (last == null || !last.init().equals(init) || !last.keyId().equals(keyId)) {
                    last = new Stretch(init, keyId, new ArrayList<>());
                    found.add(last);
                }
                last.segments().add(line);
            }
        }
        return found;
    }

    private static String attribute(String line, String name) {
        Matcher found = ATTRIBUTE.matcher(line);
        while (found.find()) {
            if (found.group(1).equals(name)) {
                return found.group(2);
            }
        }
        return "";
    }

    private static String secret(DerivedKeys keys, String keyId) {
        ByteBuffer id = ByteBuffer.wrap(HexFormat.of().parseHex(keyId.substring(2)));
        ContentKey key = keys.find(new UUID(id.getLong(), id.getLong())).orElseThrow();
        return HexFormat.of().formatHex(key.secret().getEncoded());
    }

    private List<ByteBuffer> samples(Path rendition, String init, List<String> segments, String key)
            throws IOException {
        Path joined = folder.resolve("joined.mp4");
        try (OutputStream file = Files.newOutputStream(joined)) {
            Files.copy(rendition.resolve(init), file);
            for (String segment : segments) {
                Files.copy(rendition.resolve(segment), file);
            }
        }
        List<ByteBuffer> samples = new ArrayList<>();
        var opening = Demuxer.builder(joined.toString());
        try (Demuxer demuxer = (key.isEmpty() ? opening : opening.option("decryption_key", key)).open()) {
            for (AvSample packet = demuxer.read(); packet != null; packet = demuxer.read()) {
                try (AvSample sample = packet) {
                    samples.add(ByteBuffer.allocate(sample.size())
                            .put(sample.data())
                            .flip());
                }
            }
        }
        return samples;
    }
}

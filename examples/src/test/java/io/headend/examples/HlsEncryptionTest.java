package io.headend.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.MediaException;
import io.headend.core.PictureSize;
import io.headend.core.StreamSource;
import io.headend.core.http.MediaRequest;
import io.headend.drm.ContentKey;
import io.headend.drm.DerivedKeys;
import io.headend.drm.KeyProvider;
import io.headend.drm.KeyRotation;
import io.headend.drm.hls.SampleAesEncryptor;
import io.headend.drm.hls.SegmentEncryptor;
import io.headend.ffmpeg.AvSample;
import io.headend.ffmpeg.Demuxer;
import io.headend.ffmpeg.DemuxerBuilder;
import io.headend.formats.h26x.AnnexB;
import io.headend.live.ChannelSpec;
import io.headend.live.LiveChannel;
import io.headend.packaging.Mezzanine;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.SharedMedia;
import io.headend.testkit.SyntheticSource;
import io.headend.transcode.AudioRendition;
import io.headend.transcode.EncoderSettings;
import io.headend.transcode.Ladder;
import io.headend.transcode.RateControl;
import io.headend.transcode.Rendition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** FFmpeg plays what is encrypted as whole segments or by sample in transport streams, and finds the samples of the source. */
@ExtendWith(LeakExtension.class)
class HlsEncryptionTest {

    private static final Path VIDEO = Path.of("packaging/src-clips/s8_v360.mp4");
    private static final Path SOUND = Path.of("packaging/src-clips/s8_a.mp4");

    @TempDir
    Path folder;

    private final DerivedKeys keys = DerivedKeys.of(new byte[16]);

    /** Puts the key where the playlist says it is. */
    private String keyFile(ContentKey key) {
        try {
            Path file = folder.resolve(key.id() + ".key");
            Files.write(file, key.secret().getEncoded());
            return file.toUri().toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path write(String name, Mezzanine.Output output, Function<Mezzanine.Builder, Mezzanine.Builder> how) {
        Path out = folder.resolve(name);
        Mezzanine.Builder builder = Mezzanine.builder()
                .input(SharedMedia.require(VIDEO.toString()))
                .input(SharedMedia.require(SOUND.toString()))
                .segment(Duration.ofSeconds(2));
        try (Mezzanine recording = how.apply(builder).open()) {
            recording.write(out, Set.of(output), bytes -> {});
        }
        return out;
    }

    private Function<Mezzanine.Builder, Mezzanine.Builder> wholes(
            Optional<KeyRotation> rotation, KeyProvider provider) {
        return builder -> builder.segmentProtection(name -> {
            SegmentEncryptor.Builder each =
                    SegmentEncryptor.builder(provider, this::keyFile).contentId("film");
            rotation.ifPresent(each::rotation);
            return Optional.of(each.build());
        });
    }

    private Function<Mezzanine.Builder, Mezzanine.Builder> units(Optional<KeyRotation> rotation) {
        SampleAesEncryptor.Builder each =
                SampleAesEncryptor.builder(keys, this::keyFile).contentId("film");
        rotation.ifPresent(each::rotation);
        return builder -> builder.unitProtection(track -> Optional.of(each.build(track)));
    }

    /** Payloads by coding; parameter sets and delimiters that transport streams repeat are left out. */
    private static Map<String, List<ByteBuffer>> samples(Path playlist) {
        DemuxerBuilder opening = Demuxer.builder(playlist.toString());
        if (playlist.toString().endsWith(".m3u8")) {
            opening.format("hls")
                    .option("allowed_extensions", "ALL")
                    .option("extension_picky", "0")
                    .option("protocol_whitelist", "file,crypto,data");
        }
        Map<String, List<ByteBuffer>> found = new TreeMap<>();
        try (Demuxer demuxer = opening.open()) {
            for (AvSample packet = demuxer.read(); packet != null; packet = demuxer.read()) {
                try (AvSample sample = packet) {
                    int id = sample.trackId();
                    String codec = demuxer.tracks().stream()
                            .filter(track -> track.id() == id)
                            .map(track -> track.format().codec().codec().name())
                            .findFirst()
                            .orElseThrow();
                    found.computeIfAbsent(codec, name -> new ArrayList<>()).add(payload(codec, sample.data()));
                }
            }
        }
        return found;
    }

    private static ByteBuffer payload(String codec, ByteBuffer data) {
        ByteBuffer out = ByteBuffer.allocate(data.remaining() * 2);
        if (codec.equals("AAC")) {
            boolean adts = data.remaining() > 7 && (data.getShort(data.position()) & 0xFFF6) == 0xFFF0;
            return out.put(data.slice(data.position() + (adts ? 7 : 0), data.remaining() - (adts ? 7 : 0)))
                    .flip();
        }
        if (!codec.equals("AVC")) {
            return out.put(data).flip();
        }
        for (ByteBuffer unit : nalUnits(data)) {
            int type = unit.get(unit.position()) & 31;
            if (type == 1 || type == 5) {
                out.put(unit);
            }
        }
        return out.flip();
    }

    private static List<ByteBuffer> nalUnits(ByteBuffer data) {
        List<ByteBuffer> units = new ArrayList<>();
        int at = data.position();
        while (at + 4 <= data.limit() && data.getInt(at) >= 0 && data.getInt(at) <= data.limit() - at - 4) {
            units.add(data.slice(at + 4, data.getInt(at)));
            at += 4 + data.getInt(at);
        }
        return at == data.limit() ? units : AnnexB.nalUnits(data);
    }

    private Path playlist(Path out, String rendition) {
        return out.resolve(rendition).resolve("media.m3u8");
    }

    private static Stream<String> lines(Path file, String start) throws IOException {
        return Files.readAllLines(file).stream().filter(line -> line.startsWith(start));
    }

    private static void sameAsTheSource(Map<String, List<ByteBuffer>> found, Path source, String codec) {
        sameAsTheSource(found.get(codec), source, codec, Integer.MAX_VALUE);
    }

    private static void sameAsTheSource(List<ByteBuffer> found, Path source, String codec, int most) {
        List<ByteBuffer> expected =
                samples(SharedMedia.require(source.toString())).get(codec);
        assertThat(expected).hasSizeGreaterThan(100);
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < Math.min(expected.size(), most); i++) {
            assertThat(found.get(i).mismatch(expected.get(i)))
                    .as("first other byte of %s sample %d", codec, i)
                    .isEqualTo(-1);
        }
    }

    @Test
    void wholeSegmentsOfTransportStreams() throws IOException {
        Path out = write("ts", Mezzanine.Output.TS, wholes(Optional.empty(), keys));
        Path video = playlist(out, "v360");
        assertThat(lines(video, "#EXT-X-KEY"))
                .singleElement()
                .asString()
                .contains("METHOD=AES-128")
                .doesNotContain("IV=");
        assertThat(Files.size(out.resolve("v360/0.ts")) % 16).isZero();
        assertThat(Files.size(out.resolve("v360/0.ts")) % 188).isNotZero();
        assertThat(out.resolve("v360/iframes.m3u8")).doesNotExist();
        Map<String, List<ByteBuffer>> found = samples(video);
        sameAsTheSource(found, VIDEO, "AVC");
        sameAsTheSource(found, SOUND, "AAC");
    }

    @Test
    void wholeSegmentsWithAnExplicitVectorAndChangingKeys() throws IOException {
        KeyProvider explicit = query -> keys.key(query).withConstantIv();
        Path out = write("iv", Mezzanine.Output.TS, wholes(Optional.of(new KeyRotation(2)), explicit));
        Path video = playlist(out, "v360");
        assertThat(lines(video, "#EXT-X-KEY").distinct())
                .hasSizeGreaterThan(1)
                .allSatisfy(line -> assertThat(line).contains(",IV=0x"));
        sameAsTheSource(samples(video), VIDEO, "AVC");
    }

    @Test
    void wholeSegmentsOfCmaf() throws IOException {
        Path out = write("cmaf", Mezzanine.Output.HLS, wholes(Optional.of(new KeyRotation(1)), keys));
        Path video = playlist(out, "v360");
        String text = Files.readString(video);
        assertThat(text.indexOf("#EXT-X-MAP")).isBetween(0, text.indexOf("#EXT-X-KEY"));
        assertThat(new String(Files.readAllBytes(out.resolve("v360/init.mp4")), 4, 4, StandardCharsets.US_ASCII))
                .isEqualTo("ftyp");
        sameAsTheSource(samples(video), VIDEO, "AVC");
        sameAsTheSource(samples(playlist(out, "audio")), SOUND, "AAC");
    }

    private static byte[] fetch(LiveChannel channel, String path) {
        return channel.origin()
                .handle(MediaRequest.get("/one/" + path))
                .thenCompose(response -> {
                    assertThat(response.status()).as(path).isEqualTo(200);
                    return response.body().collect(1 << 24);
                })
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }

    /** What a channel that has ended serves of a rendition; returns the playlist. */
    private Path saved(LiveChannel channel, String rendition, String name) throws IOException {
        Path playlist = folder.resolve(rendition + "/" + name);
        Files.createDirectories(folder.resolve(rendition));
        Files.write(playlist, fetch(channel, rendition + "/" + name));
        List<String> files =
                lines(playlist, "").filter(line -> !line.startsWith("#")).toList();
        for (String file : files) {
            Files.write(playlist.resolveSibling(file), fetch(channel, rendition + "/" + file));
        }
        return playlist;
    }

    @Test
    void transportStreamsOfALiveChannelHaveTheSamplesOfItsCmaf() throws Exception {
        EncoderSettings settings = EncoderSettings.x264("ultrafast", RateControl.CappedQuality.of(28, 300_000));
        ChannelSpec spec = ChannelSpec.of("one")
                .withSegments(Duration.ofSeconds(1), Duration.ofSeconds(1))
                .withLadder(new Ladder(
                        List.of(new Rendition("v72", new PictureSize(128, 72), settings)),
                        List.of(AudioRendition.standard())))
                .withTransportStreams();
        StreamSource source = SyntheticSource.builder()
                .size(128, 72)
                .frameRate(25)
                .duration(Duration.ofSeconds(5))
                .build();
        try (LiveChannel channel = LiveChannel.builder(spec, source)
                .segmentProtection((rendition, grid) -> Optional.of(SegmentEncryptor.builder(keys, this::keyFile)
                        .rotation(new KeyRotation(2))
                        .build()))
                .build()) {
            channel.start();
            assertThat(channel.awaitEnd(Duration.ofSeconds(60))).isTrue();
            for (String rendition : List.of("v72", "audio")) {
                Path streams = saved(channel, rendition, "media-ts.m3u8");
                assertThat(lines(streams, "#EXT-X-KEY")).hasSizeGreaterThan(1).allMatch(l -> l.contains("AES-128"));
                Files.write(folder.resolve(rendition + "/init.mp4"), fetch(channel, rendition + "/init.mp4"));
                Map<String, List<ByteBuffer>> fragments = samples(saved(channel, rendition, "media.m3u8"));
                assertThat(fragments).hasSize(1);
                assertThat(fragments.values().iterator().next()).hasSizeGreaterThan(50);
                assertThat(samples(streams)).isEqualTo(fragments);
            }
        }
    }

    /** FFmpeg takes the last picture of a playlist out of its parser without decrypting it. */
    @Test
    void samplesInTransportStreams() throws IOException {
        Path out = write("sample-aes", Mezzanine.Output.TS, units(Optional.empty()));
        Path video = playlist(out, "v360");
        assertThat(lines(video, "#EXT-X-KEY")).singleElement().asString().contains("METHOD=SAMPLE-AES", ",IV=0x");
        assertThat(out.resolve("v360/iframes.m3u8")).exists();
        Map<String, List<ByteBuffer>> found = samples(video);
        sameAsTheSource(found.get("AVC"), VIDEO, "AVC", found.get("AVC").size() - 1);
        sameAsTheSource(found, SOUND, "AAC");
    }

    private static long others(List<ByteBuffer> found, List<ByteBuffer> expected) {
        return IntStream.range(0, expected.size())
                .filter(i -> !found.get(i).equals(expected.get(i)))
                .count();
    }

    /** AC-3 and Enhanced AC-3 beside pictures and alone; FFmpeg takes the last frame of a key out of its parser as it does with pictures. */
    @ParameterizedTest
    @CsvSource({"ac3, AC3, true", "eac3, EAC3, true", "ac3, AC3, false", "eac3, EAC3, false"})
    void samplesOfSurroundSound(String clip, String codec, boolean pictures) throws IOException {
        Path sound = Path.of("../media-drm/src/test/resources/io/headend/drm/" + clip + ".mp4");
        assertThat(sound).exists();
        for (Optional<KeyRotation> rotation : List.of(Optional.<KeyRotation>empty(), Optional.of(new KeyRotation(1)))) {
            Path out = folder.resolve(clip + rotation.isPresent());
            Mezzanine.Builder builder = Mezzanine.builder().input(sound).segment(Duration.ofMillis(250));
            if (pictures) {
                builder.input(SharedMedia.require(VIDEO.toString()));
            }
            try (Mezzanine recording = units(rotation).apply(builder).open()) {
                recording.write(out, Set.of(Mezzanine.Output.TS), bytes -> {});
            }
            Path playlist;
            try (Stream<Path> files = Files.walk(out)) {
                playlist = files.filter(file -> file.endsWith("media.m3u8"))
                        .sorted()
                        .toList()
                        .get(0);
            }
            assertThat(lines(playlist, "#EXT-X-KEY")).allMatch(line -> line.contains("METHOD=SAMPLE-AES"));
            List<ByteBuffer> expected = samples(sound).get(codec);
            assertThat(expected).hasSizeGreaterThan(20);
            List<ByteBuffer> found = samples(playlist).get(codec);
            assertThat(found).hasSameSizeAs(expected);
            long keysUsed = lines(playlist, "#EXT-X-KEY").distinct().count();
            assertThat(pictures || keysUsed > 1 == rotation.isPresent()).isTrue();
            assertThat(others(found, expected)).as("at the ends of keys").isLessThanOrEqualTo(keysUsed);
            try (Stream<Path> files = Files.list(folder)) {
                for (Path key : files.filter(f -> f.toString().endsWith(".key")).toList()) {
                    Files.write(key, new byte[16]);
                }
            }
            assertThat(samples(playlist).getOrDefault(codec, List.of()))
                    .as("with a wrong key")
                    .doesNotContainAnyElementsOf(expected.subList(0, 10));
        }
    }

    /** FFmpeg decrypts the last picture of a segment with the key of the next one. */
    @Test
    void samplesWithChangingKeys() throws IOException {
        Path out = write("rotated", Mezzanine.Output.TS, units(Optional.of(new KeyRotation(1))));
        Path video = playlist(out, "v360");
        long keysUsed = lines(video, "#EXT-X-KEY").distinct().count();
        assertThat(keysUsed).isGreaterThan(2);
        Map<String, List<ByteBuffer>> found = samples(video);
        List<ByteBuffer> expected =
                samples(SharedMedia.require(VIDEO.toString())).get("AVC");
        assertThat(found.get("AVC")).hasSameSizeAs(expected);
        assertThat(others(found.get("AVC"), expected)).isLessThanOrEqualTo(keysUsed);
        sameAsTheSource(found, SOUND, "AAC");
    }

    @Test
    void aWrongKeyGivesOtherSamples() throws IOException {
        Path out = write("wrong", Mezzanine.Output.TS, units(Optional.empty()));
        try (Stream<Path> files = Files.list(folder)) {
            for (Path key : files.filter(f -> f.toString().endsWith(".key")).toList()) {
                Files.write(key, new byte[16]);
            }
        }
        Map<String, List<ByteBuffer>> found = samples(playlist(out, "v360"));
        assertThat(found.get("AVC"))
                .isNotEqualTo(samples(SharedMedia.require(VIDEO.toString())).get("AVC"));
    }

    @Test
    void dashHasNoWholeSegments() {
        assertThatThrownBy(() -> write("dash", Mezzanine.Output.DASH, wholes(Optional.empty(), keys)))
                .isInstanceOf(MediaException.class)
                .hasMessageContaining("DASH");
    }
}

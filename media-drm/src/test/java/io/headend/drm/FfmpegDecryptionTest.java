package io.headend.drm;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.AudioFormat;
import io.headend.core.Codec;
import io.headend.core.HeapSample;
import io.headend.core.ProtectionScheme;
import io.headend.core.Sample;
import io.headend.core.Timebase;
import io.headend.core.Track;
import io.headend.core.TrackFormat;
import io.headend.ffmpeg.AvSample;
import io.headend.ffmpeg.Demuxer;
import io.headend.ffmpeg.DemuxerBuilder;
import io.headend.formats.ac3.SyncFrame;
import io.headend.formats.isobmff.InitializationSegment;
import io.headend.formats.isobmff.SampleFlags;
import io.headend.formats.isobmff.TrackFragment;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.SharedMedia;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** FFmpeg's own decryptor gives back the bytes of real clips. */
@ExtendWith(LeakExtension.class)
class FfmpegDecryptionTest {

    private static final String KEY = "0f0e0d0c0b0a09080706050403020100";
    private static final String KEY_ID = "00112233445566778899aabbccddeeff";
    private static final int SAMPLES_PER_FRAGMENT = 25;

    @TempDir
    Path folder;

    /** Samples of a track, copied out of FFmpeg's memory. */
    record Clip(Track track, List<Sample> samples) {}

    @ParameterizedTest
    @MethodSource("clips")
    void decryptsToTheSource(ProtectionScheme scheme, String source) throws IOException {
        Clip clip = clip(source);
        List<ByteBuffer> expected = payloads(clip);
        assertThat(expected).hasSizeGreaterThan(12);
        Path encrypted = folder.resolve("encrypted.mp4");
        CencEncryptor encryptor = CencEncryptor.builder(
                        scheme, KeyProvider.single(ContentKey.parse(KEY_ID + ":" + KEY)))
                .build();
        encryptor.begin(clip.track());
        write(clip.track(), clip.samples(), encryptor, encrypted);
        assertThat(payloads(decrypted(encrypted, KEY))).isEqualTo(expected);
        assertThat(payloads(decrypted(encrypted, KEY_ID))).isNotEqualTo(expected);
    }

    /** FFmpeg takes the key from the initialisation segment alone, so each crypto period is a file of its own for it. */
    @ParameterizedTest
    @MethodSource("clips")
    void decryptsEachCryptoPeriod(ProtectionScheme scheme, String source) throws IOException {
        Clip clip = clip(source);
        DerivedKeys keys = DerivedKeys.of(new byte[32]);
        CencEncryptor encryptor =
                CencEncryptor.builder(scheme, keys).rotation(new KeyRotation(2)).build();
        encryptor.begin(clip.track());
        List<List<Sample>> periods = groups(clip.samples());
        assertThat(periods).hasSizeGreaterThan(1);
        String before = KEY;
        for (int i = 0; i < periods.size(); i++) {
            encryptor.beginSegment(2L * i + 1);
            Path encrypted = folder.resolve(i + ".mp4");
            write(clip.track(), periods.get(i), encryptor, encrypted);
            ContentKey key = keys.find(encryptor.protection().keyId()).orElseThrow();
            String hex = HexFormat.of().formatHex(key.secret().getEncoded());
            List<ByteBuffer> expected =
                    periods.get(i).stream().map(Sample::data).toList();
            assertThat(payloads(decrypted(encrypted, hex))).isEqualTo(expected);
            assertThat(payloads(decrypted(encrypted, before))).isNotEqualTo(expected);
            before = hex;
        }
    }

    static List<Arguments> clips() {
        List<Arguments> all = new ArrayList<>();
        for (ProtectionScheme scheme : ProtectionScheme.values()) {
            for (String source : List.of(
                    "packaging/src-clips/s8_v360.mp4",
                    "packaging/src-clips/s8_a.mp4",
                    "media/functional/hevc_bframes.mp4",
                    "media/functional/h264_bpyramid.mp4",
                    "av1_tiles.mp4",
                    "av1_hidden.mp4",
                    "vp9.mp4",
                    "ac3.mp4",
                    "eac3.mp4",
                    "opus.mp4")) {
                all.add(Arguments.of(scheme, source));
            }
        }
        return all;
    }

    /** From one sync sample to the next, but for sound of some samples. */
    private static List<List<Sample>> groups(List<Sample> samples) {
        List<List<Sample>> groups = new ArrayList<>();
        boolean sound = samples.stream().allMatch(Sample::sync);
        for (Sample sample : samples) {
            if (groups.isEmpty() || (sound ? groups.get(groups.size() - 1).size() == 12 : sample.sync())) {
                groups.add(new ArrayList<>());
            }
            groups.get(groups.size() - 1).add(sample);
        }
        if (groups.size() == 1) {
            // one group of pictures: FFmpeg needs no sync sample to decrypt
            List<Sample> all = groups.get(0);
            return List.of(all.subList(0, all.size() / 2), all.subList(all.size() / 2, all.size()));
        }
        return groups;
    }

    private static Clip decrypted(Path file, String key) {
        return read(Demuxer.builder(file.toString()).option("decryption_key", key));
    }

    private Clip clip(String source) throws IOException {
        if (source.contains("/")) {
            return read(Demuxer.builder(SharedMedia.require(source).toString()));
        }
        Path file = folder.resolve(source);
        try (InputStream in = FfmpegDecryptionTest.class.getResourceAsStream(source)) {
            Files.copy(Objects.requireNonNull(in), file);
        }
        Clip clip = read(Demuxer.builder(file.toString()));
        Codec codec = clip.track().format().codec().codec();
        if (codec == Codec.AC3 || codec == Codec.EAC3) {
            ByteBuffer record = SyncFrame.specificBox(clip.samples().get(0).data());
            TrackFormat described = clip.track()
                    .format()
                    .withCodec(clip.track().format().codec().withRecord(record));
            return new Clip(clip.track().withFormat(described), clip.samples());
        }
        return clip;
    }

    private static List<ByteBuffer> payloads(Clip clip) {
        return clip.samples().stream().map(Sample::data).toList();
    }

    static Clip read(DemuxerBuilder opening) {
        try (Demuxer demuxer = opening.open()) {
            Track track = demuxer.tracks().get(0);
            if (track.format() instanceof AudioFormat audio) {
                track = track.withTimebase(Timebase.hz(audio.sampleRate()));
            }
            List<Sample> samples = new ArrayList<>();
            for (AvSample packet = demuxer.read(); packet != null; packet = demuxer.read()) {
                try (AvSample sample = packet) {
                    if (sample.trackId() == track.id()) {
                        ByteBuffer copy = ByteBuffer.allocate(sample.size())
                                .put(sample.data())
                                .flip();
                        samples.add(HeapSample.of(sample.info(), copy));
                    }
                }
            }
            return new Clip(track, samples);
        }
    }

    private static void write(Track track, List<Sample> samples, CencEncryptor encryptor, Path file)
            throws IOException {
        long first = samples.get(0).dts();
        try (OutputStream stream = Files.newOutputStream(file);
                WritableByteChannel out = Channels.newChannel(stream)) {
            out.write(InitializationSegment.of(track, encryptor.protection()));
            for (int from = 0; from < samples.size(); from += SAMPLES_PER_FRAGMENT) {
                List<Sample> part = samples.subList(from, Math.min(samples.size(), from + SAMPLES_PER_FRAGMENT));
                TrackFragment.Builder fragment =
                        TrackFragment.builder(1, part.get(0).dts() - first);
                ByteBuffer mdat = ByteBuffer.allocate(
                        8 + part.stream().mapToInt(Sample::size).sum());
                mdat.putInt(mdat.capacity()).putInt(0x6d646174);
                for (Sample sample : part) {
                    fragment.sample(
                            (int) sample.duration(),
                            sample.size(),
                            sample.sync() ? SampleFlags.SYNC : SampleFlags.NON_SYNC,
                            (int) (sample.pts() - sample.dts()));
                    int start = mdat.position();
                    mdat.put(sample.data());
                    fragment.encrypted(encryptor.protect(sample.info(), mdat.slice(start, sample.size())));
                }
                out.write(fragment.build()
                        .toMovieFragment(1 + from / SAMPLES_PER_FRAGMENT)
                        .toBytes());
                out.write(mdat.flip());
            }
        }
    }
}

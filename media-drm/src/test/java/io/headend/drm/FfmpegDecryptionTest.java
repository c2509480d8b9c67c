package io.headend.drm;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.AudioFormat;
import io.headend.core.HeapSample;
import io.headend.core.ProtectionScheme;
import io.headend.core.Sample;
import io.headend.core.Timebase;
import io.headend.core.Track;
import io.headend.ffmpeg.AvSample;
import io.headend.ffmpeg.Demuxer;
import io.headend.ffmpeg.DemuxerBuilder;
import io.headend.formats.isobmff.InitializationSegment;
import io.headend.formats.isobmff.SampleFlags;
import io.headend.formats.isobmff.TrackFragment;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.SharedMedia;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** FFmpeg's own decryptor gives back the bytes of real clips. */
@ExtendWith(LeakExtension.class)
class FfmpegDecryptionTest {

    private static final String KEY = "0f0e0d0c0b0a09080706050403020100";
    private static final String KEY_ID = "00112233445566778899aabbccddeeff";
    private static final int SAMPLES_PER_FRAGMENT = 25;

    @TempDir
    Path folder;

    private record Clip(Track track, List<Sample> samples) {}

    @ParameterizedTest
    @CsvSource({
        "CENC, packaging/src-clips/s8_v360.mp4",
        "CBCS, packaging/src-clips/s8_v360.mp4",
        "CENC, packaging/src-clips/s8_a.mp4",
        "CBCS, packaging/src-clips/s8_a.mp4",
        "CENC, media/functional/hevc_bframes.mp4",
        "CBCS, media/functional/hevc_bframes.mp4",
        "CENC, media/functional/h264_bpyramid.mp4",
        "CBCS, media/functional/h264_bpyramid.mp4",
    })
    void decryptsToTheSource(ProtectionScheme scheme, String source) throws IOException {
        Clip clip = read(Demuxer.builder(SharedMedia.require(source).toString()));
        Path encrypted = folder.resolve("encrypted.mp4");
        write(clip, scheme, encrypted);
        List<ByteBuffer> expected = payloads(clip);
        assertThat(expected).hasSizeGreaterThan(20);
        assertThat(payloads(read(Demuxer.builder(encrypted.toString()).option("decryption_key", KEY))))
                .isEqualTo(expected);
        assertThat(payloads(read(Demuxer.builder(encrypted.toString()).option("decryption_key", KEY_ID))))
                .hasSameSizeAs(expected)
                .isNotEqualTo(expected);
    }

    private static List<ByteBuffer> payloads(Clip clip) {
        return clip.samples().stream().map(Sample::data).toList();
    }

    private static Clip read(DemuxerBuilder opening) {
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

    private static void write(Clip clip, ProtectionScheme scheme, Path file) throws IOException {
        CencEncryptor encryptor = CencEncryptor.builder(
                        scheme, KeyProvider.single(ContentKey.parse(KEY_ID + ":" + KEY)))
                .build();
        encryptor.begin(clip.track());
        long first = clip.samples().get(0).dts();
        try (OutputStream stream = Files.newOutputStream(file);
                WritableByteChannel out = Channels.newChannel(stream)) {
            out.write(InitializationSegment.of(clip.track(), encryptor.protection()));
            for (int from = 0; from < clip.samples().size(); from += SAMPLES_PER_FRAGMENT) {
                List<Sample> part =
                        clip.samples().subList(from, Math.min(clip.samples().size(), from + SAMPLES_PER_FRAGMENT));
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
                    fragment.encrypted(encryptor.protect(sample.info(), sample.data(), mdat));
                }
                out.write(fragment.build()
                        .toMovieFragment(1 + from / SAMPLES_PER_FRAGMENT)
                        .toBytes());
                out.write(mdat.flip());
            }
        }
    }
}

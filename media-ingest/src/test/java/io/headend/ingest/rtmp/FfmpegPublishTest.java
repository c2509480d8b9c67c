package io.headend.ingest.rtmp;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.Codec;
import io.headend.core.PictureSize;
import io.headend.core.Rational;
import io.headend.core.Sample;
import io.headend.core.SampleInfo;
import io.headend.core.StreamSource;
import io.headend.core.Timebase;
import io.headend.core.Track;
import io.headend.core.TrackInfo;
import io.headend.core.VideoFormat;
import io.headend.ffmpeg.AvFrame;
import io.headend.ffmpeg.Encoder;
import io.headend.ffmpeg.Muxer;
import io.headend.ffmpeg.MuxerBuilder;
import io.headend.ingest.FileInput;
import io.headend.ingest.Ingest;
import io.headend.ingest.Playback;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.RecordingSink;
import io.headend.testkit.SharedMedia;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** FFmpeg's own RTMP client publishes; what comes onto the street is, packet by packet, what went in. */
@ExtendWith(LeakExtension.class)
class FfmpegPublishTest {

    private static final StreamKey KEY = StreamKey.parse("live/feed");

    /** Tracks and samples of a file. */
    private static RecordingSink read(String file) {
        RecordingSink sink = new RecordingSink();
        try (Ingest ingest = Ingest.builder(new FileInput(SharedMedia.media("functional/" + file), Playback.ONCE))
                .build()) {
            ingest.run(sink);
        }
        return sink;
    }

    private static void publish(String url, RecordingSink file, List<Track> tracks) {
        MuxerBuilder builder = Muxer.builder(url).format("flv").option("flvflags", "no_duration_filesize");
        tracks.forEach(builder::track);
        try (Muxer muxer = builder.open()) {
            for (Sample sample : file.items(Sample.class)) {
                if (tracks.stream().anyMatch(track -> track.id() == sample.trackId())) {
                    muxer.write(sample);
                }
            }
            muxer.finish();
        }
    }

    private static RecordingSink throughServer(RecordingSink file, List<Track> tracks) throws Exception {
        try (RtmpServer server =
                RtmpServer.builder().port(0).eventLoops(1).build().start()) {
            String url = "rtmp://127.0.0.1:" + server.port() + "/" + KEY;
            StreamSource source = server.source(KEY, SourceOptions.RECORDING);
            RecordingSink out = new RecordingSink();
            CompletableFuture<Void> publishing = CompletableFuture.runAsync(() -> publish(url, file, tracks));
            CompletableFuture<Void> reading = CompletableFuture.runAsync(() -> source.run(out));
            publishing.get(30, TimeUnit.SECONDS);
            reading.get(30, TimeUnit.SECONDS);
            assertThat(Await.until(() -> server.streams().isEmpty())).isTrue();
            return out;
        }
    }

    static Map<Integer, List<String>> hashes(RecordingSink sink) throws Exception {
        MessageDigest md5 = MessageDigest.getInstance("MD5");
        Map<Integer, List<String>> hashes = new TreeMap<>();
        for (Sample sample : sink.items(Sample.class)) {
            ByteBuffer data = sample.data();
            md5.update(data);
            hashes.computeIfAbsent(sample.trackId(), id -> new ArrayList<>())
                    .add(HexFormat.of().formatHex(md5.digest()));
        }
        return hashes;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "h264_aac_5s_lowrate.mp4",
                "hevc_bframes.mp4",
                "h264_bpyramid.mp4",
                "multiple_aac_tracks.mp4",
                "multi_stream_2v2a_subs_nasa.mp4"
            })
    void everyPacketArrivesUnchanged(String name) throws Exception {
        try (RecordingSink file = read(name)) {
            List<Track> tracks = file.tracks().stream()
                    .filter(track -> track.kind() == Codec.Kind.VIDEO || track.kind() == Codec.Kind.AUDIO)
                    .toList();
            try (RecordingSink out = throughServer(file, tracks)) {
                Map<Integer, List<String>> sent = hashes(file);
                Map<Integer, List<String>> received = hashes(out);
                assertThat(out.tracks()).hasSameSizeAs(tracks);
                int video = 0;
                int audio = 0;
                for (Track track : tracks) {
                    int id = track.kind() == Codec.Kind.VIDEO ? 2 * video++ : 2 * audio++ + 1;
                    assertThat(received.get(id)).as("track %s", track).isEqualTo(sent.get(track.id()));
                    Track arrived = out.tracks().stream()
                            .filter(t -> t.id() == id)
                            .findFirst()
                            .orElseThrow();
                    assertThat(arrived.format().codec().codec())
                            .isEqualTo(track.format().codec().codec());
                }
                assertThat(out.ended()).isTrue();
            }
        }
    }

    @Test
    void av1ArrivesUnchanged() throws Exception {
        try (RecordingSink coded = av1()) {
            List<Track> tracks = coded.tracks();
            try (RecordingSink out = throughServer(coded, tracks)) {
                assertThat(hashes(out)).isEqualTo(hashes(coded));
                assertThat(out.samples(0))
                        .hasSize(30)
                        .first()
                        .satisfies(s -> assertThat(s.sync()).isTrue());
                VideoFormat format = (VideoFormat) out.tracks().get(0).format();
                assertThat(format.codec().codec()).isEqualTo(Codec.AV1);
                assertThat(format.codec().record().hasRemaining()).isTrue();
                assertThat(format.width()).isEqualTo(320);
            }
        }
    }

    private static RecordingSink av1() {
        RecordingSink coded = new RecordingSink();
        try (Encoder encoder = Encoder.video("libsvtav1")
                .size(new PictureSize(320, 192))
                .frameRate(new Rational(25, 1))
                .gop(15)
                .threads(2)
                .option("preset", "12")
                .open()) {
            coded.accept(new TrackInfo(new Track(0, "video", encoder.format(), encoder.timebase(), null)));
            for (int n = 0; n < 30; n++) {
                try (AvFrame grey = AvFrame.allocateVideo("yuv420p", 320, 192)) {
                    grey.plane(0).put(n * 100, (byte) (8 * n));
                    encoder.send(grey.withPts(n, new Timebase(1, 25)));
                }
                take(encoder, coded);
            }
            encoder.finish();
            take(encoder, coded);
        }
        return coded;
    }

    private static void take(Encoder encoder, RecordingSink into) {
        for (Sample sample = encoder.receive(); sample != null; sample = encoder.receive()) {
            SampleInfo info = sample.info().withTrackId(0);
            into.accept(sample.with(info));
            sample.close();
        }
    }

    @Test
    void timesAreThoseOfTheFileToTheMillisecond() throws Exception {
        try (RecordingSink file = read("h264_aac_5s_lowrate.mp4");
                RecordingSink out = throughServer(file, file.tracks())) {
            Track track = file.tracks().get(0);
            List<Sample> sent = file.samples(track.id());
            List<Sample> received = out.samples(0);
            long shift =
                    received.get(0).dts() - track.timebase().convert(sent.get(0).dts(), Timebase.MILLIS);
            for (int i = 0; i < sent.size(); i++) {
                long expected = track.timebase().convert(sent.get(i).pts(), Timebase.MILLIS) + shift;
                assertThat(Math.abs(received.get(i).pts() - expected)).isLessThanOrEqualTo(1);
            }
        }
    }
}

package io.headend.ingest.hls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.Codec;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.Sample;
import io.headend.core.Timebase;
import io.headend.core.Track;
import io.headend.ingest.Hls;
import io.headend.ingest.Ingest;
import io.headend.ingest.Reconnect;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.RecordingSink;
import io.headend.testkit.ScriptedOrigin;
import io.headend.testkit.ScriptedOrigin.Answer;
import io.headend.testkit.ScriptedOrigin.Request;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The forms of segments, made by FFmpeg's HLS muxer, served by HTTP. */
@ExtendWith(LeakExtension.class)
class HlsFormsTest {

    /** Sound frames of 24 s, with what the encoder puts before and behind. */
    private static final int PICTURES = 600;

    @TempDir
    Path folder;

    private ScriptedOrigin.Answer file(Request request) {
        try {
            return Answer.ok(Files.readAllBytes(folder.resolve(request.path().substring(1))));
        } catch (IOException e) {
            return Answer.status(404);
        }
    }

    private static List<Sample> of(RecordingSink sink, Codec.Kind kind) {
        Track track =
                sink.tracks().stream().filter(t -> t.kind() == kind).findFirst().orElseThrow();
        return sink.samples(track.id());
    }

    private void isWhole(URI playlist) {
        try (RecordingSink sink = new RecordingSink()) {
            Ingest ingest =
                    Ingest.builder(Hls.of(playlist)).reconnect(Reconnect.NEVER).build();
            ingest.run(sink);
            assertThat(sink.ended()).isTrue();
            List<Sample> pictures = of(sink, Codec.Kind.VIDEO);
            assertThat(pictures).hasSize(PICTURES);
            Track track = sink.tracks().stream()
                    .filter(t -> t.kind() == Codec.Kind.VIDEO)
                    .findFirst()
                    .orElseThrow();
            for (int i = 1; i < pictures.size(); i++) {
                long step = track.timebase()
                        .convert(pictures.get(i).pts() - pictures.get(i - 1).pts(), Timebase.MPEG);
                assertThat(step).isEqualTo(3600);
            }
            assertThat(of(sink, Codec.Kind.AUDIO).size()).isBetween(1120, 1130);
            assertThat(ingest.counters()).containsEntry("retries", 0L).containsEntry("segments_lost", 0L);
        }
    }

    @Test
    void fragmentedMp4() throws IOException {
        LiveOrigin.make(folder, "hls_segment_type", "fmp4");
        try (ScriptedOrigin origin = ScriptedOrigin.start(this::file)) {
            isWhole(origin.uri("/media.m3u8"));
        }
    }

    @Test
    void oneFileWithByteRanges() throws IOException {
        LiveOrigin.make(folder, "hls_flags", "single_file");
        assertThat(Files.readString(folder.resolve("media.m3u8"))).contains("EXT-X-BYTERANGE");
        try (ScriptedOrigin origin = ScriptedOrigin.start(this::file)) {
            isWhole(origin.uri("/media.m3u8"));
        }
    }

    @Test
    void encryptedWithAes128() throws IOException {
        Files.write(folder.resolve("secret.key"), new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16});
        Path info = folder.resolve("info");
        Files.writeString(info, "secret.key\n" + folder.resolve("secret.key") + "\n");
        LiveOrigin.make(folder, "hls_key_info_file", info.toString());
        assertThat(Files.readString(folder.resolve("media.m3u8"))).contains("METHOD=AES-128");
        try (ScriptedOrigin origin = ScriptedOrigin.start(this::file)) {
            isWhole(origin.uri("/media.m3u8"));
        }
    }

    @Test
    void anotherProtectionIsRefusedInOneSentence() throws IOException {
        String text =
                "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-KEY:METHOD=SAMPLE-AES,URI=\"skd://x\"\n#EXTINF:1,\na.ts\n"
                        + "#EXT-X-ENDLIST\n";
        try (ScriptedOrigin origin = ScriptedOrigin.start(request -> Answer.ok(text));
                RecordingSink sink = new RecordingSink()) {
            Ingest ingest = Ingest.builder(Hls.of(origin.uri("/a.m3u8"))).build();
            assertThatThrownBy(() -> ingest.run(sink))
                    .isInstanceOfSatisfying(
                            MediaException.class, e -> assertThat(e.code()).isEqualTo(MediaErrorCode.UNSUPPORTED))
                    .hasMessageContaining("SAMPLE-AES");
        }
    }

    /** Picture and two languages of sound, each with a playlist of its own. */
    @Test
    void soundInPlaylistsOfItsOwnIsMerged() throws IOException {
        Path video = Files.createDirectory(folder.resolve("v"));
        Path sound = Files.createDirectory(folder.resolve("a"));
        LiveOrigin.make(video, track -> track.kind() == Codec.Kind.VIDEO);
        LiveOrigin.make(sound, track -> track.kind() == Codec.Kind.AUDIO);
        String master = """
                #EXTM3U
                #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="English",LANGUAGE="en",DEFAULT=YES,URI="a/media.m3u8"
                #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="Deutsch",LANGUAGE="de",URI="a/media.m3u8?de"
                #EXT-X-STREAM-INF:BANDWIDTH=100,RESOLUTION=80x48
                none.m3u8
                #EXT-X-STREAM-INF:BANDWIDTH=300000,RESOLUTION=160x96,AUDIO="a"
                v/media.m3u8
                """;
        try (ScriptedOrigin origin = ScriptedOrigin.start(
                        request -> request.path().equals("/master.m3u8") ? Answer.ok(master) : file(request));
                RecordingSink sink = new RecordingSink()) {
            Ingest.builder(Hls.of(origin.uri("/master.m3u8"))).build().run(sink);
            assertThat(sink.tracks()).hasSize(3);
            assertThat(sink.tracks()).extracting(Track::language).contains("en", "de");
            assertThat(of(sink, Codec.Kind.VIDEO)).hasSize(PICTURES);
            long last = Long.MIN_VALUE / 2;
            for (Sample sample : sink.items(Sample.class)) {
                Timebase timebase = sink.tracks().stream()
                        .filter(t -> t.id() == sample.trackId())
                        .findFirst()
                        .orElseThrow()
                        .timebase();
                long nanos = timebase.convert(sample.dts(), Timebase.NANOS);
                assertThat(nanos).as("merged in decoding order").isGreaterThan(last - 200_000_000);
                last = Math.max(last, nanos);
            }
        }
    }

    @Test
    void redirectsAreFollowedAndCredentialsStayAtHome() throws IOException {
        LiveOrigin.make(folder);
        try (ScriptedOrigin other = ScriptedOrigin.start(this::file);
                ScriptedOrigin origin = ScriptedOrigin.start(
                        request -> Answer.redirect(other.uri(request.path()).toString()));
                RecordingSink sink = new RecordingSink()) {
            URI uri = URI.create(origin.uri("/media.m3u8").toString().replace("http://", "http://user:geheim@"));
            Ingest.builder(Hls.of(uri)).build().run(sink);
            assertThat(of(sink, Codec.Kind.VIDEO)).hasSize(PICTURES);
            assertThat(origin.requests())
                    .allSatisfy(r -> assertThat(r.headers()).containsKey("authorization"));
            assertThat(other.requests())
                    .noneSatisfy(r -> assertThat(r.headers()).containsKey("authorization"));
        }
    }

    @Test
    void aPlaylistFromTheNetNamesNoFilesOfThisMachine() throws IOException {
        String text = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n";
        try (ScriptedOrigin origin = ScriptedOrigin.start(request -> Answer.ok(text));
                RecordingSink sink = new RecordingSink()) {
            Hls spec = Hls.of(origin.uri("/a.m3u8")).withPatience(Duration.ofMillis(300));
            Ingest ingest = Ingest.builder(spec).reconnect(Reconnect.NEVER).build();
            assertThatThrownBy(() -> ingest.run(sink)).hasMessageContaining("may name");
        }
    }
}

package io.headend.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.headend.core.Codec;
import io.headend.core.Sample;
import io.headend.core.Timebase;
import io.headend.core.Track;
import io.headend.ffmpeg.Demuxer;
import io.headend.ffmpeg.Muxer;
import io.headend.ffmpeg.MuxerBuilder;
import io.headend.ingest.FileInput;
import io.headend.ingest.Playback;
import io.headend.ingest.Probe;
import io.headend.ingest.ProbeReport;
import io.headend.testkit.FreePorts;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.SharedMedia;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command against FFmpeg's own senders, over loopback. */
@ExtendWith(LeakExtension.class)
class IngestPeersTest {

    @TempDir
    Path folder;

    /** Sends the pictures and the sound of a film at their pace, and tries again while nobody listens. */
    private static void send(Path film, String url, String format, AtomicBoolean stop) {
        while (!stop.get()) {
            try (Demuxer demuxer = Demuxer.builder(film.toString()).open()) {
                MuxerBuilder output = Muxer.builder(url).format(format).writeTimeout(Duration.ofSeconds(2));
                if (url.contains("fec")) {
                    output.option("fec", "prompeg=l=5:d=5");
                }
                demuxer.tracks().stream()
                        .filter(t -> t.kind() == Codec.Kind.VIDEO || t.kind() == Codec.Kind.AUDIO)
                        .forEach(output::track);
                pace(demuxer, output, stop);
            } catch (RuntimeException e) {
                LockSupport.parkNanos(100_000_000);
            }
        }
    }

    private static void pace(Demuxer demuxer, MuxerBuilder output, AtomicBoolean stop) {
        try (Muxer muxer = output.open()) {
            long start = System.nanoTime();
            for (Sample sample = demuxer.read(); sample != null; sample = demuxer.read()) {
                try (Sample owned = sample) {
                    Track track = demuxer.tracks().get(owned.trackId());
                    long due = start + track.timebase().convert(owned.dts(), Timebase.NANOS);
                    while (due - System.nanoTime() > 0 && !stop.get()) {
                        LockSupport.parkNanos(due - System.nanoTime());
                    }
                    if (stop.get()) {
                        return;
                    }
                    muxer.write(owned);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "udp, 'udp://127.0.0.1:PORT', 'udp://127.0.0.1:PORT?pkt_size=1316', mpegts, ts",
        "rtp, 'rtp://127.0.0.1:PORT', 'rtp://127.0.0.1:PORT', rtp_mpegts, ts",
        "srt listener, 'srt://127.0.0.1:PORT?mode=listener&passphrase=0123456789',"
                + " 'srt://127.0.0.1:PORT?passphrase=0123456789', mpegts, mp4",
        "srt caller, 'srt://127.0.0.1:PORT', 'srt://127.0.0.1:PORT?mode=listener', mpegts, ts",
        "rtmp, 'rtmp-listen://127.0.0.1:PORT/live/a', 'rtmp://127.0.0.1:PORT/live/a', flv, mp4",
        "any-source multicast, 'udp://239.255.77.8:PORT?interface=lo',"
                + " 'udp://239.255.77.8:PORT?pkt_size=1316&localaddr=127.0.0.1&ttl=1', mpegts, ts",
        "source-specific multicast, 'udp://127.0.0.1@232.255.77.9:PORT?interface=lo',"
                + " 'udp://232.255.77.9:PORT?pkt_size=1316&localaddr=127.0.0.1&ttl=1', mpegts, ts",
        "multicast RTP, 'rtp://127.0.0.1@232.255.77.10:PORT?interface=lo',"
                + " 'rtp://232.255.77.10:PORT?localaddr=127.0.0.1&ttl=1', rtp_mpegts, ts",
        "tcp, 'tcp://127.0.0.1:PORT?listen', 'tcp://127.0.0.1:PORT', mpegts, ts",
    })
    void everyAddressIsRecorded(String name, String input, String sender, String format, String suffix)
            throws Exception {
        Path film = folder.resolve("film.mp4");
        String playlist =
                SharedMedia.media("functional/hls_rollover/playlist.m3u8").toString();
        assertThat(CommandLineRun.of("ingest", playlist, "-o", film.toString()).exitCode())
                .isZero();
        String port = Integer.toString(FreePorts.eight());
        AtomicBoolean stop = new AtomicBoolean();
        CompletableFuture<Void> sending =
                CompletableFuture.runAsync(() -> send(film, sender.replace("PORT", port), format, stop));
        Path file = folder.resolve("take." + suffix);
        CommandLineRun run;
        try {
            run = CommandLineRun.of(
                    "ingest", input.replace("PORT", port), "-o", file.toString(), "--duration", "3", "--json");
        } finally {
            stop.set(true);
            sending.get(20, TimeUnit.SECONDS);
        }
        assertThat(run.exitCode()).as(run.err()).isZero();
        JsonNode result = new ObjectMapper().readTree(run.out());
        assertThat(result.get("seconds").asDouble()).isBetween(1.5, 10.0);
        assertThat(result.get("lost").asLong()).isZero();
        assertThat(result.get("bytes").asLong()).isPositive();
        assertThat(result.get("tracks")).hasSize(2);
        ProbeReport report = Probe.builder(new FileInput(file, Playback.ONCE))
                .decode(true)
                .build()
                .run();
        assertThat(report.tracks())
                .allSatisfy(t -> assertThat(t.counts().frames()).isPositive());
    }
}

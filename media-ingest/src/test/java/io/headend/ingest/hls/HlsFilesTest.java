package io.headend.ingest.hls;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.Codec;
import io.headend.core.Discontinuity;
import io.headend.core.Sample;
import io.headend.core.SampleInfo;
import io.headend.core.Timestamp;
import io.headend.core.TrackInfo;
import io.headend.ingest.Hls;
import io.headend.ingest.Ingest;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.RecordingSink;
import io.headend.testkit.SharedMedia;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Playlists of real segments on this machine. */
@ExtendWith(LeakExtension.class)
class HlsFilesTest {

    @Test
    void aStretchWithOtherTracksComesOutOnTheSameTracks() {
        try (RecordingSink sink = new RecordingSink()) {
            Ingest ingest = Ingest.builder(Hls.of(SharedMedia.media("functional/hls_discontinuity/index.m3u8")
                            .toUri()))
                    .build();
            ingest.run(sink);
            assertThat(sink.ended()).isTrue();
            assertThat(sink.items(Discontinuity.class))
                    .extracting(Discontinuity::cause)
                    .containsExactly(Discontinuity.Cause.SIGNALLED, Discontinuity.Cause.SIGNALLED);
            assertThat(sink.tracks())
                    .extracting(t -> t.kind())
                    .containsExactlyInAnyOrder(Codec.Kind.VIDEO, Codec.Kind.AUDIO);
            for (int track = 0; track < 2; track++) {
                List<Sample> samples = sink.samples(track);
                for (int i = 1; i < samples.size(); i++) {
                    assertThat(samples.get(i).dts())
                            .isGreaterThan(samples.get(i - 1).dts());
                }
            }
            assertThat(sink.samples(0)).hasSize(60 + 60 + 48 + 48 + 60);
            assertThat(sink.samples(1)).hasSize(466);
            assertThat(sink.items(TrackInfo.class)).hasSize(4);
            assertThat(ingest.counters()).containsEntry("segments", 5L).containsEntry("retries", 0L);
        }
    }

    @Test
    void programDateTimeIsTheWallClockOfSamples() {
        try (RecordingSink sink = new RecordingSink()) {
            Ingest ingest = Ingest.builder(Hls.of(SharedMedia.media("functional/hls_rollover/playlist.m3u8")
                            .toUri()))
                    .build();
            ingest.run(sink);
            List<Sample> video = sink.samples(0);
            assertThat(video).hasSize(480);
            for (int i = 1; i < video.size(); i++) {
                assertThat(video.get(i).dts() - video.get(i - 1).dts()).isEqualTo(3750);
            }
            assertThat(ingest.stats().timeline().wraps()).isEqualTo(1);
            assertThat(sink.items(Discontinuity.class)).isEmpty();
            long first = Timestamp.of(Instant.parse("2024-03-04T23:02:17.684Z")).ticks();
            SampleInfo last = video.get(479).info();
            assertThat(video.get(0).info().arrivalNanos()).isBetween(first, first + 100_000_000);
            assertThat(last.arrivalNanos() - first).isBetween(19_900_000_000L, 20_100_000_000L);
        }
    }
}

package io.headend.house;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.cdn.EdgeServer;
import io.headend.core.EpochGrid;
import io.headend.core.PictureSize;
import io.headend.core.Rational;
import io.headend.core.StreamSource;
import io.headend.packaging.HeapSegmentStore;
import io.headend.packaging.Origin;
import io.headend.packaging.Packager;
import io.headend.packaging.SegmentStore;
import io.headend.packaging.SegmentationPolicy;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.SyntheticSource;
import io.headend.transcode.Ladder;
import io.headend.transcode.Transcoder;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The example of the README at the root; here its source ends after three segments and the port is a free one. */
@ExtendWith(LeakExtension.class)
class ReadmeExampleTest {

    @Test
    void ladderIsServed() throws Exception {
        EpochGrid grid = EpochGrid.nearest(Rational.of(25, 1), Duration.ofSeconds(2), Duration.ofSeconds(2));
        Ladder ladder = Ladder.standard(new PictureSize(640, 360));
        SegmentStore store = HeapSegmentStore.builder().build();
        Packager.Builder packaging = Packager.builder(store).policy(SegmentationPolicy.live(grid));
        ladder.names().forEach(packaging::rendition);
        try (store;
                Packager packager = packaging.build();
                Transcoder transcoder =
                        Transcoder.builder(ladder, grid).outputs(packager::sink).build();
                EdgeServer server = EdgeServer.builder(Origin.of("demo", store.reader()))
                        .port(0)
                        .build()
                        .start();
                StreamSource source = SyntheticSource.builder()
                        .size(640, 360)
                        .duration(Duration.ofSeconds(6))
                        .build()) {
            source.run(transcoder);
            String playlist = get(server, "/demo/master.m3u8");
            assertThat(playlist.lines().filter(line -> line.startsWith("#EXT-X-STREAM-INF")))
                    .hasSize(ladder.video().size());
            assertThat(get(server, "/demo/manifest.mpd")).contains("<MPD");
        }
    }

    private static String get(EdgeServer server, String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .timeout(Duration.ofSeconds(20))
                .build();
        HttpResponse<String> response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response.body();
    }
}

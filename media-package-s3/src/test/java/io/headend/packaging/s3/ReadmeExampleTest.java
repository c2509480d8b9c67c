package io.headend.packaging.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.http.MediaHandler;
import io.headend.packaging.ObjectSegmentStore;
import io.headend.packaging.Origin;
import io.headend.packaging.Packager;
import io.headend.packaging.SegmentationPolicy;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;

class ReadmeExampleTest {

    @TempDir
    Path folder;

    @Test
    void compilesAndRuns() throws Exception {
        try (S3Server server = S3Server.start(folder, 0);
                S3Client client = server.client()) {
            try (S3Storage bucket = S3Storage.builder(client, "channels").build();
                    ObjectSegmentStore store = ObjectSegmentStore.builder(bucket)
                            .prefix("news/")
                            .maxSegments(40)
                            .build();
                    Packager packager = Packager.builder(store)
                            .policy(SegmentationPolicy.live(Feed.GRID))
                            .rendition("v")
                            .rendition("a")
                            .window(Duration.ofSeconds(60))
                            .build()) {
                MediaHandler origin = Origin.of("news", store.reader());
                new Feed(packager, Feed.BEGIN).seconds(3);
                assertThat(origin).isNotNull();
            }
            assertThat(S3Server.names(client)).contains("news/master.m3u8", "news/v/" + Feed.BEGIN + ".m4s");
        }
    }
}

package io.headend.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.EpochGrid;
import io.headend.core.Rational;
import io.headend.core.http.MediaHandler;
import io.headend.core.http.MediaRequest;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The lines of the README. */
class ReadmeExampleTest {

    @Test
    void example() {
        EpochGrid grid = EpochGrid.nearest(Rational.of(25, 1), Duration.ofSeconds(2), Duration.ofSeconds(2));
        try (HeapSegmentStore store = HeapSegmentStore.builder().maxSegments(40).build();
                Packager packager = Packager.builder(store)
                        .policy(SegmentationPolicy.live(grid))
                        .rendition("v720")
                        .rendition("audio")
                        .window(Duration.ofSeconds(60))
                        .build()) {
            MediaHandler origin = Origin.of("channel", store.reader());
            Synthetic.video(grid).feed(packager.sink("v720"), 0, 201);
            Synthetic.audio().feed(packager.sink("audio"), 0, 400);
            assertThat(origin.handle(MediaRequest.get("/channel/master.m3u8")))
                    .isCompletedWithValueMatching(answer -> answer.status() == 200);
        }
    }
}

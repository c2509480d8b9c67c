package io.headend.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.StreamSource;
import io.headend.core.http.MediaRequest;
import io.headend.core.http.MediaResponse;
import io.headend.testkit.LeakExtension;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakExtension.class)
class ReadmeExampleTest {

    @Test
    void theExampleOfTheReadme() throws Exception {
        StreamSource source = Channels.source().build();
        // README begins
        ChannelSpec spec = ChannelSpec.of("news")
                .withSegments(Duration.ofSeconds(1), Duration.ofSeconds(1))
                .withWindow(Duration.ofSeconds(30));
        try (LiveChannel channel = LiveChannel.builder(spec, source).build()) {
            channel.start();
            MediaResponse playlist = channel.origin()
                    .handle(MediaRequest.get("/news/master.m3u8"))
                    .toCompletableFuture()
                    .get(20, TimeUnit.SECONDS);
            assertThat(playlist.status()).isEqualTo(200);
            assertThat(channel.stats().timeline().driftTicks()).isZero();
        }
        // README ends
    }
}

package io.headend.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.headend.core.MediaException;
import io.headend.testkit.FreePorts;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.RecordingSink;
import io.headend.testkit.ScriptedOrigin;
import io.headend.testkit.ScriptedOrigin.Answer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever goes wrong with an address, its password is in no message, no cause and no description. */
@ExtendWith(LeakExtension.class)
class RedactionTest {

    private static final String SECRET = "Geheim47secret";

    /** Where nobody listens. */
    private static int gone() {
        return FreePorts.eight();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://anna:SECRET@127.0.0.1:GONE/a.mp4",
                "http://anna:SECRET@127.0.0.1:GONE/a.m3u8",
                "http://anna:SECRET@127.0.0.1:ORIGIN/a.mp4",
                "http://anna:SECRET@127.0.0.1:ORIGIN/a.m3u8?token=SECRET",
                "http://127.0.0.1:ORIGIN/hdnts=SECRET/a.m3u8",
                "https://anna:SECRET@127.0.0.1:GONE/a.m3u8",
                "rtsp://anna:SECRET@127.0.0.1:GONE/a",
                "rtsp://anna:SECRET@",
                "rtmp://anna:SECRET@127.0.0.1:GONE/live/a?txSecret=SECRET",
                "rtmp://127.0.0.1:GONE/live?key=SECRET",
                "rtmps://anna:SECRET@127.0.0.1:GONE/live/a",
                "rtmp-listen://127.0.0.1:GONE/live/a?txKey=SECRET&x=SECRET",
                "rtmp-listen://127.0.0.1/live?txKey=SECRET",
                "srt://127.0.0.1:GONE?passphrase=SECRET&streamid=SECRET",
                "srt://anna:SECRET@127.0.0.1:GONE?passphrase=short",
                "srt://127.0.0.1:GONE?pass=SECRET",
                "tcp://anna:SECRET@127.0.0.1:GONE",
                "tcp://127.0.0.1:GONE?key=SECRET",
                "udp://127.0.0.1:GONE?key=SECRET",
                "rtp://127.0.0.1:GONE?key=SECRET",
                "ftp://anna:SECRET@127.0.0.1/a.mp4",
                "http://anna:SECRET@127.0.0.1:99999999/a.mp4",
                "http://anna:SECRET@[broken/a.m3u8",
            })
    void noMessageShowsAPassword(String form) throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.start(request -> Answer.status(401));
                RecordingSink sink = new RecordingSink()) {
            String url = form.replace("SECRET", SECRET)
                    .replace("GONE", Integer.toString(gone()))
                    .replace("ORIGIN", Integer.toString(origin.uri("/").getPort()));
            MediaException failure = catchThrowableOfType(MediaException.class, () -> {
                InputSpec spec = InputSpec.parse(url);
                assertThat(spec.toString()).doesNotContain(SECRET);
                Ingest.builder(spec)
                        .openTimeout(Duration.ofMillis(500))
                        .readTimeout(Duration.ofMillis(500))
                        .reconnect(Reconnect.NEVER)
                        .build()
                        .run(sink);
            });
            assertThat(failure).isNotNull();
            StringWriter all = new StringWriter();
            failure.printStackTrace(new PrintWriter(all));
            assertThat(all.toString()).doesNotContain(SECRET);
        }
    }
}

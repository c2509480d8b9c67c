package io.headend.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.testkit.LeakExtension;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The example of the README, line for line. */
@ExtendWith(LeakExtension.class)
class ReadmeExampleTest {

    @TempDir
    Path directory;

    @Test
    void countsPictures() {
        assertThat(countPictures(
                        TestFiles.avcAac(directory.resolve("in.mp4"), 30).toString()))
                .isEqualTo(30);
    }

    static int countPictures(String url) {
        int pictures = 0;
        try (Demuxer demuxer = Demuxer.builder(url).open();
                Decoder decoder = demuxer.decoder(0).threads(2).open()) {
            for (AvSample s = demuxer.read(); s != null; s = demuxer.read()) {
                try (AvSample sample = s) {
                    if (sample.trackId() == 0) {
                        decoder.send(sample);
                        pictures += drain(decoder);
                    }
                }
            }
            decoder.finish();
            return pictures + drain(decoder);
        }
    }

    static int drain(Decoder decoder) {
        int pictures = 0;
        for (AvFrame frame = decoder.receive(); frame != null; frame = decoder.receive()) {
            pictures++;
            frame.close();
        }
        return pictures;
    }
}

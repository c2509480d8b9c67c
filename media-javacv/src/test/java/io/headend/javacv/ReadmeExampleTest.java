package io.headend.javacv;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.Sample;
import io.headend.core.StreamSink;
import io.headend.testkit.LeakExtension;
import java.util.concurrent.atomic.AtomicInteger;
import org.bytedeco.javacv.Frame;
import org.bytedeco.javacv.FrameGrabber;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The example of the README, line for line. */
@ExtendWith(LeakExtension.class)
class ReadmeExampleTest {

    @Test
    void recordsWhatAGrabberGives() throws Exception {
        AtomicInteger samples = new AtomicInteger();
        record(new FakeGrabber(10), item -> {
            samples.addAndGet(item instanceof Sample ? 1 : 0);
            item.close();
        });
        assertThat(samples.get()).isGreaterThan(25);
    }

    static void record(FrameGrabber grabber, StreamSink sink) throws Exception {
        grabber.start();
        EncoderRecorder recorder = EncoderRecorder.to(sink, 640, 360, 2);
        recorder.setFrameRate(grabber.getFrameRate());
        recorder.setVideoOption("preset", "veryfast");
        recorder.start();
        for (Frame frame = grabber.grab(); frame != null; frame = grabber.grab()) {
            recorder.record(frame);
        }
        recorder.stop();
        grabber.release();
    }
}

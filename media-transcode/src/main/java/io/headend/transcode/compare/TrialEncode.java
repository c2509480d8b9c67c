package io.headend.transcode.compare;

import io.headend.core.Codec;
import io.headend.core.EpochGrid;
import io.headend.core.Sample;
import io.headend.ffmpeg.AvFrame;
import io.headend.transcode.EncoderSettings;
import io.headend.transcode.GopReport;
import io.headend.transcode.Rendition;
import io.headend.transcode.RenditionEncoder;
import io.headend.transcode.pictures.ClipFrames;
import io.headend.transcode.pictures.EncodeClock;
import io.headend.transcode.pictures.Mp4File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;

/** Encodes a clip once, in the calling thread, and writes an MP4 file. */
final class TrialEncode {

    // Native threads cannot be told apart by encode.
    private static final ReentrantLock ALONE = new ReentrantLock();

    private TrialEncode() {}

    /** @param progress told of every picture */
    static Encoded run(ClipFrames frames, EpochGrid grid, EncoderSettings settings, Path file, IntConsumer progress) {
        boolean nativeThreads = settings.codec() != Codec.AVC;
        if (nativeThreads) {
            ALONE.lock();
        }
        try (Mp4File output = new Mp4File(file)) {
            return encode(frames, grid, settings, new EncodeClock(nativeThreads), output, file, progress);
        } finally {
            if (nativeThreads) {
                ALONE.unlock();
            }
        }
    }

    private static Encoded encode(
            ClipFrames frames,
            EpochGrid grid,
            EncoderSettings settings,
            EncodeClock clock,
            Mp4File output,
            Path file,
            IntConsumer progress) {
        List<GopReport> gops = new ArrayList<>();
        long[] accepted = {0};
        int[] latency = {-1};
        try (RenditionEncoder encoder = RenditionEncoder.open(
                new Rendition("video", frames.size(), settings),
                grid,
                item -> {
                    if (item instanceof Sample && latency[0] < 0) {
                        latency[0] = (int) (accepted[0] - 1);
                    }
                    output.accept(item);
                },
                gops::add)) {
            for (AvFrame frame = frames.next(); frame != null; frame = frames.next()) {
                long number = accepted[0]++;
                clock.start();
                encoder.encode(frame, number);
                clock.stop();
                // Between the calls of the encoder, so that its time is not the encoder's.
                output.write();
                progress.accept(1);
            }
            clock.start();
            encoder.finish();
            clock.stop();
            clock.addNativeThreads();
        }
        output.finish();
        return new Encoded(file, output.bytes(), clock.nanos(), latency[0], gops);
    }
}
